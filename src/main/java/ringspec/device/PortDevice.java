package ringspec.device;

/** A device in the port space. */
public interface PortDevice {

    /** The widest access the device answers at once, 1, 2 or 4 bytes; wider ones arrive as single bytes, lowest port first. */
    default int width() {
        return 1;
    }

    /**
     * Reads a register.
     *
     * @param offset from the device's first port
     * @param size 1, or up to {@link #width}
     * @return the value, zero-extended
     */
    int read(int offset, int size);

    /**
     * Writes a register.
     *
     * @param offset from the device's first port
     * @param size 1, or up to {@link #width}
     * @param value zero-extended
     */
    void write(int offset, int size, int value);
}
