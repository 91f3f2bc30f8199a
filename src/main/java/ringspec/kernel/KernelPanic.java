package ringspec.kernel;

/** The kernel can't go on: one of its own structures or assumptions is broken. Ends the machine with a line on the console. */
public final class KernelPanic extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what is broken, in one line */
    public KernelPanic(String message) {
        super(message);
    }
}
