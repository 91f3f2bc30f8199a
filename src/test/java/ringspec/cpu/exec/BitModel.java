package ringspec.cpu.exec;

import ringspec.cpu.Rflags;

/**
 * A second opinion on arithmetic: adders made of single bits and shifts made of single steps, with no arithmetic on whole words, so
 * that it shares no trick with the semantics under test.
 */
final class BitModel {

    /** Result, zero-extended, and the six arithmetic flags. */
    record Outcome(long result, long flags) {
    }

    private BitModel() {
    }

    /** A ripple-carry adder; subtraction adds the complement and inverts the carries. */
    static Outcome add(int bits, long a, long b, boolean carryIn, boolean subtract) {
        boolean carry = carryIn != subtract;
        boolean intoTop = false;
        boolean half = false;
        long result = 0;
        for (int i = 0; i < bits; i++) {
            boolean x = bit(a, i);
            boolean y = bit(b, i) != subtract;
            if (i == bits - 1) {
                intoTop = carry;
            }
            if (x ^ y ^ carry) {
                result |= 1L << i;
            }
            carry = x && y || x && carry || y && carry;
            if (i == 3) {
                half = carry;
            }
        }
        long flags = resultFlags(bits, result) | flag(carry != subtract, Rflags.CF) | flag(half != subtract, Rflags.AF)
                | flag(carry != intoTop, Rflags.OF);
        return new Outcome(result, flags);
    }

    /**
     * A shift or rotate, one place at a time.
     *
     * @param kind as in {@link Shifts}
     * @return OF as after the last step for a count of 1; for others it is undefined and must not be compared
     */
    static Outcome shift(int kind, int bits, long value, int rawCount, long flagsBefore) {
        int count = rawCount % (bits == 64 ? 64 : 32);
        long result = value;
        boolean cf = (flagsBefore & Rflags.CF) != 0;
        boolean of = (flagsBefore & Rflags.OF) != 0;
        for (int i = 0; i < count; i++) {
            boolean top = bit(result, bits - 1);
            boolean bottom = bit(result, 0);
            boolean before = cf;
            boolean left = kind == Shifts.SHL || kind == Shifts.ROL || kind == Shifts.RCL;
            cf = left ? top : bottom;
            boolean fill = switch (kind) {
                case Shifts.ROL, Shifts.ROR -> cf;
                case Shifts.RCL, Shifts.RCR -> before;
                case Shifts.SAR -> top;
                default -> false;
            };
            result = left ? moved(bits, result, 1) | (fill ? 1 : 0) : moved(bits, result, -1) | (fill ? 1L << bits - 1
                    : 0);
            of = switch (kind) {
                case Shifts.SAR -> false;
                case Shifts.SHR -> top;
                default -> left ? bit(result, bits - 1) != cf : bit(result, bits - 1) != bit(result, bits - 2);
            };
        }
        long flags = flag(cf, Rflags.CF) | flag(of, Rflags.OF);
        boolean rotate = kind <= Shifts.RCR;
        long others = rotate || count == 0 ? flagsBefore & ~(Rflags.CF | Rflags.OF) : resultFlags(bits, result);
        return new Outcome(result, flags | others);
    }

    private static long moved(int bits, long value, int by) {
        long result = 0;
        for (int i = 0; i < bits; i++) {
            if (i - by >= 0 && i - by < bits && bit(value, i - by)) {
                result |= 1L << i;
            }
        }
        return result;
    }

    /** ZF, SF and PF. */
    static long resultFlags(int bits, long result) {
        boolean even = true;
        for (int i = 0; i < 8; i++) {
            even ^= bit(result, i);
        }
        boolean zero = true;
        for (int i = 0; i < bits; i++) {
            zero &= !bit(result, i);
        }
        return flag(zero, Rflags.ZF) | flag(bit(result, bits - 1), Rflags.SF) | flag(even, Rflags.PF);
    }

    static long flag(boolean set, long mask) {
        return set ? mask : 0;
    }

    private static boolean bit(long value, int position) {
        return (value >>> position & 1) != 0;
    }
}
