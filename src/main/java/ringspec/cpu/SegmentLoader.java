package ringspec.cpu;

/**
 * Loading of data segment registers, LDTR and TR (SDM vol. 2B, MOV; vol. 2A, LLDT and LTR; vol. 3A, 3.4.2 and 5.5; vol. 3B, 22.1.1
 * for real mode). Every method leaves everything unchanged if it throws.
 */
public final class SegmentLoader {

    /** Attributes of a segment in real mode: present, writable, accessed. */
    private static final int REAL_MODE = SegmentRegister.PRESENT | SegmentRegister.CODE_OR_DATA | 3;

    private SegmentLoader() {
    }

    /**
     * What MOV to a segment register and POP do.
     *
     * @param register ES, SS, DS, FS or GS by {@link SegmentRegister} number; loading CS is the caller's #UD
     * @param selector bits 15:0 count
     */
    public static void load(Cpu cpu, int register, int selector) {
        int loaded = selector & 0xFFFF;
        if (!cpu.isProtected()) {
            loadReal(cpu, register, loaded);
        } else if (register == SegmentRegister.SS) {
            loadStack(cpu, loaded);
        } else {
            loadData(cpu, register, loaded);
        }
    }

    /**
     * Loads a segment register in real mode: the base becomes 16 times the selector. Limit and attributes stay what protected mode
     * has left, but a segment that was unusable becomes usable, and CS becomes writable.
     */
    public static void loadReal(Cpu cpu, int register, int selector) {
        SegmentRegister segment = cpu.segments[register];
        boolean usable = (segment.attributes & SegmentRegister.PRESENT) != 0;
        int attributes = usable && register != SegmentRegister.CS ? segment.attributes
                : segment.attributes & SegmentRegister.DEFAULT_BIG | REAL_MODE;
        segment.load(selector, (long) selector << 4, usable ? segment.limit : 0xFFFF, attributes);
    }

    private static void loadStack(Cpu cpu, int selector) {
        if (DescriptorTables.isNull(selector)) {
            // Only 64-bit mode can do without a stack segment.
            if (cpu.codeBits() != 64 || cpu.cpl() == 3 || (selector & 3) != cpu.cpl()) {
                throw Fault.generalProtection();
            }
            loadNullStack(cpu, selector);
            return;
        }
        apply(cpu, SegmentRegister.SS, selector, checkedStack(cpu, selector, cpu.cpl()));
    }

    /**
     * Checks a non-null SS selector for a privilege level.
     *
     * @throws Fault #GP(selector) or #SS(selector)
     */
    public static Descriptor checkedStack(Cpu cpu, int selector, int level) {
        int code = DescriptorTables.errorCode(selector, 0);
        Descriptor descriptor = DescriptorTables.read(cpu, selector, 0);
        if ((selector & 3) != level || !descriptor.isWritable() || descriptor.dpl() != level) {
            throw Fault.of(Vector.GP, code);
        }
        if (!descriptor.isPresent()) {
            throw Fault.of(Vector.SS, code);
        }
        return descriptor;
    }

    private static void loadData(Cpu cpu, int register, int selector) {
        if (DescriptorTables.isNull(selector)) {
            loadNull(cpu, register, selector);
            return;
        }
        int code = DescriptorTables.errorCode(selector, 0);
        Descriptor descriptor = DescriptorTables.read(cpu, selector, 0);
        int rpl = selector & 3;
        boolean denied = !descriptor.isConforming() && (rpl > descriptor.dpl() || cpu.cpl() > descriptor.dpl());
        if (!descriptor.isReadable() || denied) {
            throw Fault.of(Vector.GP, code);
        }
        if (!descriptor.isPresent()) {
            throw Fault.of(Vector.NP, code);
        }
        apply(cpu, register, selector, descriptor);
    }

    /** Loads a segment register from a descriptor that has passed all checks, and marks it as accessed in its table. */
    public static void apply(Cpu cpu, int register, int selector, Descriptor descriptor) {
        Descriptor marked = DescriptorTables.markAccessed(cpu, selector, descriptor);
        cpu.segments[register].load(selector, marked.base(), marked.limit(), marked.attributes());
    }

    /** Loads SS with a null selector whose RPL is the privilege level, as a stack switch in 64-bit mode does. */
    public static void loadNullStack(Cpu cpu, int level) {
        cpu.segments[SegmentRegister.SS].load(level, 0, 0, level << 5);
    }

    /**
     * Loads a data segment register with a null selector. Intel clears the base with it; AMD leaves base and limit (APM vol. 2,
     * 4.8.1, processors without NullSelectClearsBase).
     */
    public static void loadNull(Cpu cpu, int register, int selector) {
        SegmentRegister segment = cpu.segments[register];
        boolean keeps = cpu.model.vendor() == ProcessorModel.Vendor.AMD;
        segment.load(selector, keeps ? segment.base : 0, keeps ? segment.limit : 0, 0);
    }

    /**
     * After a return to an outer privilege level: data segments that it may not use become null (SDM vol. 2A, IRET).
     *
     * @param level the new CPL
     */
    public static void dropInaccessible(Cpu cpu, int level) {
        for (int register : new int[]{SegmentRegister.ES, SegmentRegister.DS, SegmentRegister.FS, SegmentRegister.GS}) {
            SegmentRegister segment = cpu.segments[register];
            boolean present = (segment.attributes & SegmentRegister.PRESENT) != 0;
            boolean conforming = (segment.attributes & 12) == 12;
            if (present && !conforming && segment.dpl() < level) {
                // The base stays: for FS and GS it may have come from an MSR.
                segment.load(0, segment.base, segment.limit, 0);
            }
        }
    }

    /** LLDT; the caller has checked CPL. */
    public static void loadLocalTable(Cpu cpu, int selector) {
        SegmentRegister ldtr = cpu.segments[SegmentRegister.LDTR];
        if (DescriptorTables.isNull(selector)) {
            ldtr.load(selector, 0, 0, 0);
            return;
        }
        Descriptor descriptor = checkedSystem(cpu, selector, Descriptor.LDT, Descriptor.LDT);
        long base = systemBase(cpu, selector, descriptor);
        ldtr.load(selector, base, descriptor.limit(), descriptor.attributes());
    }

    /** LTR; the caller has checked CPL. */
    public static void loadTask(Cpu cpu, int selector) {
        if (DescriptorTables.isNull(selector)) {
            throw Fault.generalProtection();
        }
        Descriptor descriptor = checkedSystem(cpu, selector, Descriptor.TSS_AVAILABLE,
                cpu.isLongMode() ? Descriptor.TSS_AVAILABLE : Descriptor.TSS16_AVAILABLE);
        long base = systemBase(cpu, selector, descriptor);
        Descriptor busy = DescriptorTables.markBusy(cpu, selector, descriptor);
        cpu.segments[SegmentRegister.TR].load(selector, base, busy.limit(), busy.attributes());
    }

    private static Descriptor checkedSystem(Cpu cpu, int selector, int type, int orType) {
        int code = DescriptorTables.errorCode(selector, 0);
        if ((selector & 4) != 0) {
            throw Fault.of(Vector.GP, code);
        }
        Descriptor descriptor = DescriptorTables.read(cpu, selector, 0);
        if (!descriptor.isSystem() || descriptor.type() != type && descriptor.type() != orType) {
            throw Fault.of(Vector.GP, code);
        }
        if (!descriptor.isPresent()) {
            throw Fault.of(Vector.NP, code);
        }
        return descriptor;
    }

    /** The base: in long mode the 64-bit one of a 16-byte descriptor, whose upper type field must be 0. */
    private static long systemBase(Cpu cpu, int selector, Descriptor descriptor) {
        if (!cpu.isLongMode()) {
            return descriptor.base();
        }
        long high = DescriptorTables.readUpperHalf(cpu, selector);
        long base = descriptor.base() | high << 32;
        if ((high >>> 40 & 0x1F) != 0) {
            throw Fault.of(Vector.GP, DescriptorTables.errorCode(selector, 0));
        }
        if (!Cpu.isCanonical(base)) {
            throw Fault.generalProtection();
        }
        return base;
    }
}
