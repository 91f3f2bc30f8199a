package ringspec.conform;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import ringspec.mutant.Controls;
import ringspec.mutant.Controls.Control;
import ringspec.report.Conformance;
import ringspec.report.SuiteRun;
import ringspec.spec.Clause;
import ringspec.spec.Specification;
import ringspec.spec.Verdict;
import ringspec.subject.Configuration;
import ringspec.subject.Subjects;

/** Runs the kernels that do nothing right: what they pass measures how much the specification says. */
public final class ControlRun {

    /** So many percent of the clauses may hold for a kernel that does nothing. */
    private static final int TOLERATED_PERCENT = 2;

    private ControlRun() {
    }

    /**
     * What one of them came to.
     *
     * @param control the kernel
     * @param clauses that its answers concern
     * @param passed those of them that hold nevertheless
     */
    public record Result(Control control, List<Clause> clauses, List<Clause> passed) {

        /** Whether it passes no more than can be put up with. */
        public boolean isTolerable() {
            return passed.size() * 100 <= TOLERATED_PERCENT * clauses.size();
        }
    }

    /** How many scenarios a run takes. */
    public static int count(List<Control> controls, Features features) {
        return controls.stream().mapToInt(control -> concerned(control, features).scenarios().size()).sum();
    }

    /**
     * Runs some of them.
     *
     * @param progress is told the number of scenarios after each bunch that has ended, from any thread
     */
    public static List<Result> of(List<Control> controls, Configuration configuration, Features features, int threads,
            IntConsumer progress) {
        List<Result> results = new ArrayList<>();
        for (Control control : controls) {
            List<SuiteRun> runs = ConformanceRun.of(Subjects.named(control.name()), List.of(configuration), concerned(
                    control, features), "", threads, progress);
            Conformance conformance = new Conformance(runs);
            List<Clause> clauses = clauses(control);
            results.add(new Result(control, clauses, clauses.stream().filter(clause -> conformance.of(clause).verdicts()
                    .get(configuration.label()) == Verdict.PASS).toList()));
        }
        return results;
    }

    private static List<Clause> clauses(Control control) {
        return Specification.get().chapters().stream().filter(chapter -> Controls.concerns(control, chapter))
                .flatMap(chapter -> chapter.clauses().stream()).toList();
    }

    private static Features concerned(Control control, Features features) {
        List<String> ids = clauses(control).stream().map(Clause::id).toList();
        return features.where(scenario -> Features.clauses(scenario).stream().anyMatch(ids::contains));
    }
}
