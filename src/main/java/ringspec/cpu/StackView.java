package ringspec.cpu;

/**
 * A stack as far transfers and event delivery see it, be it the current one or one that is about to become it: segment, width and
 * pointer. In 64-bit mode the segment is flat and an address must be canonical; else base and limit count, and a 16-bit stack
 * pointer wraps at 64 KBytes and leaves the upper half of ESP.
 *
 * <p>Nothing of the processor changes but by {@link #commit}; pushes write to memory.
 */
public final class StackView {

    private final Cpu cpu;
    private final SegmentRegister segment;
    private final int errorCode;
    private final boolean flat;
    private final long mask;
    private long pointer;

    private StackView(Cpu cpu, SegmentRegister segment, long pointer, boolean flat, int errorCode) {
        this.cpu = cpu;
        this.segment = segment;
        this.flat = flat;
        this.mask = flat ? -1L : (segment.attributes & SegmentRegister.DEFAULT_BIG) != 0 ? 0xFFFF_FFFFL : 0xFFFF;
        this.pointer = pointer;
        this.errorCode = errorCode;
    }

    /**
     * The current stack.
     *
     * @param ext EXT bit of the #SS that a bad access raises
     */
    public static StackView current(Cpu cpu, int ext) {
        return new StackView(cpu, cpu.segments[SegmentRegister.SS], cpu.gpr[Cpu.RSP], cpu.codeBits() == 64, ext);
    }

    /** A stack of 64-bit mode. */
    public static StackView flat(Cpu cpu, long pointer, int ext) {
        return new StackView(cpu, cpu.segments[SegmentRegister.SS], pointer, true, ext);
    }

    /** The stack that a checked descriptor and a pointer of a TSS describe. */
    static StackView inner(Cpu cpu, int selector, Descriptor descriptor, long pointer, int ext) {
        SegmentRegister segment = new SegmentRegister();
        segment.load(selector, descriptor.base(), descriptor.limit(), descriptor.attributes());
        return new StackView(cpu, segment, pointer, false, DescriptorTables.errorCode(selector, ext));
    }

    /** The stack pointer. */
    public long pointer() {
        return pointer & mask;
    }

    /**
     * Reads a value at a distance above the stack pointer.
     *
     * @param size 2, 4 or 8 bytes
     * @throws Fault #SS or #PF
     */
    public long read(long distance, int size) {
        return cpu.memory.read(linear(pointer + distance, size, false), size);
    }

    /**
     * Makes sure that values can be pushed.
     *
     * @param count how many
     * @param size of each: 2, 4 or 8 bytes
     * @throws Fault #SS or #PF
     */
    public void prepare(int count, int size) {
        for (int i = count; i >= 1; i--) {
            cpu.memory.prepareWrite(linear(pointer - (long) i * size, size, true), size);
        }
    }

    /** Pushes a value; it must have been prepared. */
    public void push(int size, long value) {
        pointer -= size;
        cpu.memory.write(linear(pointer, size, true), size, value);
    }

    /** Moves the stack pointer up. */
    public void release(long bytes) {
        pointer += bytes;
    }

    /** Loads the segment into SS, if this is another stack than the current one; {@link #commit} loads the pointer. */
    public void load() {
        cpu.segments[SegmentRegister.SS].copyFrom(segment);
    }

    /** Loads the stack pointer into RSP, ESP or SP. */
    public void commit() {
        cpu.gpr[Cpu.RSP] = mask == 0xFFFF ? cpu.gpr[Cpu.RSP] & ~mask | pointer & mask : pointer & mask;
    }

    private long linear(long at, int size, boolean write) {
        if (flat) {
            if (!Cpu.isCanonical(at) || !Cpu.isCanonical(at + size - 1)) {
                throw Fault.of(Vector.SS, errorCode);
            }
            return at;
        }
        long offset = at & mask;
        if (!SegmentAccess.covers(segment, offset, size) || !SegmentAccess.permits(segment, write)) {
            throw Fault.of(Vector.SS, errorCode);
        }
        return segment.base + offset & 0xFFFF_FFFFL;
    }
}
