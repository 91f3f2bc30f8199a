package ringspec.cpu.x87;

import java.math.BigInteger;

/**
 * A real number to 256 significant bits: {@code mantissa * 2^exponent}. Results are truncated, never rounded.
 *
 * @param mantissa at most 256 bits and a sign
 * @param exponent of two
 */
record Real(BigInteger mantissa, int exponent) {

    static final Real ZERO = new Real(BigInteger.ZERO, 0);
    static final Real ONE = new Real(BigInteger.ONE, 0);
    /** Significant bits. */
    private static final int PRECISION = 256;

    /** The natural logarithm of 2, by 2 artanh(1/3). */
    static final Real LN2 = of(1).dividedBy(of(3)).times(series(of(1).dividedBy(of(9)))).times(of(2));
    /** Pi, by Machin's formula: 16 arctan(1/5) - 4 arctan(1/239). */
    static final Real PI = arctangentOfInverse(5).times(of(16)).plus(arctangentOfInverse(239).times(of(-4)));

    private static Real truncated(BigInteger mantissa, int exponent) {
        int drop = mantissa.bitLength() - PRECISION;
        return drop <= 0 ? new Real(mantissa, exponent) : new Real(mantissa.shiftRight(drop), exponent + drop);
    }

    static Real of(long integer) {
        return new Real(BigInteger.valueOf(integer), 0);
    }

    /** A finite value, exactly. */
    static Real of(Extended a) {
        if (a.isZero()) {
            return ZERO;
        }
        BigInteger magnitude = Wide.big(a.normalSignificand());
        return new Real(a.isNegative() ? magnitude.negate() : magnitude, a.normalExponent() - Extended.BIAS - 63);
    }

    private static Real arctangentOfInverse(int n) {
        Real inverse = of(1).dividedBy(of(n));
        return inverse.times(series(inverse.times(inverse).negated()));
    }

    /** 1 + x/3 + x^2/5 + x^3/7 + ..: artanh(z)/z for x = z^2, arctan(z)/z for x = -z^2. */
    static Real series(Real x) {
        Real sum = ONE;
        Real power = ONE;
        for (int i = 3;; i += 2) {
            power = power.times(x);
            Real term = power.dividedBy(of(i));
            if (term.isNegligible()) {
                return sum;
            }
            sum = sum.plus(term);
        }
    }

    /** True if it doesn't count beside a number of the order of 1. */
    boolean isNegligible() {
        return mantissa.signum() == 0 || mantissa.bitLength() + exponent < -PRECISION - 8;
    }

    boolean isNegative() {
        return mantissa.signum() < 0;
    }

    boolean isZero() {
        return mantissa.signum() == 0;
    }

    Real negated() {
        return new Real(mantissa.negate(), exponent);
    }

    Real times(Real other) {
        return truncated(mantissa.multiply(other.mantissa), exponent + other.exponent);
    }

    Real dividedBy(Real other) {
        int shift = PRECISION + other.mantissa.bitLength();
        return truncated(mantissa.shiftLeft(shift).divide(other.mantissa), exponent - shift - other.exponent);
    }

    Real plus(Real other) {
        if (isZero() || other.isZero()) {
            return isZero() ? other : this;
        }
        Real high = exponent >= other.exponent ? this : other;
        Real low = high == this ? other : this;
        int shift = high.exponent - low.exponent;
        if (shift > 2 * PRECISION && shift > 2 * PRECISION + low.mantissa.bitLength()) {
            return high;
        }
        return truncated(high.mantissa.shiftLeft(shift).add(low.mantissa), low.exponent);
    }

    /** Half of it, and so on: times 2^power. */
    Real scaled(int power) {
        return new Real(mantissa, exponent + power);
    }

    Real squareRoot() {
        int shift = 2 * PRECISION + (exponent & 1);
        return truncated(mantissa.shiftLeft(shift).sqrt(), (exponent - shift) / 2);
    }

    /** Rounds to 64 bits as an irrational number a little larger in magnitude than this. */
    Extended round(X87Context context) {
        return Wide.round(context, isNegative(), mantissa.abs(), exponent, true, X87Context.FULL_PRECISION);
    }
}
