package ringspec.cpu.exec;

import ringspec.cpu.Flags;
import ringspec.cpu.Rflags;

/**
 * Shifts and rotates with their flags (SDM vol. 2, SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR, SHLD, SHRD).
 *
 * <p>Values come zero-extended from the operand size and go back likewise. A masked count of 0 changes no flag. What the SDM leaves
 * undefined is what AMD silicon does (measured on Zen): OF for counts above 1 follows from the result as for a count of 1, AF of
 * shifts is 1, and CF for counts above the operand size is the last bit that a step-by-step shift would push out.
 */
final class Shifts {

    static final int ROL = 0;
    static final int ROR = 1;
    static final int RCL = 2;
    static final int RCR = 3;
    static final int SHL = 4;
    static final int SHR = 5;
    static final int SAR = 7;

    private static final long AF = Rflags.AF;

    private Shifts() {
    }

    /** One of the eight, by its number in ModRM.reg; 6 is a second encoding of SHL. */
    static long apply(int kind, Flags flags, int bits, long value, int count) {
        return switch (kind) {
            case ROL -> rol(flags, bits, value, count);
            case ROR -> ror(flags, bits, value, count);
            case RCL -> rcl(flags, bits, value, count);
            case RCR -> rcr(flags, bits, value, count);
            case SHR -> shr(flags, bits, value, count);
            case SAR -> sar(flags, bits, value, count);
            default -> shl(flags, bits, value, count);
        };
    }

    /** The count that counts: 6 bits for 64-bit operands, else 5. */
    static int mask(int bits, int count) {
        return count & (bits == 64 ? 63 : 31);
    }

    static long shl(Flags flags, int bits, long value, int rawCount) {
        int count = mask(bits, rawCount);
        if (count == 0) {
            return value;
        }
        long result = Widths.truncate(bits, value << count);
        boolean cf = count <= bits && (value >>> bits - count & 1) != 0;
        shifted(flags, bits, result, cf, msb(bits, result) != cf);
        return result;
    }

    static long shr(Flags flags, int bits, long value, int rawCount) {
        int count = mask(bits, rawCount);
        if (count == 0) {
            return value;
        }
        long result = value >>> count;
        shifted(flags, bits, result, (value >>> count - 1 & 1) != 0, topBitsDiffer(bits, result));
        return result;
    }

    static long sar(Flags flags, int bits, long value, int rawCount) {
        int count = mask(bits, rawCount);
        if (count == 0) {
            return value;
        }
        long extended = Widths.signExtend(bits, value);
        long result = Widths.truncate(bits, extended >> count);
        shifted(flags, bits, result, (extended >> count - 1 & 1) != 0, false);
        return result;
    }

    static long rol(Flags flags, int bits, long value, int rawCount) {
        int masked = mask(bits, rawCount);
        if (masked == 0) {
            return value;
        }
        long result = rotateLeft(bits, value, masked % bits);
        boolean cf = (result & 1) != 0;
        flags.setCfOf(cf, msb(bits, result) != cf);
        return result;
    }

    static long ror(Flags flags, int bits, long value, int rawCount) {
        int masked = mask(bits, rawCount);
        if (masked == 0) {
            return value;
        }
        long result = rotateLeft(bits, value, bits - masked % bits);
        flags.setCfOf(msb(bits, result), topBitsDiffer(bits, result));
        return result;
    }

    /** Rotates through CF, that is, in bits + 1 places. */
    static long rcl(Flags flags, int bits, long value, int rawCount) {
        int masked = mask(bits, rawCount);
        if (masked == 0) {
            return value;
        }
        int count = masked % (bits + 1);
        if (count == 0) {
            flags.setCfOf(flags.cf(), msb(bits, value) != flags.cf());
            return value;
        }
        long carryIn = flags.cf() ? 1 : 0;
        // Java masks counts to 6 bits, so what comes round by bits + 1 - count is moved in two steps.
        long result = Widths.truncate(bits, value << count | carryIn << count - 1 | value >>> bits - count >>> 1);
        boolean cf = (value >>> bits - count & 1) != 0;
        flags.setCfOf(cf, msb(bits, result) != cf);
        return result;
    }

    /** Rotates through CF, that is, in bits + 1 places. */
    static long rcr(Flags flags, int bits, long value, int rawCount) {
        int masked = mask(bits, rawCount);
        if (masked == 0) {
            return value;
        }
        int count = masked % (bits + 1);
        if (count == 0) {
            flags.setCfOf(flags.cf(), topBitsDiffer(bits, value));
            return value;
        }
        long carryIn = flags.cf() ? 1 : 0;
        long result = Widths.truncate(bits, value >>> count | carryIn << bits - count | value << bits - count << 1);
        flags.setCfOf((value >>> count - 1 & 1) != 0, topBitsDiffer(bits, result));
        return result;
    }

    /**
     * SHLD of 16, 32 or 64 bits. A 16-bit count above 16 is undefined by the SDM; AMD shifts dest:src:src and
     * clears CF.
     */
    static long shld(Flags flags, int bits, long value, long source, int rawCount) {
        int count = mask(bits, rawCount);
        if (count == 0) {
            return value;
        }
        long result;
        boolean cf;
        if (count <= bits) {
            result = Widths.truncate(bits, (count == 64 ? 0 : value << count) | source >>> bits - count);
            cf = (value >>> bits - count & 1) != 0;
        } else {
            int rest = count - bits;
            result = Widths.truncate(bits, source << rest | source >>> bits - rest);
            cf = (source >>> bits - rest & 1) != 0;
        }
        shifted(flags, bits, result, cf && count <= bits, count <= bits && msb(bits, result) != cf);
        return result;
    }

    /** SHRD, likewise. */
    static long shrd(Flags flags, int bits, long value, long source, int rawCount) {
        int count = mask(bits, rawCount);
        if (count == 0) {
            return value;
        }
        long result;
        boolean cf = false;
        if (count <= bits) {
            result = Widths.truncate(bits, value >>> count | source << bits - count);
            cf = (value >>> count - 1 & 1) != 0;
        } else {
            int rest = count - bits;
            result = Widths.truncate(bits, source >>> rest | source << bits - rest);
        }
        shifted(flags, bits, result, cf, topBitsDiffer(bits, result));
        return result;
    }

    private static long rotateLeft(int bits, long value, int count) {
        return count == 0 || count == bits ? value : Widths.truncate(bits, value << count | value >>> bits - count);
    }

    private static void shifted(Flags flags, int bits, long result, boolean cf, boolean of) {
        flags.set(Widths.signExtend(bits, result), 0, AF);
        flags.setCfOf(cf, of);
    }

    private static boolean msb(int bits, long value) {
        return (value >>> bits - 1 & 1) != 0;
    }

    private static boolean topBitsDiffer(int bits, long value) {
        return ((value >>> bits - 1 ^ value >>> bits - 2) & 1) != 0;
    }
}
