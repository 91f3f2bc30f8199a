package ringspec.memory;

/** The I/O port space of 65536 byte ports. */
public interface PortBus {

    /**
     * Reads a port.
     *
     * @param port 0 to 0xFFFF
     * @param size 1, 2 or 4 bytes
     * @return the value, zero-extended; all ones where nothing answers
     */
    int read(int port, int size);

    /**
     * Writes a port; nothing happens where nothing answers.
     *
     * @param port 0 to 0xFFFF
     * @param size 1, 2 or 4 bytes
     * @param value the low {@code size} bytes count
     */
    void write(int port, int size, int value);
}
