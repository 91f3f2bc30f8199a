package ringspec.kernel;

/**
 * The kernel's own memory: its structures and page tables, at their addresses in the direct map of all RAM.
 *
 * <p>An address outside the direct map means that a kernel structure is damaged, and raises {@link KernelPanic}.
 */
public interface KernelMemory {

    /** Reads 64 bits. */
    long load(long address);

    /** Writes 64 bits. */
    void store(long address, long value);

    /** Reads 32 bits, zero-extended. */
    int load32(long address);

    /** Writes 32 bits. */
    void store32(long address, int value);

    /** Reads 16 bits, zero-extended. */
    int load16(long address);

    /** Writes 16 bits. */
    void store16(long address, int value);

    /** Reads 8 bits, zero-extended. */
    int load8(long address);

    /** Writes 8 bits. */
    void store8(long address, int value);

    /** Copies bytes out. */
    byte[] read(long address, int length);

    /** Copies part of an array in. */
    void write(long address, byte[] source, int from, int length);

    /** Zeroes a range. */
    void zero(long address, long length);

    /** Adds to a 64-bit field and returns the new value. */
    default long add(long address, long amount) {
        long value = load(address) + amount;
        store(address, value);
        return value;
    }
}
