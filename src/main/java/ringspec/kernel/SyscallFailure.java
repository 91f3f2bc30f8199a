package ringspec.kernel;

/** Carries an error from a check to the system call's result. Without a stack trace, since it is an ordinary outcome. */
public final class SyscallFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode error;

    /** @param error what the caller gets in RAX */
    public SyscallFailure(ErrorCode error) {
        super(error.name(), null, false, false);
        this.error = error;
    }

    /** What the caller gets in RAX. */
    public ErrorCode error() {
        return error;
    }
}
