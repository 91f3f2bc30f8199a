package ringspec.spec;

/** What a run says about a clause on one processor model. */
public enum Verdict {

    /** Every scenario of the clause passed. */
    PASS,
    /** At least one scenario of the clause failed. */
    FAIL,
    /** It failed as a listed exception says, which gives a reason and has an expiry date. */
    EXPECTED_FAIL,
    /** The harness could not tell: it failed itself. */
    ERROR,
    /** The subject lacks what the clause is about, so all of its scenarios were skipped with a reason. */
    NOT_APPLICABLE,
    /** No scenario names the clause, or none was selected. */
    NOT_COVERED;

    /**
     * The verdict over two scenarios of the same clause: the worst one counts, and a pass outweighs what did not apply.
     */
    public Verdict and(Verdict other) {
        return weight() >= other.weight() ? this : other;
    }

    /** True if a clause with this verdict keeps a run from being good. */
    public boolean isBad() {
        return this == FAIL || this == ERROR;
    }

    private int weight() {
        return switch (this) {
            case ERROR -> 5;
            case FAIL -> 4;
            case EXPECTED_FAIL -> 3;
            case PASS -> 2;
            case NOT_APPLICABLE -> 1;
            case NOT_COVERED -> 0;
        };
    }
}
