package ringspec.cpu.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.FpuState;
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
    /** A stretch of random bytes from which a seed chooses the pages. */
    private static final byte[] NOISE = noise();

    final Cpu cpu;
    private final PhysicalMemory ram = new PhysicalMemory(SIZE);
    private final Map<Long, Integer> frames = new LinkedHashMap<>();
    private final long seed;
    private int nextTable = FIRST_TABLE;

    DemandMappedCpu(long seed) {
        this.seed = seed;
        cpu = new Cpu(ProcessorModels.INTEL, ram, null, new Trace());
        ProcessorReset.longMode(cpu, PML4, 0, 0);
    }

    private static byte[] noise() {
        byte[] bytes = new byte[1 << 18];
        new Random(19).nextBytes(bytes);
        return bytes;
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
        int frame = frames.computeIfAbsent(page, key -> newFrame());
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

    private int newFrame() {
        int frame = FIRST_DATA + frames.size() * Frame.SIZE;
        if (frame < SIZE) {
            int from = Math.floorMod(seed + 0x9E37_79B9L * frame, NOISE.length - Frame.SIZE);
            ram.write(frame, NOISE, from, Frame.SIZE);
        }
        return frame;
    }

    /**
     * Everything that a program could see and an instruction could have changed; RF, which marks a part of a REP, is left out.
     *
     * @param registers all but the x87 unit's
     * @param x87 its fields and registers
     * @param data a hash over the data pages
     */
    record State(List<Long> registers, List<Long> x87, long flags, long rip, int data) {
        State withoutData() {
            return new State(registers, x87, flags, rip, 0);
        }
    }

    State state() {
        int data = 0;
        for (int i = 0; i < frames.size(); i++) {
            data = 31 * data + Arrays.hashCode(ram.frame((FIRST_DATA >> Frame.SHIFT) + i).bytes);
        }
        return new State(list(cpu.gpr, cpu.xmm, cpu.ymmHigh, new long[]{cpu.mxcsr}), x87(), cpu.flags.value()
                & ~Rflags.RF, cpu.rip, data);
    }

    private List<Long> x87() {
        FpuState fpu = cpu.fpu;
        List<Long> fields = list(fpu.significand, new long[]{fpu.control, fpu.status, fpu.tag});
        for (int signExponent : fpu.signExponent) {
            fields.add((long) signExponent);
        }
        return fields;
    }

    private static List<Long> list(long[]... arrays) {
        List<Long> values = new ArrayList<>(96);
        for (long[] array : arrays) {
            for (long value : array) {
                values.add(value);
            }
        }
        return values;
    }
}
