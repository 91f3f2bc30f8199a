package ringspec.engine;

import java.util.List;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.assembler.Assembler;
import ringspec.memory.PhysicalMemory;
import ringspec.memory.PortBus;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/**
 * A processor for code that is not 64-bit: 8 MBytes of RAM, a GDT with code and data of every size and ring, and for each mode a table
 * of handlers that are HLT, so that a program runs until its first exception, interrupt or HLT.
 *
 * <p>Linear and physical addresses are the same: identity tables for 4-level, PAE and 32-bit paging stand ready, user pages above
 * {@link #USER}.
 */
final class ModeBed {

    static final int CODE64 = 0x08;
    static final int DATA = 0x10;
    static final int CODE32 = 0x18;
    static final int CODE16 = 0x20;
    static final int DATA16 = 0x28;
    static final int USER_CODE32 = 0x33;
    static final int USER_DATA = 0x3B;
    static final int USER_CODE64 = 0x43;
    static final int TSS = 0x48;
    static final int TSS64 = 0x50;
    /** Free places in the GDT for what a test needs, up to 0xF8. */
    static final int FREE = 0x80;

    static final long GDT = 0x6000;
    static final long IDT = 0x7000;
    static final long IDT64 = 0x8000;
    static final long TSS_BASE = 0x9000;
    static final long TSS64_BASE = 0x9100;
    static final long PML4 = 0x1_0000;
    static final long PDPT32 = 0x1_3000;
    static final long PAGE_DIRECTORY32 = 0x1_5000;
    /** Every handler of every mode. */
    static final long HANDLERS = 0x2000;
    static final long CODE = 0x2_0000;
    static final long STACK = 0x3_0000;
    static final long ESP0 = 0x3_8000;
    static final long MEMORY = 0x4_0000;
    static final long USER = 0x40_0000;
    static final long USER_STACK = 0x50_0000;
    static final long USER_MEMORY = 0x60_0000;

    static final long FLAT_CODE32 = 0x00CF_9B00_0000_FFFFL;
    static final long FLAT_DATA = 0x00CF_9300_0000_FFFFL;
    static final long FLAT_CODE64 = 0x00AF_9B00_0000_FFFFL;
    static final long DPL3 = 3L << 45;

    static final int RAM_SIZE = 8 << 20;

    final PhysicalMemory ram;
    final Cpu cpu;
    final Interpreter engine = new Interpreter();

    ModeBed(String model) {
        this(new Cpu(ProcessorModels.named(model), new PhysicalMemory(RAM_SIZE), noPorts(), new Trace()));
    }

    /** On a processor with {@link #RAM_SIZE} of RAM that is another's. */
    ModeBed(Cpu cpu) {
        this.cpu = cpu;
        this.ram = cpu.ram;
        descriptors();
        handlers();
        pageTables();
    }

    private static PortBus noPorts() {
        return new PortBus() {
            @Override
            public int read(int port, int size) {
                return -1;
            }

            @Override
            public void write(int port, int size, int value) {
                // Nothing answers.
            }
        };
    }

    private void descriptors() {
        descriptor(CODE64, FLAT_CODE64);
        descriptor(DATA, FLAT_DATA);
        descriptor(CODE32, FLAT_CODE32);
        descriptor(CODE16, segment(CODE, 0xFFFF, 0x9B, 0));
        descriptor(DATA16, segment(MEMORY, 0xFFFF, 0x93, 0));
        descriptor(USER_CODE32, FLAT_CODE32 | DPL3);
        descriptor(USER_DATA, FLAT_DATA | DPL3);
        descriptor(USER_CODE64, FLAT_CODE64 | DPL3);
        descriptor(TSS, segment(TSS_BASE, 0x67, 0x89, 0));
        descriptor(TSS64, segment(TSS64_BASE, 0x67, 0x89, 0));
        write32(TSS_BASE + 4, ESP0);
        write32(TSS_BASE + 8, DATA);
        ram.write64(TSS64_BASE + 4, ESP0);
        // No I/O map.
        ram.write8(TSS_BASE + 0x66, 0x68);
        ram.write8(TSS64_BASE + 0x66, 0x68);
    }

    private void handlers() {
        for (int vector = 0; vector < 256; vector++) {
            ram.write8(HANDLERS + 16 * vector, 0xF4);
            gate(vector, CODE32, HANDLERS + 16 * vector, 0x8E);
            ram.write64(IDT64 + 16 * vector, HANDLERS + 16 * vector | (long) CODE64 << 16 | 0x8EL << 40);
            write32(4L * vector, HANDLERS + 16 * vector);
        }
    }

    /** Writes a gate of the protected-mode IDT; {@code attributes} are P, DPL and type as in byte 5. */
    void gate(int vector, int selector, long target, int attributes) {
        ram.write64(IDT + 8 * vector, target & 0xFFFF | (long) selector << 16 | (long) attributes << 40
                | (target >>> 16) << 48);
    }

    /** Identity tables; the pages above {@link #USER} are user pages. */
    private void pageTables() {
        ram.write64(PML4, PML4 + 0x1007);
        ram.write64(PML4 + 0x1000, PML4 + 0x2007);
        ram.write64(PDPT32, PML4 + 0x2001);
        for (int i = 0; i < 4; i++) {
            ram.write64(PML4 + 0x2000 + 8 * i, (long) i << 21 | 0x83 | (i < 2 ? 0 : 4));
        }
        write32(PAGE_DIRECTORY32, PAGE_DIRECTORY32 + 0x1007);
        write32(PAGE_DIRECTORY32 + 4, USER | 0x87);
        for (int i = 0; i < 1024; i++) {
            write32(PAGE_DIRECTORY32 + 0x1000 + 4L * i, (long) i << 12 | 3);
        }
    }

    static long segment(long base, long limit, int access, int flags) {
        return limit & 0xFFFF | (base & 0xFF_FFFF) << 16 | (long) access << 40 | (limit >>> 16 & 15) << 48
                | (long) flags << 52 | (base >>> 24) << 56;
    }

    void descriptor(int selector, long raw) {
        ram.write64(GDT + (selector & 0xFFF8), raw);
    }

    void write32(long address, long value) {
        ram.write32(address, (int) value);
    }

    long read32(long address) {
        return ram.read32(address) & 0xFFFF_FFFFL;
    }

    int read16(long address) {
        return ram.read8(address) | ram.read8(address + 1) << 8;
    }

    /** Ring 0 of protected mode without paging, tables and TSS loaded. */
    ModeBed inProtectedMode() {
        ProcessorReset.protectedMode(cpu, CODE);
        cpu.gdtrBase = GDT;
        cpu.gdtrLimit = 0xFF;
        cpu.idtrBase = IDT;
        cpu.idtrLimit = 0x7FF;
        cpu.segments[SegmentRegister.CS].selector = CODE32;
        cpu.segments[SegmentRegister.TR].load(TSS, TSS_BASE, 0x67, 0x8B);
        cpu.gpr[Cpu.RSP] = STACK;
        return this;
    }

    /** Ring 0 of 64-bit mode, tables and TSS loaded. */
    ModeBed inLongMode() {
        ProcessorReset.longMode(cpu, PML4, CODE, STACK);
        cpu.gdtrBase = GDT;
        cpu.gdtrLimit = 0xFF;
        cpu.idtrBase = IDT64;
        cpu.idtrLimit = 0xFFF;
        cpu.segments[SegmentRegister.TR].load(TSS64, TSS64_BASE, 0x67, 0x8B);
        return this;
    }

    /** Ring 0 of compatibility mode, in 32-bit code. */
    ModeBed inCompatibilityMode() {
        inLongMode();
        cpu.segments[SegmentRegister.CS].load(CODE32, 0, 0xFFFF_FFFFL, 0xC09B);
        return this;
    }

    /** Ring 3 with flat 32-bit segments; the mode of the system stays. */
    ModeBed inUserMode() {
        cpu.segments[SegmentRegister.CS].load(USER_CODE32, 0, 0xFFFF_FFFFL, 0xC0FB);
        for (int i : new int[]{SegmentRegister.SS, SegmentRegister.DS, SegmentRegister.ES}) {
            cpu.segments[i].load(USER_DATA, 0, 0xFFFF_FFFFL, 0xC0F3);
        }
        cpu.gpr[Cpu.RSP] = USER_STACK;
        cpu.setCpl(3);
        cpu.rip = USER;
        return this;
    }

    /** Real mode, at {@link #CODE} in a segment that begins there. */
    ModeBed inRealMode() {
        ProcessorReset.realMode(cpu);
        cpu.segments[SegmentRegister.CS].load((int) (CODE >> 4), CODE, 0xFFFF, 0x93);
        cpu.rip = 0;
        cpu.gpr[Cpu.RSP] = 0x8000;
        cpu.segments[SegmentRegister.SS].load((int) (MEMORY >> 4), MEMORY, 0xFFFF, 0x93);
        cpu.segments[SegmentRegister.DS].load((int) (MEMORY >> 4), MEMORY, 0xFFFF, 0x93);
        return this;
    }

    /** Assembles 16-bit, 32-bit or 64-bit code to an address, which its labels count from. */
    ModeBed write(long address, int bits, String text) {
        byte[] code = assemble(address, bits, text);
        ram.write(address, code, 0, code.length);
        return this;
    }

    private static byte[] assemble(long address, int bits, String text) {
        return Assembler.assembleAt(address, ".code" + bits + "\n" + text.replace(";", "\n"));
    }

    /** Assembles code of the current size to CS:RIP and runs it. */
    ModeBed run(String text) {
        byte[] code = assemble(cpu.rip, cpu.codeBits(), text);
        ram.write(cpu.linearRip(), code, 0, code.length);
        return go();
    }

    /** Runs on until HLT or shutdown. */
    ModeBed go() {
        cpu.halted = false;
        engine.run(cpu, cpu.instructions + 10_000);
        return this;
    }

    /** "#13(0x18)": the exception that was delivered last, with its error code; "none". */
    String fault() {
        List<TraceEvent.FaultTaken> faults = cpu.trace.all(TraceEvent.FaultTaken.class);
        if (faults.isEmpty()) {
            return "none";
        }
        TraceEvent.FaultTaken last = faults.getLast();
        return "#" + last.vector() + (last.errorCode() == -1 ? "" : "(0x%x)".formatted(last.errorCode()));
    }

    /** A general register's low 32 bits. */
    long register(int number) {
        return cpu.gpr[number] & 0xFFFF_FFFFL;
    }

    int selector(int segment) {
        return cpu.segments[segment].selector;
    }
}
