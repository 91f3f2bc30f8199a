package ringspec.engine;

import java.util.List;
import ringspec.cpu.Cpu;
import ringspec.cpu.InterruptSource;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.isa.assembler.Assembler;
import ringspec.memory.Frame;
import ringspec.memory.PhysicalMemory;
import ringspec.memory.PortBus;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/**
 * A processor in ring 0 with the first 2 MiB mapped as they are, a GDT, and an IDT whose handlers are HLT until a test writes others:
 * whatever is delivered stops the machine with its frame on the stack.
 */
final class EngineBed {

    static final long CODE = 0x1_0000;
    static final long DATA = 0x2_0000;
    static final long STACK = 0x4_0000;
    private static final long PML4 = 0x1000;
    private static final long GDT = 0x5000;
    private static final long IDT = 0x6000;
    private static final long HANDLERS = 0x8000;
    private static final int HANDLER_SIZE = 32;
    private static final byte HLT = (byte) 0xF4;

    final PhysicalMemory ram;
    final Cpu cpu;
    final Interpreter engine = new Interpreter();

    EngineBed() {
        this(new PhysicalMemory(2 << 20));
        ram.write64(PML4, 0x2000 | 7);
        ram.write64(0x2000, 0x3000 | 7);
        ram.write64(0x3000, 0x4000 | 7);
        for (int page = 0; page < 512; page++) {
            map(page * (long) Frame.SIZE, true);
        }
        ram.write64(GDT + 8, 0x00AF_9B00_0000_FFFFL);
        ram.write64(GDT + 16, 0x00CF_9300_0000_FFFFL);
        for (int vector = 0; vector < 256; vector++) {
            ram.write64(IDT + 16L * vector, 0x8E00_0008_0000L | handler(vector));
            ram.write8(handler(vector), HLT);
        }
        ProcessorReset.longMode(cpu, PML4, CODE, STACK);
        cpu.gdtrBase = GDT;
        cpu.gdtrLimit = 23;
        cpu.idtrBase = IDT;
        cpu.idtrLimit = 4095;
    }

    private EngineBed(PhysicalMemory ram) {
        this.ram = ram;
        this.cpu = new Cpu(ProcessorModels.INTEL, ram, new NoPorts(), new Trace());
    }

    EngineBed fork() {
        EngineBed fork = new EngineBed(ram.fork());
        fork.cpu.copyStateFrom(cpu);
        return fork;
    }

    /** Maps a page of the first 2 MiB to itself, or takes it away. */
    void map(long linear, boolean present) {
        ram.write64(0x4000 + (linear >>> Frame.SHIFT) * 8, linear & -Frame.SIZE | (present ? 7 : 6));
    }

    long handler(int vector) {
        return HANDLERS + (long) vector * HANDLER_SIZE;
    }

    /** Assembles to an address. */
    EngineBed write(long address, String text) {
        byte[] bytes = Assembler.assembleAt(address, text);
        ram.write(address, bytes, 0, bytes.length);
        return this;
    }

    /** Runs the text at {@link #CODE} until HLT. */
    EngineBed run(String text) {
        write(CODE, text);
        engine.run(cpu, 1_000_000);
        return this;
    }

    /** The stack's 64-bit word at an index from the top. */
    long stack(int index) {
        return ram.read64(cpu.gpr[Cpu.RSP] + 8L * index);
    }

    TraceEvent.FaultTaken onlyFault() {
        List<TraceEvent.FaultTaken> faults = cpu.trace.all(TraceEvent.FaultTaken.class);
        if (faults.size() != 1) {
            throw new AssertionError("expected one fault, there were " + faults);
        }
        return faults.getFirst();
    }

    /** An interrupt request that stays until it is acknowledged. */
    void request(int vector) {
        cpu.interrupts = new InterruptSource() {
            private boolean pending = true;

            @Override
            public boolean isPending() {
                return pending;
            }

            @Override
            public int acknowledge() {
                pending = false;
                return vector;
            }
        };
    }

    private record NoPorts() implements PortBus {
        @Override
        public int read(int port, int size) {
            return -1;
        }

        @Override
        public void write(int port, int size, int value) {
            // Nothing answers.
        }
    }
}
