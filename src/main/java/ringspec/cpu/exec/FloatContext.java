package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Vector;

/**
 * MXCSR during one instruction: rounding control, and the exceptions that its operations raise (SDM vol. 1, 10.2.3 and 11.5).
 */
final class FloatContext {

    static final int INVALID = 1;
    static final int DENORMAL = 2;
    static final int DIVIDE_BY_ZERO = 4;
    static final int OVERFLOW = 8;
    static final int UNDERFLOW = 16;
    static final int PRECISION = 32;

    private static final int DENORMALS_ARE_ZEROS = 1 << 6;
    private static final int FLUSH_TO_ZERO = 1 << 15;
    /** Exceptions that are seen before the operation is carried out. */
    private static final int EARLY = INVALID | DENORMAL | DIVIDE_BY_ZERO;

    private final int mxcsr;
    private int raised;

    FloatContext(int mxcsr) {
        this.mxcsr = mxcsr;
    }

    void raise(int exceptions) {
        raised |= exceptions;
    }

    FloatRounding rounding() {
        return FloatRounding.of(mxcsr >>> 13 & 3);
    }

    boolean roundsToNearest() {
        return (mxcsr & 3 << 13) == 0;
    }

    boolean isMasked(int exception) {
        return (mxcsr & exception << 7) != 0;
    }

    boolean flushesToZero() {
        return (mxcsr & FLUSH_TO_ZERO) != 0;
    }

    /** The operand, a denormal replaced by zero if MXCSR.DAZ is set. */
    long operand(FloatFormat format, long bits) {
        return (mxcsr & DENORMALS_ARE_ZEROS) != 0 && format.isDenormal(bits) ? bits & format.signBit : bits;
    }

    /** Notes a denormal operand. */
    void noteDenormal(FloatFormat format, long bits) {
        if (format.isDenormal(bits)) {
            raise(DENORMAL);
        }
    }

    /**
     * To be called after the computation of all elements and before the destination is written: sets the sticky flags, and
     * raises #XM (#UD with CR4.OSXMMEXCPT clear) if an exception is unmasked.
     */
    void finish(Cpu cpu) {
        if (raised == 0) {
            return;
        }
        int unmasked = raised & ~(mxcsr >>> 7);
        // With an unmasked exception of the early kind nothing is computed, so the late ones are not seen (11.5.3.2).
        boolean stopsEarly = (unmasked & EARLY) != 0;
        cpu.mxcsr |= stopsEarly ? raised & EARLY : raised;
        if (unmasked != 0) {
            boolean handled = (cpu.cr4 & ControlRegisters.CR4_OSXMMEXCPT) != 0;
            throw handled ? Fault.of(Vector.XM) : Fault.undefinedOpcode();
        }
    }
}
