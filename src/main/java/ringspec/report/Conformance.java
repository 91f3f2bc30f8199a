package ringspec.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import ringspec.spec.Clause;
import ringspec.spec.Specification;
import ringspec.spec.Verdict;

/** The verdict on every clause of the specification, from the runs on all processor models. */
public final class Conformance {

    /** The processor models that every clause is checked on, in the order of the report's columns. */
    public static final List<String> MODELS = List.of("INTEL", "AMD");

    private final List<SuiteRun> runs;
    private final List<String> models = new ArrayList<>(MODELS);
    private final SortedMap<String, Map<String, ScenarioResult>> scenarios = new TreeMap<>();
    private final List<ClauseResult> clauses;

    /**
     * Judges every clause.
     *
     * @param runs one for each processor model, at least one; a model without a run has covered nothing
     */
    public Conformance(List<SuiteRun> runs) {
        runs.stream().map(SuiteRun::model).filter(model -> !models.contains(model)).distinct().sorted(
                Comparator.comparing(Conformance::options).thenComparing(Conformance::rank).thenComparing(
                        Comparator.naturalOrder())).forEach(models::add);
        this.runs = runs.stream().sorted(Comparator.comparingInt(run -> models.indexOf(run.model()))).toList();
        for (SuiteRun run : this.runs) {
            for (ScenarioResult scenario : run.scenarios()) {
                scenarios.computeIfAbsent(scenario.id(), _ -> new LinkedHashMap<>()).put(run.model(), scenario);
            }
        }
        clauses = Specification.get().clauses().stream().map(this::judge).toList();
    }

    /** What a configuration's name says besides the processor: columns of the same options stand together. */
    private static String options(String configuration) {
        int space = configuration.indexOf(' ');
        return space < 0 ? "" : configuration.substring(space);
    }

    private static int rank(String configuration) {
        int index = MODELS.indexOf(configuration.split(" ")[0]);
        return index < 0 ? MODELS.size() : index;
    }

    private ClauseResult judge(Clause clause) {
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        models.forEach(model -> verdicts.put(model, Verdict.NOT_COVERED));
        List<String> ids = new ArrayList<>();
        scenarios.forEach((id, byModel) -> {
            byModel.forEach((model, scenario) -> {
                if (scenario.clauses().contains(clause.id())) {
                    verdicts.merge(model, scenario.outcome().verdict(), Verdict::and);
                }
            });
            if (byModel.values().stream().anyMatch(scenario -> scenario.clauses().contains(clause.id()))) {
                ids.add(id);
            }
        });
        return new ClauseResult(clause, List.copyOf(ids), Collections.unmodifiableMap(verdicts));
    }

    /** Names of the processor models, in the order of the report's columns. */
    public List<String> models() {
        return models;
    }

    /** The runs that the verdicts come from. */
    public List<SuiteRun> runs() {
        return runs;
    }

    /** One result for each clause of the specification, in its order. */
    public List<ClauseResult> clauses() {
        return clauses;
    }

    /** The result for one clause. */
    public ClauseResult of(Clause clause) {
        return clauses.stream().filter(result -> result.clause().equals(clause)).findFirst().orElseThrow();
    }

    /** Every scenario that ran, by id, and its results by processor model. */
    public SortedMap<String, Map<String, ScenarioResult>> scenarios() {
        return scenarios;
    }

    /** True if some scenario, whether it names a clause or not, ended with this verdict. */
    public boolean has(Verdict verdict) {
        return scenarios.values().stream().flatMap(results -> results.values().stream())
                .anyMatch(result -> result.outcome().verdict() == verdict);
    }

    /** What was under test. */
    public String subject() {
        return runs.isEmpty() ? "reference" : runs.getFirst().subject();
    }

    /** True if that is the kernel that the specification comes with. */
    public boolean isReference() {
        return subject().equals("reference");
    }

    /** How many clauses got each verdict on a model; all verdicts are there. */
    public Map<Verdict, Integer> count(String model) {
        Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, 0);
        }
        clauses.forEach(result -> counts.merge(result.verdicts().get(model), 1, Integer::sum));
        return counts;
    }
}
