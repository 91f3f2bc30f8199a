package ringspec.cpu.exec;

import java.math.BigInteger;

/**
 * Fused multiplication and addition on single elements: x * y + z with one rounding, in all rounding modes and with all
 * exceptions (SDM vol. 1, 14.5).
 *
 * <p>The usual case is {@link Math#fma} with a test for inexactness; all others go through exact integers.
 */
final class FloatFusion {

    /** Below this exponent field of a double an error term could lose bits to underflow. */
    private static final int SAFE = 120;

    private FloatFusion() {
    }

    /**
     * (x * y) + z, the product or the addend negated on request.
     *
     * @param flipProduct the format's sign bit to negate the product, 0 otherwise
     * @param flipAddend the format's sign bit to negate z, 0 otherwise
     */
    static long multiplyAdd(FloatContext context, FloatFormat format, long x, long y, long z, long flipProduct,
            long flipAddend) {
        if (format.isNan(x) || format.isNan(y) || format.isNan(z)) {
            return nan(context, format, x, y, z);
        }
        long fast = fast(context, format, x ^ flipProduct, y, z ^ flipAddend);
        if (fast != FastFloat.NONE) {
            return fast;
        }
        long a = context.operand(format, x) ^ flipProduct;
        long b = context.operand(format, y);
        long c = context.operand(format, z) ^ flipAddend;
        boolean negative = format.isNegative(a) != format.isNegative(b);
        boolean infinite = format.isInfinite(a) || format.isInfinite(b);
        boolean zero = format.isZero(a) || format.isZero(b);
        boolean opposed = infinite && format.isInfinite(c) && negative != format.isNegative(c);
        if (infinite && zero || opposed) {
            context.raise(FloatContext.INVALID);
            return format.indefinite;
        }
        context.noteDenormal(format, a);
        context.noteDenormal(format, b);
        context.noteDenormal(format, c);
        if (infinite || format.isInfinite(c)) {
            return infinite ? format.infinity(negative) : c;
        }
        return sum(context, format, negative, a, b, c);
    }

    /** The first NaN in the order of multiplication and addition; a quiet one comes before 0 times infinity is found invalid. */
    private static long nan(FloatContext context, FloatFormat format, long x, long y, long z) {
        if (format.isSignaling(x) || format.isSignaling(y) || format.isSignaling(z)) {
            context.raise(FloatContext.INVALID);
        }
        return format.quiet(format.isNan(x) ? x : format.isNan(y) ? y : z);
    }

    private static long sum(FloatContext context, FloatFormat format, boolean negative, long a, long b, long c) {
        BigInteger product = BigInteger.valueOf(format.significand(a)).multiply(BigInteger.valueOf(format.significand(
                b)));
        BigInteger addend = BigInteger.valueOf(format.significand(c));
        int productExponent = format.exponent(a) + format.exponent(b);
        int exponent = Math.min(productExponent, format.exponent(c));
        product = product.shiftLeft(productExponent - exponent);
        addend = addend.shiftLeft(format.exponent(c) - exponent);
        BigInteger exact = (negative ? product.negate() : product).add(format.isNegative(c) ? addend.negate() : addend);
        if (exact.signum() == 0) {
            boolean differ = negative != format.isNegative(c);
            return format.zero(differ ? context.rounding() == FloatRounding.DOWN : negative);
        }
        return FloatRounding.round(context, format, exact.signum() < 0, exact.abs(), exponent);
    }

    private static long fast(FloatContext context, FloatFormat format, long a, long b, long c) {
        if (!context.roundsToNearest() || !usual(format, a) || !usual(format, b) || !usual(format, c)
                && !format.isZero(c)) {
            return FastFloat.NONE;
        }
        return format == FloatFormat.DOUBLE ? fastDouble(context, a, b, c) : fastSingle(context, a, b, c);
    }

    /** The product of two singles is exact as a double, and so is the error of a double sum. */
    private static long fastSingle(FloatContext context, long a, long b, long c) {
        float x = Float.intBitsToFloat((int) a);
        float y = Float.intBitsToFloat((int) b);
        float z = Float.intBitsToFloat((int) c);
        float result = Math.fma(x, y, z);
        double product = (double) x * y;
        double sum = product + z;
        return FastFloat.exactness(context, FloatFormat.SINGLE, Float.floatToRawIntBits(result) & 0xFFFF_FFFFL,
                sum == result && sumError(product, z, sum) == 0, FastFloat.ABOVE_TINY);
    }

    /** The error of a fused operation is the sum of two doubles (Boldo and Muller, ErrFmaNearest); here it matters whether it is 0. */
    private static long fastDouble(FloatContext context, long a, long b, long c) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double z = Double.longBitsToDouble(c);
        double product = x * y;
        if (!usual(FloatFormat.DOUBLE, Double.doubleToRawLongBits(product))) {
            return FastFloat.NONE;
        }
        double result = Math.fma(x, y, z);
        double productError = Math.fma(x, y, -product);
        double lower = z + productError;
        double lowerError = sumError(z, productError, lower);
        double upper = product + lower;
        double upperError = sumError(product, lower, upper);
        double rest = upper - result + upperError;
        return FastFloat.exactness(context, FloatFormat.DOUBLE, Double.doubleToRawLongBits(result), rest
                + lowerError == 0, SAFE);
    }

    /** What a + b is more than the rounded sum: exact, as it always is a floating-point number. */
    private static double sumError(double a, double b, double sum) {
        double part = sum - a;
        return a - (sum - part) + (b - part);
    }

    /** A normal operand that is neither so small that an error term nor so large that a sum could leave the range. */
    private static boolean usual(FloatFormat format, long bits) {
        int field = format.exponentField(bits);
        return field >= (format == FloatFormat.DOUBLE ? SAFE : 1) && field < format.special - 2;
    }
}
