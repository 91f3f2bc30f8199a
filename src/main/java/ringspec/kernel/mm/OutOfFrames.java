package ringspec.kernel.mm;

/** No frame is free. What was begun must be undone. */
public final class OutOfFrames extends Exception {

    private static final long serialVersionUID = 1L;

    /** Without a stack trace, since it is an ordinary outcome. */
    public OutOfFrames() {
        super("no free frame", null, false, false);
    }
}
