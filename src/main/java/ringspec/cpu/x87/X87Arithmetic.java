package ringspec.cpu.x87;

import java.math.BigInteger;
import ringspec.cpu.FpuState;

/** FADD, FSUB, FMUL, FDIV and FSQRT (SDM vol. 1, 8.3.3): exact, then rounded once to the precision in control. */
public final class X87Arithmetic {

    private X87Arithmetic() {
    }

    /** a + b. */
    public static Extended add(X87Context context, Extended a, Extended b) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            return Operands.special(context, a, b);
        }
        return sum(context, a, b);
    }

    /** a - b; NaNs keep their signs. */
    public static Extended subtract(X87Context context, Extended a, Extended b) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            return Operands.special(context, a, b);
        }
        return sum(context, a, b.negated());
    }

    /** b - a. */
    public static Extended subtractReversed(X87Context context, Extended a, Extended b) {
        return subtract(context, b, a);
    }

    private static Extended sum(X87Context context, Extended a, Extended b) {
        if (a.isInfinite() && b.isInfinite() && a.isNegative() != b.isNegative()) {
            return context.invalid();
        }
        context.noteDenormal(a);
        context.noteDenormal(b);
        if (a.isInfinite() || b.isInfinite()) {
            return a.isInfinite() ? a : b;
        }
        if (a.isZero() || b.isZero()) {
            return sumWithZero(context, a, b);
        }
        boolean swap = a.normalExponent() < b.normalExponent() || a.normalExponent() == b.normalExponent()
                && Long.compareUnsigned(a.normalSignificand(), b.normalSignificand()) < 0;
        return swap ? ordered(context, b, a) : ordered(context, a, b);
    }

    private static Extended sumWithZero(X87Context context, Extended a, Extended b) {
        if (a.isZero() && b.isZero()) {
            boolean differ = a.isNegative() != b.isNegative();
            return Extended.zero(differ ? context.rounding() == X87Context.DOWN : a.isNegative());
        }
        return rounded(context, a.isZero() ? b : a);
    }

    /** A finite value other than zero in the precision in control. */
    private static Extended rounded(X87Context context, Extended a) {
        return context.round(a.isNegative(), a.normalExponent(), a.normalSignificand(), 0, context.precision());
    }

    /** The sum of numbers of which the first has the larger magnitude, or the same. */
    private static Extended ordered(X87Context context, Extended a, Extended b) {
        int exponent = a.normalExponent();
        int shift = exponent - b.normalExponent();
        long high = a.normalSignificand();
        long small = b.normalSignificand();
        long smallHigh = shift < 64 ? small >>> shift : 0;
        long smallLow = Wide.shiftRightSticky(small, 0, shift);
        if (a.isNegative() == b.isNegative()) {
            long sum = high + smallHigh;
            if (Long.compareUnsigned(sum, high) >= 0) {
                return context.round(a.isNegative(), exponent, sum, smallLow, context.precision());
            }
            long low = sum << 63 | smallLow >>> 1 | smallLow & 1;
            return context.round(a.isNegative(), exponent + 1, sum >>> 1 | Extended.INTEGER_BIT, low, context
                    .precision());
        }
        long low = -smallLow;
        long difference = high - smallHigh - (smallLow != 0 ? 1 : 0);
        if ((difference | low) == 0) {
            return Extended.zero(context.rounding() == X87Context.DOWN);
        }
        return normalized(context, a.isNegative(), exponent, difference, low);
    }

    /** Rounds 128 bits of which any number may lead with zeros. */
    private static Extended normalized(X87Context context, boolean negative, int exponent, long high, long low) {
        int zeros = high != 0 ? Long.numberOfLeadingZeros(high) : 64 + Long.numberOfLeadingZeros(low);
        long shiftedHigh = zeros == 0 ? high : zeros < 64 ? high << zeros | low >>> 64 - zeros : low << zeros - 64;
        long shiftedLow = zeros < 64 ? low << zeros : 0;
        return context.round(negative, exponent - zeros, shiftedHigh, shiftedLow, context.precision());
    }

    /** a * b. */
    public static Extended multiply(X87Context context, Extended a, Extended b) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            return Operands.special(context, a, b);
        }
        boolean negative = a.isNegative() != b.isNegative();
        boolean infinite = a.isInfinite() || b.isInfinite();
        boolean zero = a.isZero() || b.isZero();
        if (infinite && zero) {
            return context.invalid();
        }
        context.noteDenormal(a);
        context.noteDenormal(b);
        if (infinite || zero) {
            return infinite ? Extended.infinity(negative) : Extended.zero(negative);
        }
        long x = a.normalSignificand();
        long y = b.normalSignificand();
        int exponent = a.normalExponent() + b.normalExponent() - Extended.BIAS + 1;
        return normalized(context, negative, exponent, Math.unsignedMultiplyHigh(x, y), x * y);
    }

    /** a * b of finite numbers other than zero, in full precision whatever PC says. */
    static Extended product(X87Context context, Extended a, Extended b) {
        long x = a.normalSignificand();
        long y = b.normalSignificand();
        long high = Math.unsignedMultiplyHigh(x, y);
        boolean shift = high >= 0;
        int exponent = a.normalExponent() + b.normalExponent() - Extended.BIAS + (shift ? 0 : 1);
        long low = x * y;
        return context.round(a.isNegative() != b.isNegative(), exponent, shift ? high << 1 | low >>> 63 : high,
                shift ? low << 1 : low, X87Context.FULL_PRECISION);
    }

    /** a / b. */
    public static Extended divide(X87Context context, Extended a, Extended b) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            return Operands.special(context, a, b);
        }
        boolean negative = a.isNegative() != b.isNegative();
        if (a.isZero() && b.isZero() || a.isInfinite() && b.isInfinite()) {
            return context.invalid();
        }
        if (b.isZero() && !a.isInfinite()) {
            context.raise(FpuState.ZE);
            return Extended.infinity(negative);
        }
        context.noteDenormal(a);
        context.noteDenormal(b);
        if (a.isInfinite() || b.isZero()) {
            return Extended.infinity(negative);
        }
        if (a.isZero() || b.isInfinite()) {
            return Extended.zero(negative);
        }
        return quotient(context, negative, a, b);
    }

    /** b / a. */
    public static Extended divideReversed(X87Context context, Extended a, Extended b) {
        return divide(context, b, a);
    }

    private static Extended quotient(X87Context context, boolean negative, Extended a, Extended b) {
        long x = a.normalSignificand();
        long y = b.normalSignificand();
        int exponent = a.normalExponent() - b.normalExponent() + Extended.BIAS;
        // Halving the larger one makes the quotient start with a set bit at 63 in both cases.
        boolean less = Long.compareUnsigned(x, y) < 0;
        long high = less ? x : x >>> 1;
        long low = less ? 0 : x << 63;
        long quotient = Wide.quotient(high, low, y);
        long rest = Wide.remainder(low, y, quotient);
        long more = Wide.quotient(rest, 0, y);
        long sticky = Wide.remainder(0, y, more) != 0 ? 1 : 0;
        return context.round(negative, less ? exponent - 1 : exponent, quotient, more | sticky, context.precision());
    }

    /** The square root of a. */
    public static Extended squareRoot(X87Context context, Extended a) {
        if (Operands.isSpecial(a)) {
            return Operands.special(context, a);
        }
        if (a.isZero()) {
            return a;
        }
        if (a.isNegative()) {
            return context.invalid();
        }
        context.noteDenormal(a);
        if (a.isInfinite()) {
            return a;
        }
        int exponent = a.normalExponent() - Extended.BIAS;
        BigInteger value = Wide.big(a.normalSignificand()).shiftLeft(128 + 1 + (exponent & 1));
        BigInteger[] root = value.sqrtAndRemainder();
        // value = a * 2^(63 + 129 + odd - exponent), and the power is even
        int scale = -(63 + 129 + (exponent & 1) - exponent) / 2;
        return Wide.round(context, false, root[0], scale, root[1].signum() != 0, context.precision());
    }
}
