package ringspec.cpu.exec;

/**
 * Java's own arithmetic for the usual case: round to nearest, operands normal, result normal. Whether the result is exact is told
 * by its error, which is computed without rounding.
 */
final class FastFloat {

    /** "Not the usual case": a signaling NaN of both formats' double reading, which no operation gives as a result. */
    static final long NONE = 0x7FF0_0000_0000_0001L;

    /** Below this exponent field of a double an error term could lose bits to underflow. */
    private static final int SAFE = 120;

    /** The smallest normal results may be what a tiny one was rounded up to; these have a larger exponent field. */
    static final int ABOVE_TINY = 2;

    private FastFloat() {
    }

    static long add(FloatContext context, FloatFormat format, long a, long b) {
        if (!usual(context, format, a, 1) || !usual(context, format, b, 1)) {
            return NONE;
        }
        if (format == FloatFormat.DOUBLE) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double sum = x + y;
            double part = sum - x;
            return exactness(context, format, Double.doubleToRawLongBits(sum), x - (sum - part) + (y - part) == 0, 1);
        }
        float x = Float.intBitsToFloat((int) a);
        float y = Float.intBitsToFloat((int) b);
        float sum = x + y;
        float part = sum - x;
        return exactness(context, format, single(sum), x - (sum - part) + (y - part) == 0, 1);
    }

    static long multiply(FloatContext context, FloatFormat format, long a, long b) {
        if (!usual(context, format, a, 1) || !usual(context, format, b, 1)) {
            return NONE;
        }
        if (format == FloatFormat.DOUBLE) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double product = x * y;
            return exactness(context, format, Double.doubleToRawLongBits(product), Math.fma(x, y, -product) == 0, SAFE);
        }
        double product = (double) Float.intBitsToFloat((int) a) * Float.intBitsToFloat((int) b);
        float rounded = (float) product;
        return exactness(context, format, single(rounded), rounded == product, ABOVE_TINY);
    }

    static long divide(FloatContext context, FloatFormat format, long a, long b) {
        if (!usual(context, format, a, format == FloatFormat.DOUBLE ? SAFE : 1) || !usual(context, format, b, 1)) {
            return NONE;
        }
        if (format == FloatFormat.DOUBLE) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double quotient = x / y;
            return exactness(context, format, Double.doubleToRawLongBits(quotient), Math.fma(quotient, y, -x) == 0,
                    ABOVE_TINY);
        }
        float x = Float.intBitsToFloat((int) a);
        float y = Float.intBitsToFloat((int) b);
        float quotient = x / y;
        return exactness(context, format, single(quotient), (double) quotient * y == x, ABOVE_TINY);
    }

    static long squareRoot(FloatContext context, FloatFormat format, long a) {
        if (format.isNegative(a) || !usual(context, format, a, format == FloatFormat.DOUBLE ? SAFE : 1)) {
            return NONE;
        }
        if (format == FloatFormat.DOUBLE) {
            double x = Double.longBitsToDouble(a);
            double root = Math.sqrt(x);
            return exactness(context, format, Double.doubleToRawLongBits(root), Math.fma(root, root, -x) == 0, 1);
        }
        float x = Float.intBitsToFloat((int) a);
        float root = (float) Math.sqrt(x);
        return exactness(context, format, single(root), (double) root * root == x, 1);
    }

    private static long single(float value) {
        return Float.floatToRawIntBits(value) & 0xFFFF_FFFFL;
    }

    /** Round to nearest, and a normal operand that is neither too small nor so large that an intermediate could overflow. */
    private static boolean usual(FloatContext context, FloatFormat format, long bits, int smallest) {
        int field = format.exponentField(bits);
        return context.roundsToNearest() && field >= smallest && field < format.special - 2;
    }

    /** The result, precision noted; {@link #NONE} if it is so small or large that other exceptions are possible. */
    static long exactness(FloatContext context, FloatFormat format, long bits, boolean exact, int smallest) {
        int field = format.exponentField(bits);
        if (field < smallest || field >= format.special - 1) {
            return NONE;
        }
        if (!exact) {
            context.raise(FloatContext.PRECISION);
        }
        return bits;
    }
}
