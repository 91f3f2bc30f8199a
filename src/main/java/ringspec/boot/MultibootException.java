package ringspec.boot;

/** An image, or what was to be loaded with it, is refused. Without a stack trace, since it's an answer. */
public final class MultibootException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient MultibootError error;

    MultibootException(MultibootRule rule, String field, long value, String message) {
        super(message, null, false, false);
        this.error = new MultibootError(rule, field, value, message);
    }

    /** The reason. */
    public MultibootError error() {
        return error;
    }
}
