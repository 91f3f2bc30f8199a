package ringspec.spec;

/** A clause id that the specification doesn't have; the message names the nearest ones. */
public final class UnknownClauseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownClauseException(String message) {
        super(message);
    }
}
