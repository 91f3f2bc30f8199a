package ringspec.report;

import ringspec.spec.Verdict;

/** How one scenario ended on one processor model. */
public enum Outcome {

    /** Every step passed. */
    PASSED(Verdict.PASS),
    /** An expectation did not hold: the subject does not conform. */
    FAILED(Verdict.FAIL),
    /** It failed as an exception on the list of expected failures says. */
    EXPECTED_FAIL(Verdict.EXPECTED_FAIL),
    /** The harness could not tell: a step is undefined, or something other than an expectation failed. */
    ERROR(Verdict.ERROR),
    /** The scenario does not apply to the processor model, and says why. */
    SKIPPED(Verdict.NOT_APPLICABLE);

    private final Verdict verdict;

    Outcome(Verdict verdict) {
        this.verdict = verdict;
    }

    /** What the scenario says about each of its clauses. What could not be told counts as a failure, never as a pass. */
    public Verdict verdict() {
        return verdict;
    }
}
