package ringspec.cpu.exec;

/** Binary floating-point formats of SSE, AVX and F16C, values given as their bits (SDM vol. 1, 4.2.2). */
enum FloatFormat {
    HALF(11, 5), SINGLE(24, 8), DOUBLE(53, 11);

    /** Bits of the significand, the implicit one included. */
    final int precision;
    /** Width in bits. */
    final int width;
    final int bias;
    /** Exponent field of infinities and NaNs. */
    final int special;
    final long signBit;
    final long fraction;
    final long infinity;
    /** The NaN that invalid operations give: negative, quiet. */
    final long indefinite;
    private final long quietBit;

    FloatFormat(int precision, int exponentBits) {
        this.precision = precision;
        this.width = precision + exponentBits;
        this.bias = (1 << exponentBits - 1) - 1;
        this.special = (1 << exponentBits) - 1;
        this.signBit = 1L << width - 1;
        this.fraction = (1L << precision - 1) - 1;
        this.infinity = (long) special << precision - 1;
        this.quietBit = 1L << precision - 2;
        this.indefinite = signBit | infinity | quietBit;
    }

    boolean isNegative(long bits) {
        return (bits & signBit) != 0;
    }

    long magnitude(long bits) {
        return bits & signBit - 1;
    }

    int exponentField(long bits) {
        return (int) (bits >>> precision - 1) & special;
    }

    boolean isNan(long bits) {
        return magnitude(bits) > infinity;
    }

    boolean isSignaling(long bits) {
        return isNan(bits) && (bits & quietBit) == 0;
    }

    boolean isInfinite(long bits) {
        return magnitude(bits) == infinity;
    }

    boolean isZero(long bits) {
        return magnitude(bits) == 0;
    }

    boolean isDenormal(long bits) {
        return magnitude(bits) != 0 && exponentField(bits) == 0;
    }

    long quiet(long bits) {
        return bits | quietBit;
    }

    long zero(boolean negative) {
        return negative ? signBit : 0;
    }

    long infinity(boolean negative) {
        return infinity | zero(negative);
    }

    /** The significand as an integer; a finite value is this times 2 to the {@link #exponent}. */
    long significand(long bits) {
        return exponentField(bits) == 0 ? bits & fraction : bits & fraction | fraction + 1;
    }

    int exponent(long bits) {
        return Math.max(exponentField(bits), 1) - bias - (precision - 1);
    }

    /** The value of a single or a double, exact. */
    double toDouble(long bits) {
        return this == DOUBLE ? Double.longBitsToDouble(bits) : Float.intBitsToFloat((int) bits);
    }

    /** The order of two values that are not NaN: negative, 0 or positive; -0 equals 0. */
    int compare(long a, long b) {
        return Long.compare(ordered(a), ordered(b));
    }

    private long ordered(long bits) {
        return isNegative(bits) ? -magnitude(bits) : magnitude(bits);
    }
}
