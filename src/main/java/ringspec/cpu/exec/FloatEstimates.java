package ringspec.cpu.exec;

/**
 * RCPPS and RSQRTPS. The manuals promise a relative error of at most 1.5 * 2^-12 and leave the bits to the processor; here they
 * are the correctly rounded value cut to 12 bits of significand. Neither raises exceptions nor looks at MXCSR; denormal operands
 * count as zeros, and results up to the smallest normal number become zeros.
 */
final class FloatEstimates {

    /** Bits of the fraction beyond the eleven that are kept. */
    private static final int CUT = 12;

    private FloatEstimates() {
    }

    static long reciprocal(FloatContext context, FloatFormat format, long destination, long source) {
        if (format.isNan(source)) {
            return format.quiet(source);
        }
        boolean negative = format.isNegative(source);
        if (format.exponentField(source) == 0) {
            return format.infinity(negative);
        }
        return estimate(format, 1 / (double) Float.intBitsToFloat((int) source), negative);
    }

    static long reciprocalRoot(FloatContext context, FloatFormat format, long destination, long source) {
        if (format.isNan(source)) {
            return format.quiet(source);
        }
        boolean negative = format.isNegative(source);
        if (format.exponentField(source) == 0) {
            return format.infinity(negative);
        }
        return negative ? format.indefinite : estimate(format, 1 / Math.sqrt(Float.intBitsToFloat((int) source)),
                false);
    }

    private static long estimate(FloatFormat format, double exact, boolean negative) {
        if (Math.abs(exact) <= Float.MIN_NORMAL) {
            return format.zero(negative);
        }
        long bits = Float.floatToRawIntBits((float) exact) & 0xFFFF_FFFFL;
        long half = 1L << CUT - 1;
        return bits + half & -1L << CUT & 0xFFFF_FFFFL;
    }
}
