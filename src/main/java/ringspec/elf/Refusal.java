package ringspec.elf;

/** Carries an {@link ElfError} out of the checks; never leaves this package. Without a stack trace, since it's data. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ElfError error;

    Refusal(ElfRule rule, String field, int programHeader, long value, String message) {
        super(message, null, false, false);
        this.error = new ElfError(rule, field, programHeader, value, message);
    }

    ElfError error() {
        return error;
    }
}
