package ringspec.subject;

/**
 * A subject does not get as far as a scenario needs it: its defect, not the harness's. An {@link AssertionError}, so that whoever
 * runs scenarios takes it for what it is, a clause that does not hold.
 */
public final class SubjectFailure extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** @param message how far it got and what stopped it */
    public SubjectFailure(String message) {
        super(message);
    }
}
