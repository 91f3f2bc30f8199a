package ringspec.conform;

import io.cucumber.core.gherkin.Pickle;
import io.cucumber.core.gherkin.Step;
import io.cucumber.core.gherkin.StepType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ringspec.conform.vacuity.RuinSteps;
import ringspec.mutant.Mutant;
import ringspec.steps.CurrentSubject;
import ringspec.subject.Configuration;
import ringspec.subject.Subject;
import ringspec.subject.Subjects;

/**
 * The mechanical check that scenarios say something: each must fail when its When steps are taken away, and each of its Then steps
 * must be able to fail. A Then step can, if it fails with another expectation in its words, or else on a machine that was ruined or
 * did nothing, or else on a kernel that answers every call alike, or else on a mutant.
 */
public final class Vacuity {

    /**
     * Something that can't fail.
     *
     * @param feature file
     * @param line of the scenario or of the step
     * @param text what can't
     */
    public record Finding(String feature, long line, String text) {
    }

    /**
     * What was looked at.
     *
     * @param scenarios that passed as they are
     * @param expectations Then steps of these
     * @param findings none, if all is well
     */
    public record Result(int scenarios, int expectations, List<Finding> findings) {
    }

    private record Expectation(Pickle scenario, Step step) {
    }

    /** How one attempt to make an expectation fail changes the scenario; null if it has no such attempt. */
    private interface Attempt {
        Pickle apply(Expectation expectation);
    }

    private static final int REWORDINGS = 6;
    /** A step that features use, too: what expects something in the trace must miss it then. */
    private static final String TRACE_CLEARED = "the trace is cleared";

    private final CurrentSubject subject;
    private final List<CurrentSubject> controls;
    private final List<Mutant> mutants;

    private Vacuity(CurrentSubject subject, List<CurrentSubject> controls, List<Mutant> mutants) {
        this.subject = subject;
        this.controls = controls;
        this.mutants = mutants;
    }

    /**
     * Checks all scenarios of some features.
     *
     * @param subject for which they hold
     * @param controls kernels that boot and answer every call alike
     * @param mutants planted defects
     */
    public static Result check(Subject subject, List<Subject> controls, List<Mutant> mutants,
            Configuration configuration, Features features) {
        return new Vacuity(new CurrentSubject(subject, configuration), controls.stream()
                .map(control -> new CurrentSubject(control, configuration, ScenarioRunner.PATIENCE)).toList(), mutants)
                .check(features);
    }

    private Result check(Features features) {
        List<Pickle> all = features.scenarios();
        List<Ending> asTheyAre = ScenarioRunner.endings(subject, features);
        List<Pickle> sound = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (asTheyAre.get(i).passed()) {
                sound.add(all.get(i));
            } else if (!asTheyAre.get(i).skipped()) {
                throw new IllegalStateException("the scenario \"%s\" fails as it is: make the specification pass first"
                        .formatted(all.get(i).getName()));
            }
        }
        List<Finding> findings = new ArrayList<>(withoutActions(features, sound));
        List<Expectation> expectations = sound.stream().flatMap(scenario -> scenario.getSteps().stream()
                .filter(step -> Variant.kind(step) == StepType.THEN).map(step -> new Expectation(scenario, step)))
                .toList();
        cannotFail(features, expectations).forEach(left -> findings.add(new Finding(file(left.scenario()),
                left.step().getLine(), "this step passes whatever it expects: " + left.step().getText())));
        findings.sort(Comparator.comparing(Finding::feature).thenComparing(Finding::line));
        return new Result(sound.size(), expectations.size(), List.copyOf(findings));
    }

    private List<Finding> withoutActions(Features features, List<Pickle> scenarios) {
        List<Pickle> variants = scenarios.stream().map(Variant::withoutActions).toList();
        List<Ending> endings = ScenarioRunner.endings(subject, features.replacedBy(variants));
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < variants.size(); i++) {
            if (endings.get(i).passed()) {
                findings.add(new Finding(file(variants.get(i)), variants.get(i).getLocation().getLine(),
                        "this scenario passes without its When steps: " + variants.get(i).getName()));
            }
        }
        return findings;
    }

    private List<Expectation> cannotFail(Features features, List<Expectation> expectations) {
        List<Expectation> left = expectations;
        for (int i = 0; i < REWORDINGS; i++) {
            int number = i;
            left = survivors(features, subject, left, true, expectation -> {
                List<String> others = Negation.of(expectation.step().getText());
                return number >= others.size() ? null
                        : Variant.upTo(expectation.scenario(), expectation.step(), Optional.empty(), others.get(
                                number));
            });
        }
        left = survivors(features, subject, left, false, expectation -> Variant.upTo(expectation.scenario(), expectation
                .step(), Optional.of(RuinSteps.RUIN), expectation.step().getText()));
        left = survivors(features, subject, left, false, expectation -> Variant.upTo(expectation.scenario(), expectation
                .step(), Optional.of(TRACE_CLEARED), expectation.step().getText()));
        left = survivors(features, subject, left, false, expectation -> Variant.withoutProgram(expectation.scenario(),
                expectation.step()));
        for (CurrentSubject control : controls) {
            left = survivors(features, control, left, false, Vacuity::asItIs);
        }
        left = onMutants(features, left, true);
        return onMutants(features, left, false);
    }

    /**
     * What no mutant makes fail.
     *
     * @param related whether only mutants that break a clause of the scenario are tried
     */
    private List<Expectation> onMutants(Features features, List<Expectation> tried, boolean related) {
        List<Expectation> left = tried;
        for (Mutant mutant : mutants) {
            Configuration configuration = mutant.where() == Mutant.Where.ANYWHERE ? subject.configuration()
                    : MutationRun.configuration(mutant);
            CurrentSubject broken = new CurrentSubject(Subjects.of(mutant), configuration, ScenarioRunner.PATIENCE);
            left = survivors(features, broken, left, false, expectation -> !related || Features.clauses(expectation
                    .scenario()).stream().anyMatch(mutant.clauses()::contains) ? asItIs(expectation) : null);
        }
        return left;
    }

    private static Pickle asItIs(Expectation expectation) {
        return Variant.upTo(expectation.scenario(), expectation.step(), Optional.empty(), expectation.step().getText());
    }

    /**
     * The expectations that an attempt doesn't make fail.
     *
     * @param byAssertion other words may mean nothing to a step, so that only an expectation that doesn't hold counts
     */
    private static List<Expectation> survivors(Features features, CurrentSubject subject, List<Expectation> tried,
            boolean byAssertion, Attempt attempt) {
        List<Pickle> variants = new ArrayList<>();
        Map<Integer, Expectation> attempted = new LinkedHashMap<>();
        for (Expectation expectation : tried) {
            Pickle variant = attempt.apply(expectation);
            if (variant != null) {
                attempted.put(variants.size(), expectation);
                variants.add(variant);
            }
        }
        List<Ending> endings = variants.isEmpty() ? List.of()
                : ScenarioRunner.endings(subject, features.replacedBy(variants));
        Set<Expectation> failed = new HashSet<>();
        attempted.forEach((i, expectation) -> {
            String text = variants.get(i).getSteps().getLast().getText();
            boolean stopped = byAssertion ? endings.get(i).failed() : !endings.get(i).passed();
            if (stopped && endings.get(i).step().equals(text)) {
                failed.add(expectation);
            }
        });
        // In the order of the features, in which the next attempt's scenarios will run.
        return tried.stream().filter(expectation -> !failed.contains(expectation)).toList();
    }

    private static String file(Pickle scenario) {
        String path = scenario.getUri().getSchemeSpecificPart();
        return path.substring(Math.max(0, path.lastIndexOf("features/")));
    }
}
