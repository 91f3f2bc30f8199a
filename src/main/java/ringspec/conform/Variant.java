package ringspec.conform;

import io.cucumber.core.gherkin.Argument;
import io.cucumber.core.gherkin.Pickle;
import io.cucumber.core.gherkin.Step;
import io.cucumber.core.gherkin.StepType;
import io.cucumber.plugin.event.Location;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A scenario with other steps than it has in its file. */
record Variant(Pickle original, List<Step> steps) implements Pickle {

    /** Which of Given, When and Then a step belongs to; And and But belong to the one before. */
    static StepType kind(Step step) {
        if (step.getType().isGivenWhenThen()) {
            return step.getType();
        }
        String before = step.getPreviousGivenWhenThenKeyword();
        return before == null ? StepType.GIVEN : StepType.valueOf(before.strip().toUpperCase(java.util.Locale.ROOT));
    }

    /** Without its When steps. */
    static Pickle withoutActions(Pickle scenario) {
        return new Variant(scenario, scenario.getSteps().stream().filter(step -> kind(step) != StepType.WHEN).toList());
    }

    /** Up to one of its Then steps and without the others; another step may stand before it, and its words may be others. */
    static Pickle upTo(Pickle scenario, Step expectation, Optional<String> before, String text) {
        List<Step> steps = new ArrayList<>();
        for (Step step : scenario.getSteps()) {
            if (step == expectation) {
                before.ifPresent(words -> steps.add(new Reworded(step, words, false)));
                steps.add(new Reworded(step, text, true));
                break;
            }
            if (kind(step) != StepType.THEN) {
                steps.add(step);
            }
        }
        return new Variant(scenario, steps);
    }

    @Override
    public List<Step> getSteps() {
        return steps;
    }

    @Override
    public String getKeyword() {
        return original.getKeyword();
    }

    @Override
    public String getLanguage() {
        return original.getLanguage();
    }

    @Override
    public String getName() {
        return original.getName();
    }

    @Override
    public Location getLocation() {
        return original.getLocation();
    }

    @Override
    public Location getScenarioLocation() {
        return original.getScenarioLocation();
    }

    @Override
    public List<String> getTags() {
        return original.getTags();
    }

    @Override
    public URI getUri() {
        return original.getUri();
    }

    @Override
    public String getId() {
        return original.getId();
    }

    /** A step with other words, and with its table or text or without. */
    private record Reworded(Step original, String text, boolean withArgument) implements Step {

        @Override
        public StepType getType() {
            return original.getType();
        }

        @Override
        public String getPreviousGivenWhenThenKeyword() {
            return original.getPreviousGivenWhenThenKeyword();
        }

        @Override
        public String getId() {
            return original.getId();
        }

        @Override
        public Argument getArgument() {
            return withArgument ? original.getArgument() : null;
        }

        @Override
        public String getKeyword() {
            return original.getKeyword();
        }

        @Override
        public String getText() {
            return text;
        }

        @Override
        public int getLine() {
            return original.getLine();
        }

        @Override
        public Location getLocation() {
            return original.getLocation();
        }
    }
}
