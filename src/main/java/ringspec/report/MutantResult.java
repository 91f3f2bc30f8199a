package ringspec.report;

import java.util.List;

/**
 * What became of one planted defect.
 *
 * @param id the mutant
 * @param breaks what is wrong in it
 * @param seam where it comes in
 * @param clauses ids of the clauses that must notice
 * @param configuration on which it ran
 * @param verdict how it ended
 * @param killers ids of the scenarios of its clauses that failed, with what the first of them said
 * @param failing ids of all clauses of which a scenario failed
 * @param scenarios how many ran
 * @param stopped whether the rest was left out because so many had failed already
 * @param millis how long that took
 */
public record MutantResult(String id, String breaks, String seam, List<String> clauses, String configuration,
        Verdict verdict, List<Killer> killers, List<String> failing, int scenarios, boolean stopped, long millis) {

    /** How a mutant can end. */
    public enum Verdict {
        /** A scenario of one of its clauses failed. */
        KILLED,
        /** Scenarios failed, but none of its clauses': nobody noticed what is wrong. */
        UNRELATED,
        /** Every scenario passed. */
        SURVIVED
    }

    /**
     * A scenario that noticed.
     *
     * @param scenario its id
     * @param step that failed
     * @param message the first line of what it said
     */
    public record Killer(String scenario, String step, String message) {
    }

    /** Copies the lists. */
    public MutantResult {
        clauses = List.copyOf(clauses);
        killers = List.copyOf(killers);
        failing = List.copyOf(failing);
    }
}
