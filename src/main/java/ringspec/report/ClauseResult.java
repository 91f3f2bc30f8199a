package ringspec.report;

import java.util.List;
import java.util.Map;
import ringspec.spec.Clause;
import ringspec.spec.Verdict;

/**
 * What a run says about one clause.
 *
 * @param clause the clause
 * @param scenarios ids of the scenarios that name it, sorted
 * @param verdicts by processor model, in the report's order of models
 */
public record ClauseResult(Clause clause, List<String> scenarios, Map<String, Verdict> verdicts) {

    /** True if the clause fails, or the harness does, on some model. */
    public boolean isBad() {
        return verdicts.values().stream().anyMatch(Verdict::isBad);
    }

    /** True if the verdict is given on some model. */
    public boolean hasAnywhere(Verdict verdict) {
        return verdicts.containsValue(verdict);
    }
}
