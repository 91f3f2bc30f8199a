package ringspec.subject;

/** No subject has that name; the message names those that there are. */
public final class UnknownSubjectException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what was asked for, and what there is */
    public UnknownSubjectException(String message) {
        super(message);
    }
}
