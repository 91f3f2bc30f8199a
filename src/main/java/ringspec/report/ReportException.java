package ringspec.report;

/** No report can be made; the message says what is missing and how to get it. */
public final class ReportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what was expected, what came, where, and what to do */
    public ReportException(String message) {
        super(message);
    }
}
