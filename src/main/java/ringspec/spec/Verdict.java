package ringspec.spec;

/** What a run says about a clause on one processor model. */
public enum Verdict {

    /** Every scenario of the clause passed. */
    PASS,
    /** At least one scenario of the clause failed. */
    FAIL,
    /** The processor model lacks the feature that the clause is about, so all of its scenarios were skipped with a reason. */
    NOT_APPLICABLE,
    /** No scenario names the clause, or none was selected. */
    NOT_COVERED;

    /** The verdict over two scenarios of the same clause: the worse one counts, and a pass outweighs what did not apply. */
    public Verdict and(Verdict other) {
        if (this == FAIL || other == FAIL) {
            return FAIL;
        }
        if (this == PASS || other == PASS) {
            return PASS;
        }
        return this == NOT_APPLICABLE ? this : other;
    }
}
