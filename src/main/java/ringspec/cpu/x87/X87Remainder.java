package ringspec.cpu.x87;

import java.math.BigInteger;

/** FPREM, FPREM1, FSCALE, FRNDINT and FXTRACT: what takes numbers apart. None of them heeds the precision in control. */
public final class X87Remainder {

    /**
     * What FPREM and FPREM1 give.
     *
     * @param value    the remainder, or a partial one
     * @param quotient the quotient's low three bits, which C0 C3 C1 show
     * @param complete false for a partial remainder (C2)
     */
    public record Partial(Extended value, int quotient, boolean complete) {

        private static final int NO_QUOTIENT = -1;

        /** A result without division: NaNs and invalid operations. */
        public static Partial none(Extended value) {
            return new Partial(value, NO_QUOTIENT, true);
        }

        /** False if C0 and C3 stay as they are. */
        public boolean hasQuotient() {
            return quotient != NO_QUOTIENT;
        }
    }

    /** Powers of two beyond this in FSCALE leave every range, biased or not. */
    private static final int MOST_SCALE = 1 << 17;
    /** Exponent differences from here on are reduced step by step. */
    private static final int ONE_STEP = 64;

    private X87Remainder() {
    }

    /**
     * a - b * Q (FPREM: Q truncated; FPREM1: Q to nearest even).
     *
     * @param nearest for FPREM1
     */
    public static Partial remainder(X87Context context, Extended a, Extended b, boolean nearest) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            return Partial.none(Operands.special(context, a, b));
        }
        if (a.isInfinite() || b.isZero()) {
            return Partial.none(context.invalid());
        }
        context.noteDenormal(a);
        context.noteDenormal(b);
        if (a.isZero() || b.isInfinite()) {
            return new Partial(a.isZero() ? a : exact(context, a.isNegative(), Wide.big(a.normalSignificand()),
                    a.normalExponent()), 0, true);
        }
        int difference = a.normalExponent() - b.normalExponent();
        return difference < ONE_STEP ? last(context, a, b, difference, nearest) : step(context, a, b, difference);
    }

    private static Partial last(X87Context context, Extended a, Extended b, int difference, boolean nearest) {
        BigInteger x = Wide.big(a.normalSignificand());
        BigInteger y = Wide.big(b.normalSignificand());
        if (difference < -1 || difference < 0 && !nearest) {
            return new Partial(exact(context, a.isNegative(), x, a.normalExponent()), 0, true);
        }
        int exponent = Math.min(a.normalExponent(), b.normalExponent());
        BigInteger dividend = x.shiftLeft(Math.max(difference, 0));
        BigInteger divisor = y.shiftLeft(Math.max(-difference, 0));
        BigInteger[] parts = dividend.divideAndRemainder(divisor);
        BigInteger quotient = parts[0];
        BigInteger rest = parts[1];
        boolean negative = a.isNegative();
        if (nearest) {
            int half = rest.shiftLeft(1).compareTo(divisor);
            if (half > 0 || half == 0 && quotient.testBit(0)) {
                rest = divisor.subtract(rest);
                negative = !negative;
                quotient = quotient.add(BigInteger.ONE);
            }
        }
        Extended value = rest.signum() == 0 ? Extended.zero(a.isNegative()) : exact(context, negative, rest, exponent);
        return new Partial(value, quotient.intValue() & 7, true);
    }

    /** Takes 32 to 63 off the difference of the exponents. */
    private static Partial step(X87Context context, Extended a, Extended b, int difference) {
        int bits = difference & 31 | 32;
        BigInteger y = Wide.big(b.normalSignificand());
        BigInteger rest = Wide.big(a.normalSignificand()).shiftLeft(bits).mod(y);
        int exponent = a.normalExponent() - bits;
        Extended value = rest.signum() == 0 ? Extended.zero(a.isNegative())
                : exact(context, a.isNegative(), rest, exponent);
        return new Partial(value, 0, false);
    }

    /** @param exponent biased exponent that a significand of 64 bits has */
    private static Extended exact(X87Context context, boolean negative, BigInteger value, int exponent) {
        return Wide.round(context, negative, value, exponent - Extended.BIAS - 63, false, X87Context.FULL_PRECISION);
    }

    /** a * 2^b, b truncated to an integer. */
    public static Extended scale(X87Context context, Extended a, Extended b) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            return Operands.special(context, a, b);
        }
        if (b.isInfinite() && (b.isNegative() ? a.isInfinite() : a.isZero())) {
            return context.invalid();
        }
        context.noteDenormal(a);
        context.noteDenormal(b);
        if (a.isInfinite() || a.isZero()) {
            return a;
        }
        if (b.isInfinite()) {
            return b.isNegative() ? Extended.zero(a.isNegative()) : Extended.infinity(a.isNegative());
        }
        return context.round(a.isNegative(), a.normalExponent() + truncated(b), a.normalSignificand(), 0,
                X87Context.FULL_PRECISION);
    }

    private static int truncated(Extended b) {
        int exponent = b.isZero() ? -1 : b.normalExponent() - Extended.BIAS;
        if (exponent < 0) {
            return 0;
        }
        int magnitude = exponent > 16 ? MOST_SCALE : (int) (b.normalSignificand() >>> 63 - exponent);
        return b.isNegative() ? -magnitude : magnitude;
    }

    /** a rounded to an integer. */
    public static Extended roundToInteger(X87Context context, Extended a) {
        if (Operands.isSpecial(a)) {
            return Operands.special(context, a);
        }
        if (a.isInfinite() || a.isZero() || a.exponent() >= Extended.BIAS + 63) {
            return a;
        }
        context.noteDenormal(a);
        X87Integers.Rounded integer = X87Integers.round(context, a);
        return Extended.ofMagnitude(a.isNegative(), integer.magnitude());
    }

    /** A value of a shorter format as FLD loads it: signaling NaNs become quiet, denormals are noted. */
    public static Extended loaded(X87Context context, Extended a) {
        if (Operands.isSpecial(a)) {
            return Operands.special(context, a);
        }
        context.noteDenormal(a);
        return a;
    }

    /** The unbiased exponent of a finite value other than zero: the first result of FXTRACT. */
    public static Extended exponent(Extended a) {
        return Extended.of(a.normalExponent() - Extended.BIAS);
    }

    /** The significand of a finite value other than zero with an exponent of 0: the second result of FXTRACT. */
    public static Extended significand(Extended a) {
        return Extended.of(a.isNegative(), Extended.BIAS, a.normalSignificand());
    }
}
