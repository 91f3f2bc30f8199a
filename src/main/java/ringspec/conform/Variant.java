package ringspec.conform;

import io.cucumber.core.gherkin.Argument;
import io.cucumber.core.gherkin.DocStringArgument;
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
                before.ifPresent(words -> steps.add(Reworded.of(step, words, false)));
                steps.add(Reworded.of(step, text, true));
                break;
            }
            if (kind(step) != StepType.THEN) {
                steps.add(step);
            }
        }
        return new Variant(scenario, steps);
    }

    /** Up to one of its Then steps, with a program that halts at once; null if there is no program for the bare processor. */
    static Pickle withoutProgram(Pickle scenario, Step expectation) {
        if (!scenario.getTags().contains("@processor")) {
            return null;
        }
        List<Step> steps = new ArrayList<>();
        for (Step step : scenario.getSteps()) {
            if (step == expectation) {
                steps.add(step);
                break;
            }
            if (kind(step) != StepType.THEN) {
                steps.add(step.getArgument() instanceof DocStringArgument ? new Reworded(step, step.getText(), new Halt(
                        step.getLine())) : step);
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

    /** A program that does nothing, in the place of another. */
    private record Halt(int getLine) implements DocStringArgument {

        @Override
        public String getContent() {
            return "_start:\n    hlt\n";
        }

        /** As the interface has it, though it is deprecated there. */
        @Override
        @Deprecated
        public String getContentType() {
            return null;
        }

        @Override
        public String getMediaType() {
            return null;
        }
    }

    /** A step with other words, and with its table or text or another. */
    private record Reworded(Step original, String text, Argument argument) implements Step {

        static Step of(Step original, String text, boolean withArgument) {
            return new Reworded(original, text, withArgument ? original.getArgument() : null);
        }

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
            return argument;
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
