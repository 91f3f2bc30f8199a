package ringspec.device;

/** A device with memory-mapped registers. */
public interface MmioDevice {

    /**
     * Reads registers.
     *
     * @param offset from the start of the device's window
     * @param size 1, 2, 4 or 8 bytes, all within the window
     * @return the value, zero-extended
     */
    long read(long offset, int size);

    /**
     * Writes registers.
     *
     * @param offset from the start of the device's window
     * @param size 1, 2, 4 or 8 bytes, all within the window
     * @param value zero-extended
     */
    void write(long offset, int size, long value);
}
