package ringspec.cpu;

/** Reads descriptors and TSS fields as the processor does by itself: with supervisor rights whatever the CPL. */
public final class DescriptorTables {

    /** Offset of RSP0 in a 64-bit TSS; RSP1 and RSP2 follow (SDM vol. 3A, figure 8-11). */
    private static final int TSS_RSP0 = 4;
    /** Offset of IST1 in a 64-bit TSS. */
    private static final int TSS_IST1 = 0x24;
    /** Offsets of ESP0 in a 32-bit and of SP0 in a 16-bit TSS; SS0 follows, then the same for rings 1 and 2 (SDM vol. 3A, 9.2.1, 9.6). */
    private static final int TSS32_ESP0 = 4;
    private static final int TSS16_SP0 = 2;

    private DescriptorTables() {
    }

    /** True for selectors 0 to 3. */
    public static boolean isNull(int selector) {
        return (selector & 0xFFFC) == 0;
    }

    /** A selector as an error code shows it: RPL replaced by EXT. */
    public static int errorCode(int selector, int ext) {
        return selector & 0xFFFC | ext;
    }

    /**
     * True if {@code size} bytes at the selector's index lie within the GDT or, with TI set, the LDT.
     *
     * @param size 8 or 16 bytes
     */
    public static boolean isWithinLimit(Cpu cpu, int selector, int size) {
        SegmentRegister ldtr = cpu.segments[SegmentRegister.LDTR];
        if (isLocal(selector) && (ldtr.attributes & SegmentRegister.PRESENT) == 0) {
            return false;
        }
        long limit = isLocal(selector) ? ldtr.limit : cpu.gdtrLimit;
        return (selector & 0xFFF8) + size - 1 <= limit;
    }

    /**
     * Reads a selector's descriptor.
     *
     * @param ext EXT bit of the error code
     * @throws Fault #GP(selector) if it lies outside the table
     */
    public static Descriptor read(Cpu cpu, int selector, int ext) {
        return read(cpu, selector, Vector.GP, ext);
    }

    /** Like {@link #read(Cpu, int, int)} with another exception than #GP for selectors outside the table. */
    static Descriptor read(Cpu cpu, int selector, int vector, int ext) {
        if (!isWithinLimit(cpu, selector, 8)) {
            throw Fault.of(vector, errorCode(selector, ext));
        }
        return new Descriptor(cpu.memory.systemRead64(address(cpu, selector)));
    }

    /**
     * Reads the code segment that a gate of the IDT leads to.
     *
     * @param only64 whether it must be 64-bit
     * @throws Fault #GP or #NP if it may not be entered
     */
    static Descriptor readHandler(Cpu cpu, int selector, int ext, boolean only64) {
        if (isNull(selector)) {
            throw Fault.of(Vector.GP, ext);
        }
        Descriptor descriptor = read(cpu, selector, ext);
        boolean unfit = only64 && (!descriptor.isLong() || descriptor.isBig());
        if (!descriptor.isCode() || descriptor.dpl() > cpu.cpl() || unfit) {
            throw Fault.of(Vector.GP, errorCode(selector, ext));
        }
        if (!descriptor.isPresent()) {
            throw Fault.of(Vector.NP, errorCode(selector, ext));
        }
        return descriptor;
    }

    /**
     * Reads the upper half of a 16-byte descriptor.
     *
     * @throws Fault #GP(selector) if it lies outside the table
     */
    public static long readUpperHalf(Cpu cpu, int selector) {
        if (!isWithinLimit(cpu, selector, 16)) {
            throw Fault.of(Vector.GP, errorCode(selector, 0));
        }
        return cpu.memory.systemRead64(address(cpu, selector) + 8);
    }

    /** Marks a code or data segment as accessed in its table; nothing is written if it is already. */
    public static Descriptor markAccessed(Cpu cpu, int selector, Descriptor descriptor) {
        return mark(cpu, selector, descriptor, Descriptor.ACCESSED);
    }

    /** Marks an available TSS as busy in the GDT. */
    static Descriptor markBusy(Cpu cpu, int selector, Descriptor descriptor) {
        return mark(cpu, selector, descriptor, Descriptor.BUSY);
    }

    private static Descriptor mark(Cpu cpu, int selector, Descriptor descriptor, long bit) {
        if ((descriptor.raw() & bit) != 0) {
            return descriptor;
        }
        cpu.memory.systemWrite64(address(cpu, selector), descriptor.raw() | bit);
        return new Descriptor(descriptor.raw() | bit);
    }

    /**
     * The stack pointer that the TSS holds for a privilege level.
     *
     * @param level 0 to 2
     * @throws Fault #TS(TR) if the field lies beyond the TSS limit
     */
    public static long privilegeStack(Cpu cpu, int level, int ext) {
        return tssField(cpu, TSS_RSP0 + 8 * level, ext);
    }

    /**
     * A stack pointer of the interrupt stack table.
     *
     * @param index 1 to 7
     * @throws Fault #TS(TR) if the field lies beyond the TSS limit
     */
    static long interruptStack(Cpu cpu, int index, int ext) {
        return tssField(cpu, TSS_IST1 + 8 * (index - 1), ext);
    }

    private static long tssField(Cpu cpu, int offset, int ext) {
        return tssField(cpu, offset, 8, ext);
    }

    private static long tssField(Cpu cpu, int offset, int size, int ext) {
        SegmentRegister tr = cpu.segments[SegmentRegister.TR];
        if (offset + size - 1 > tr.limit) {
            throw Fault.of(Vector.TS, errorCode(tr.selector, ext));
        }
        return cpu.memory.systemRead(tr.base + offset, size);
    }

    /**
     * The stack that the 32-bit or 16-bit TSS holds for a privilege level, outside long mode, checked (SDM vol. 2A, CALL and INT n,
     * "more privilege").
     *
     * @param level 0 to 2
     * @throws Fault #TS, or #SS(selector) if the segment isn't present
     */
    public static StackView protectedStack(Cpu cpu, int level, int ext) {
        boolean narrow = (cpu.segments[SegmentRegister.TR].attributes & 15) <= Descriptor.TSS16_BUSY;
        int size = narrow ? 2 : 4;
        int at = narrow ? TSS16_SP0 + 4 * level : TSS32_ESP0 + 8 * level;
        // Pointer and selector must both lie within the limit before either is used.
        int selector = (int) tssField(cpu, at + size, 2, ext);
        long pointer = tssField(cpu, at, size, ext);
        if (isNull(selector)) {
            throw Fault.of(Vector.TS, ext);
        }
        int code = errorCode(selector, ext);
        Descriptor stack = read(cpu, selector, Vector.TS, ext);
        if ((selector & 3) != level || stack.dpl() != level || !stack.isWritable()) {
            throw Fault.of(Vector.TS, code);
        }
        if (!stack.isPresent()) {
            throw Fault.of(Vector.SS, code);
        }
        return StackView.inner(cpu, selector, markAccessed(cpu, selector, stack), pointer, ext);
    }

    private static boolean isLocal(int selector) {
        return (selector & 4) != 0;
    }

    private static long address(Cpu cpu, int selector) {
        long table = isLocal(selector) ? cpu.segments[SegmentRegister.LDTR].base : cpu.gdtrBase;
        return table + (selector & 0xFFF8);
    }
}
