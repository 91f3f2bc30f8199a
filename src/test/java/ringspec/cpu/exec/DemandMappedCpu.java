package ringspec.cpu.exec;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.Rflags;
import ringspec.memory.Frame;
import ringspec.memory.PhysicalMemory;
import ringspec.trace.Trace;

/**
 * A processor whose data pages appear one by one: a page fault maps the page read-only, a write fault makes it writable. So each memory
 * access of an instruction faults once at least, and twice where it writes.
 */
final class DemandMappedCpu {

    private static final int PML4 = 0x1000;
    private static final int FIRST_TABLE = 0x2000;
    private static final int FIRST_DATA = 0x40_000;
    private static final int SIZE = 0x50_000;
    private static final int P = 1;
    private static final int RW = 2;
    private static final int US = 4;

    final Cpu cpu;
    private final PhysicalMemory ram = new PhysicalMemory(SIZE);
    private final Map<Long, Integer> frames = new LinkedHashMap<>();
    private int nextTable = FIRST_TABLE;

    DemandMappedCpu(long seed) {
        byte[] content = new byte[SIZE - FIRST_DATA];
        new Random(seed).nextBytes(content);
        ram.write(FIRST_DATA, content, 0, content.length);
        cpu = new Cpu(ProcessorModels.INTEL, ram, null, new Trace());
        ProcessorReset.longMode(cpu, PML4, 0, 0);
    }

    /** Maps what the fault asks for. */
    void resolve(Fault fault) {
        map(fault.address(), (fault.errorCode() & 2) != 0);
    }

    /** Maps, writable, every page that the other processor has come to map, to the same frames. */
    void mapLike(DemandMappedCpu other) {
        other.frames.keySet().forEach(page -> map(page, true));
    }

    private void map(long linear, boolean writable) {
        long page = linear & -Frame.SIZE;
        int frame = frames.computeIfAbsent(page, key -> FIRST_DATA + frames.size() * Frame.SIZE);
        if (frame >= SIZE || nextTable > FIRST_DATA - 3 * Frame.SIZE) {
            throw new IllegalStateException("the instruction touches more pages than the test has");
        }
        long table = PML4;
        for (int shift = 39; shift > 12; shift -= 9) {
            long entry = table + (linear >>> shift & 511) * 8;
            if (ram.read64(entry) == 0) {
                ram.write64(entry, nextTable | P | RW | US);
                nextTable += Frame.SIZE;
            }
            table = ram.read64(entry) & -Frame.SIZE;
        }
        ram.write64(table + (linear >>> 12 & 511) * 8, frame | P | US | (writable ? RW : 0));
    }

    /** Everything that a program could see and an instruction could have changed; RF, which marks a part of a REP, is left out. */
    record State(String registers, long flags, long rip, int data) {
        State withoutData() {
            return new State(registers, flags, rip, 0);
        }
    }

    State state() {
        String registers = Arrays.toString(cpu.gpr) + Arrays.toString(cpu.xmm) + Arrays.toString(cpu.ymmHigh)
                + cpu.mxcsr + cpu.fpu;
        return new State(registers, cpu.flags.value() & ~Rflags.RF, cpu.rip, Arrays.hashCode(ram.read(FIRST_DATA, SIZE
                - FIRST_DATA)));
    }
}
