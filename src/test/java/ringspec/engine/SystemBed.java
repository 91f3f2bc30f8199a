package ringspec.engine;

import java.util.List;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.assembler.Assembler;
import ringspec.memory.PhysicalMemory;
import ringspec.memory.PortBus;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/**
 * A processor with GDT, IDT, TSS and two identity-mapped areas, supervisor below 2 MiB and user from there to 4 MiB. Every vector has
 * a gate to a HLT of its own in ring 0, so that a program runs until its first exception, interrupt or HLT.
 */
final class SystemBed {

    static final int KERNEL_CODE = 0x08;
    static final int KERNEL_DATA = 0x10;
    static final int USER_DATA = 0x1B;
    static final int USER_CODE = 0x23;
    static final int TSS = 0x28;
    /** Free places in the GDT for what a test needs. */
    static final int FREE = 0x40;

    static final long GDT = 0x6000;
    static final long IDT = 0x7000;
    static final long TSS_BASE = 0x9000;
    static final int TSS_LIMIT = 0x67;
    static final long HANDLERS = 0x1_0000;
    static final long CODE = 0x2_0000;
    static final long STACK = 0x3_0000;
    static final long RSP0 = 0x3_8000;
    static final long IST1 = 0x3_C000;
    static final long DATA = 0x4_0000;
    static final long USER = 0x20_0000;
    static final long USER_STACK = 0x30_0000;
    static final long USER_MEMORY = 0x28_0000;
    static final long UNMAPPED = 0x80_0000;
    static final long NON_CANONICAL = 0x8000_0000_0000L;

    static final long CODE64 = 0x00AF_9B00_0000_FFFFL;
    static final long DATA64 = 0x00CF_9300_0000_FFFFL;
    static final long DPL3 = 3L << 45;
    static final long PRESENT = 1L << 47;

    final PhysicalMemory ram = new PhysicalMemory(8 << 20);
    final Cpu cpu;
    final Interpreter engine = new Interpreter();
    /** What IN reads. */
    int portValue = 0x1234_5678;

    SystemBed(ProcessorModel model) {
        PortBus ports = new PortBus() {
            @Override
            public int read(int port, int size) {
                return portValue;
            }

            @Override
            public void write(int port, int size, int value) {
                portValue = value;
            }
        };
        cpu = new Cpu(model, ram, ports, new Trace());
        ram.write64(0x1000, 0x2007);
        ram.write64(0x2000, 0x3007);
        ram.write64(0x3000, 0x83);
        ram.write64(0x3008, USER | 0x87);
        ProcessorReset.longMode(cpu, 0x1000, CODE, STACK);
        tables();
        cpu.efer |= ControlRegisters.EFER_SCE;
        cpu.msrs.star = 0x0013_0008L << 32;
        cpu.msrs.lstar = HANDLERS + 0x4000;
        ram.write8(HANDLERS + 0x4000, 0xF4);
    }

    private void tables() {
        long[] gdt = {0, CODE64, DATA64, DATA64 | DPL3, CODE64 | DPL3, TSS_LIMIT | TSS_BASE << 16 | 0x8BL << 40, 0};
        for (int i = 0; i < gdt.length; i++) {
            ram.write64(GDT + 8 * i, gdt[i]);
        }
        for (int vector = 0; vector < 256; vector++) {
            gate(vector, 0x8E, 0, KERNEL_CODE);
            ram.write8(HANDLERS + 16 * vector, 0xF4);
        }
        ram.write64(TSS_BASE + 4, RSP0);
        ram.write64(TSS_BASE + 0x24, IST1);
        // The I/O map would begin at the limit: there is none.
        ram.write8(TSS_BASE + 0x66, TSS_LIMIT + 1);
        cpu.gdtrBase = GDT;
        cpu.gdtrLimit = 0x7F;
        cpu.idtrBase = IDT;
        cpu.idtrLimit = 0xFFF;
        cpu.segments[SegmentRegister.TR].load(TSS, TSS_BASE, TSS_LIMIT, 0x8B);
    }

    /** Writes a gate: {@code attributes} are P, DPL and type as in byte 5. */
    void gate(int vector, int attributes, int ist, int selector) {
        long target = HANDLERS + 16 * vector;
        gate(vector, target, attributes, ist, selector);
    }

    void gate(int vector, long target, int attributes, int ist, int selector) {
        ram.write64(IDT + 16 * vector, target & 0xFFFF | (long) selector << 16 | (long) ist << 32
                | (long) attributes << 40 | (target >>> 16 & 0xFFFF) << 48);
        ram.write64(IDT + 16 * vector + 8, target >>> 32);
    }

    void descriptor(int selector, long raw) {
        ram.write64(GDT + (selector & 0xFFF8), raw);
    }

    /** Runs a program in ring 0 from {@link #CODE}. */
    SystemBed kernel(String program) {
        return run(program, CODE);
    }

    /** Runs a program in ring 3 from {@link #USER}. */
    SystemBed user(String program) {
        enterUser();
        return run(program, USER);
    }

    void enterUser() {
        cpu.segments[SegmentRegister.CS].load(USER_CODE, 0, 0xFFFF_FFFFL, 0xA0FB);
        cpu.segments[SegmentRegister.SS].load(USER_DATA, 0, 0xFFFF_FFFFL, 0xC0F3);
        cpu.gpr[Cpu.RSP] = USER_STACK;
        cpu.setCpl(3);
    }

    private SystemBed run(String program, long at) {
        byte[] code = Assembler.assembleAt(at, program);
        ram.write(at, code, 0, code.length);
        cpu.rip = at;
        return go();
    }

    /** Runs on until HLT or shutdown. */
    SystemBed go() {
        cpu.halted = false;
        engine.run(cpu, cpu.instructions + 10_000);
        return this;
    }

    /** The vectors whose handlers were entered, in order. */
    List<Integer> vectors() {
        return cpu.trace.all(TraceEvent.HandlerEntered.class).stream().map(TraceEvent.HandlerEntered::vector).toList();
    }

    /** The quadword at a distance from RSP: with an error code, frames start 8 bytes further up. */
    long stack(int offset) {
        return ram.read64(cpu.gpr[Cpu.RSP] + offset);
    }

    /** "#13(0x18)": the exception that was delivered last, with its error code. */
    String fault() {
        List<TraceEvent.FaultTaken> faults = cpu.trace.all(TraceEvent.FaultTaken.class);
        if (faults.isEmpty()) {
            return "none";
        }
        TraceEvent.FaultTaken last = faults.getLast();
        return "#" + last.vector() + (last.errorCode() == -1 ? "" : "(0x%x)".formatted(last.errorCode()));
    }
}
