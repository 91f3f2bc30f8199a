package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Vector;

/** The stack as far transfers use it: a non-canonical address is #SS(0). */
final class SystemStack {

    private SystemStack() {
    }

    /** Reads 2, 4 or 8 bytes, zero-extended. */
    static long read(Cpu cpu, long linear, int size) {
        requireCanonical(linear, size);
        return cpu.memory.read(linear, size);
    }

    /** Makes sure that {@code size} bytes can be written. */
    static void prepareWrite(Cpu cpu, long linear, int size) {
        requireCanonical(linear, size);
        cpu.memory.prepareWrite(linear, size);
    }

    private static void requireCanonical(long linear, int size) {
        if (!Cpu.isCanonical(linear) || !Cpu.isCanonical(linear + size - 1)) {
            throw Fault.of(Vector.SS, 0);
        }
    }
}
