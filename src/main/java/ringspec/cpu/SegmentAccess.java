package ringspec.cpu;

/**
 * From a segment and an offset to a linear address outside 64-bit mode: type, limit, base (SDM vol. 3A, 6.3 to 6.5; vol. 1, 3.7.4).
 * In real mode the same hidden parts are looked at: they hold 64-KByte limits unless protected mode has left other ones there.
 */
public final class SegmentAccess {

    private static final long LINEAR = 0xFFFF_FFFFL;
    private static final int CODE = 8;
    private static final int EXPAND_DOWN = 4;
    private static final int READABLE_OR_WRITABLE = 2;

    private SegmentAccess() {
    }

    /**
     * Checks an access and gives its linear address.
     *
     * @param segment ES to GS by {@link SegmentRegister} number
     * @param offset of the first byte, truncated to the address size
     * @param size bytes, 1 to 4096; 0 if nothing is accessed, so that nothing is checked
     * @param write whether the access writes
     * @throws Fault #GP(0), or #SS(0) through SS
     */
    public static long linear(Cpu cpu, int segment, long offset, int size, boolean write) {
        SegmentRegister register = cpu.segments[segment];
        if (size != 0 && !(permits(register, write) && covers(register, offset, size))) {
            throw Fault.of(segment == SegmentRegister.SS ? Vector.SS : Vector.GP, 0);
        }
        return register.base + offset & LINEAR;
    }

    /** True unless a null selector is loaded or the type forbids it: no writing to code and read-only data, no reading of execute-only code. */
    static boolean permits(SegmentRegister register, boolean write) {
        int attributes = register.attributes;
        boolean code = (attributes & CODE) != 0;
        boolean readableOrWritable = (attributes & READABLE_OR_WRITABLE) != 0;
        return (attributes & SegmentRegister.PRESENT) != 0 && (write ? !code && readableOrWritable : !code
                || readableOrWritable);
    }

    /** True if all bytes lie within the limit: at or below it, or in an expand-down segment above it. */
    static boolean covers(SegmentRegister register, long offset, int size) {
        long last = offset + size - 1;
        if ((register.attributes & (CODE | EXPAND_DOWN)) != EXPAND_DOWN) {
            return last <= register.limit;
        }
        boolean big = (register.attributes & SegmentRegister.DEFAULT_BIG) != 0;
        return offset > register.limit && last <= (big ? LINEAR : 0xFFFF);
    }
}
