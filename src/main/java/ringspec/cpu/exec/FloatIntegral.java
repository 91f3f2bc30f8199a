package ringspec.cpu.exec;

/** ROUNDPS and its kin: to an integral value in the same format (SDM vol. 2B, ROUNDPD, figure 4-24). */
final class FloatIntegral {

    private static final int USES_MXCSR = 4;
    private static final int SUPPRESSES_PRECISION = 8;

    private FloatIntegral() {
    }

    /**
     * Rounds by an immediate's low four bits: 1:0 rounding mode, 2 use MXCSR.RC instead, 3 don't raise the precision exception.
     * Denormals are no exception here.
     */
    static long round(FloatContext context, FloatFormat format, long bits, int control) {
        long x = context.operand(format, bits);
        if (format.isNan(x)) {
            if (format.isSignaling(x)) {
                context.raise(FloatContext.INVALID);
            }
            return format.quiet(x);
        }
        int dropped = -format.exponent(x);
        if (format.isZero(x) || dropped <= 0) {
            return x;
        }
        FloatRounding mode = (control & USES_MXCSR) != 0 ? context.rounding() : FloatRounding.of(control & 3);
        long result = integral(format, x, dropped, mode);
        if (result != x && (control & SUPPRESSES_PRECISION) == 0) {
            context.raise(FloatContext.PRECISION);
        }
        return result;
    }

    /** Adds, to the whole number, what the mode asks for; a carry out of the significand goes into the exponent as it should. */
    private static long integral(FloatFormat format, long x, int dropped, FloatRounding mode) {
        boolean negative = format.isNegative(x);
        if (dropped >= format.precision) {
            return format.zero(negative) | (reachesOne(format, x, mode) ? (long) format.bias << format.precision - 1
                    : 0);
        }
        long unit = 1L << dropped;
        long rest = x & unit - 1;
        long down = x - rest;
        boolean odd = (format.significand(x) & unit) != 0;
        boolean away = switch (mode) {
            case NEAREST -> rest > unit >>> 1 || rest == unit >>> 1 && odd;
            case DOWN -> negative && rest != 0;
            case UP -> !negative && rest != 0;
            case TO_ZERO -> false;
        };
        return away ? down + unit : down;
    }

    /** Whether a magnitude between 0 and 1, both exclusive, becomes 1. */
    private static boolean reachesOne(FloatFormat format, long x, FloatRounding mode) {
        long half = (long) (format.bias - 1) << format.precision - 1;
        return switch (mode) {
            case NEAREST -> format.magnitude(x) > half;
            case DOWN -> format.isNegative(x);
            case UP -> !format.isNegative(x);
            case TO_ZERO -> false;
        };
    }
}
