package ringspec.cpu.exec;

import ringspec.cpu.Flags;

/**
 * Addition, subtraction and logic with their flags (SDM vol. 2, ADD to XOR).
 *
 * <p>Every function takes the operand size in bits and uses the low bits of its operands; the bits of the result above the
 * operand size are not significant. Callers pass the size as a constant on hot paths, so that it folds away.
 */
final class Arithmetic {

    private Arithmetic() {
    }

    /** ADD. */
    static long add(Flags flags, int bits, long a, long b) {
        return added(flags, bits, a, b, a + b);
    }

    /** ADC: the carry flag comes in. */
    static long adc(Flags flags, int bits, long a, long b) {
        return added(flags, bits, a, b, a + b + (flags.cf() ? 1 : 0));
    }

    /** SUB, CMP and, from 0, NEG. */
    static long sub(Flags flags, int bits, long a, long b) {
        return subtracted(flags, bits, a, b, a - b);
    }

    /** SBB: the carry flag is the borrow coming in. */
    static long sbb(Flags flags, int bits, long a, long b) {
        return subtracted(flags, bits, a, b, a - b - (flags.cf() ? 1 : 0));
    }

    /** INC: CF stays. */
    static long inc(Flags flags, int bits, long a) {
        long result = Widths.signExtend(bits, a + 1);
        flags.setKeepingCf(result, result == Long.MIN_VALUE >> 64 - bits, a ^ 1 ^ result);
        return result;
    }

    /** DEC: CF stays. */
    static long dec(Flags flags, int bits, long a) {
        long result = Widths.signExtend(bits, a - 1);
        flags.setKeepingCf(result, result == Long.MAX_VALUE >> 64 - bits, a ^ 1 ^ result);
        return result;
    }

    /** AND and TEST; AF is undefined by the SDM and 0 here, as on Intel and AMD silicon. Likewise OR and XOR. */
    static long and(Flags flags, int bits, long a, long b) {
        return logic(flags, bits, a & b);
    }

    /** OR. */
    static long or(Flags flags, int bits, long a, long b) {
        return logic(flags, bits, a | b);
    }

    /** XOR. */
    static long xor(Flags flags, int bits, long a, long b) {
        return logic(flags, bits, a ^ b);
    }

    private static long logic(Flags flags, int bits, long result) {
        flags.setLogic(Widths.signExtend(bits, result));
        return result;
    }

    /** The carries out of each bit position: bit 63 becomes CF, bit 62 CF xor OF, once moved up from the operand size. */
    private static long added(Flags flags, int bits, long a, long b, long sum) {
        long carries = a & b | (a | b) & ~sum;
        flags.set(Widths.signExtend(bits, sum), carries << 64 - bits, a ^ b ^ sum);
        return sum;
    }

    private static long subtracted(Flags flags, int bits, long a, long b, long difference) {
        long borrows = ~a & b | ~(a ^ b) & difference;
        flags.set(Widths.signExtend(bits, difference), borrows << 64 - bits, a ^ b ^ difference);
        return difference;
    }
}
