package ringspec.device;

import java.util.function.IntConsumer;

/** A port whose write ends the machine; the value is the exit code. Reads as all ones. */
public final class ExitPort implements PortDevice {

    /** Where it is customarily found. */
    public static final int PORT = 0xF4;
    /** Ports that it occupies. */
    public static final int COUNT = 4;

    private final IntConsumer exit;

    /**
     * @param exit told the code
     */
    public ExitPort(IntConsumer exit) {
        this.exit = exit;
    }

    @Override
    public int width() {
        return COUNT;
    }

    @Override
    public int read(int offset, int size) {
        return -1 >>> 32 - 8 * size;
    }

    @Override
    public void write(int offset, int size, int value) {
        if (offset == 0) {
            exit.accept(value);
        }
    }
}
