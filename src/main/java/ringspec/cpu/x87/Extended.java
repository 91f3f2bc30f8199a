package ringspec.cpu.x87;

/**
 * A value in the double extended-precision format, every one of its 2^80 encodings (SDM vol. 1, 4.2.2 and 8.2.2).
 *
 * @param signExponent bits 79:64: the sign, then the exponent biased by 16383
 * @param significand  bits 63:0: the integer bit, then the fraction
 */
public record Extended(int signExponent, long significand) {

    /** What an exponent is biased by. */
    public static final int BIAS = 0x3FFF;
    /** The exponent of infinities and NaNs. */
    public static final int MAX_EXPONENT = 0x7FFF;
    /** The integer bit. */
    public static final long INTEGER_BIT = 1L << 63;

    /** The QNaN that masked invalid operations give: "real indefinite". */
    public static final Extended INDEFINITE = new Extended(0xFFFF, 0xC000_0000_0000_0000L);
    /** 1. */
    public static final Extended ONE = new Extended(BIAS, INTEGER_BIT);

    private static final int SIGN = 0x8000;
    private static final long QUIET_BIT = 1L << 62;

    /** A value of a sign, a biased exponent and a significand. */
    public static Extended of(boolean negative, int exponent, long significand) {
        return new Extended(negative ? SIGN | exponent : exponent, significand);
    }

    /** Zero of a sign. */
    public static Extended zero(boolean negative) {
        return of(negative, 0, 0);
    }

    /** Infinity of a sign. */
    public static Extended infinity(boolean negative) {
        return of(negative, MAX_EXPONENT, INTEGER_BIT);
    }

    /** A signed integer, which is exact. */
    public static Extended of(long integer) {
        return integer == 0 ? zero(false) : ofMagnitude(integer < 0, Math.abs(integer));
    }

    /** An unsigned 64-bit magnitude with a sign, which is exact; 0 keeps its sign. */
    public static Extended ofMagnitude(boolean negative, long magnitude) {
        if (magnitude == 0) {
            return zero(negative);
        }
        int zeros = Long.numberOfLeadingZeros(magnitude);
        return of(negative, BIAS + 63 - zeros, magnitude << zeros);
    }

    /** Widens a single-precision value, bit for bit: a signaling NaN stays one. */
    public static Extended ofSingle(int bits) {
        return widen(bits < 0, bits >>> 23 & 0xFF, 0xFF, 127, (long) bits << 41 >>> 1);
    }

    /** Widens a double-precision value, bit for bit: a signaling NaN stays one. */
    public static Extended ofDouble(long bits) {
        return widen(bits < 0, (int) (bits >>> 52) & 0x7FF, 0x7FF, 1023, bits << 12 >>> 1);
    }

    /** @param fraction the fraction, its first bit at bit 62 */
    private static Extended widen(boolean negative, int exponent, int special, int bias, long fraction) {
        if (exponent == special) {
            return of(negative, MAX_EXPONENT, fraction | INTEGER_BIT);
        }
        if (exponent != 0) {
            return of(negative, exponent - bias + BIAS, fraction | INTEGER_BIT);
        }
        if (fraction == 0) {
            return zero(negative);
        }
        int zeros = Long.numberOfLeadingZeros(fraction);
        return of(negative, 1 - bias + BIAS - zeros, fraction << zeros);
    }

    /** True for a set sign bit, on NaNs and zeros, too. */
    public boolean isNegative() {
        return (signExponent & SIGN) != 0;
    }

    /** The biased exponent, 0 to 7FFFh. */
    public int exponent() {
        return signExponent & MAX_EXPONENT;
    }

    /** True for both zeros. */
    public boolean isZero() {
        return significand == 0 && exponent() == 0;
    }

    /** True for both infinities. */
    public boolean isInfinite() {
        return exponent() == MAX_EXPONENT && significand == INTEGER_BIT;
    }

    /** True for a NaN that the processor accepts as one: its integer bit is set. */
    public boolean isNan() {
        return exponent() == MAX_EXPONENT && significand < 0 && significand != INTEGER_BIT;
    }

    /** True for a NaN whose quiet bit is clear. */
    public boolean isSignaling() {
        return isNan() && (significand & QUIET_BIT) == 0;
    }

    /** True for a denormal or pseudo-denormal: exponent 0, but not zero. */
    public boolean isDenormal() {
        return exponent() == 0 && significand != 0;
    }

    /** True for what no processor since the 80387 accepts: unnormals, pseudo-infinities and pseudo-NaNs. */
    public boolean isUnsupported() {
        return significand >= 0 && exponent() != 0;
    }

    /** The exponent after normalisation, unbounded below; of finite values other than zero. */
    public int normalExponent() {
        int exponent = exponent();
        return exponent != 0 ? exponent : 1 - Long.numberOfLeadingZeros(significand);
    }

    /** The significand with its highest bit set; of finite values other than zero. */
    public long normalSignificand() {
        return significand << Long.numberOfLeadingZeros(significand);
    }

    /** The value with its sign inverted. */
    public Extended negated() {
        return new Extended(signExponent ^ SIGN, significand);
    }

    /** The value with its sign cleared. */
    public Extended magnitude() {
        return new Extended(exponent(), significand);
    }

    /** A NaN with its quiet bit set. */
    public Extended quieted() {
        return new Extended(signExponent, significand | QUIET_BIT);
    }

    /** Sign and exponent, then the significand: {@code 3fff:8000000000000000}. */
    @Override
    public String toString() {
        return "%04x:%016x".formatted(signExponent, significand);
    }
}
