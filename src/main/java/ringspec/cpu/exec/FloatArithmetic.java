package ringspec.cpu.exec;

import java.math.BigInteger;

/**
 * ADD, SUB, MUL, DIV, SQRT, MIN and MAX on single elements, exact in all rounding modes and with all exceptions.
 *
 * <p>The usual case (normal operands and result, round to nearest) is Java arithmetic with a test for inexactness; all others go
 * through exact integers.
 */
final class FloatArithmetic {

    /** An operation on one element each of destination and source, as bits. */
    @FunctionalInterface
    interface Element {
        long of(FloatContext context, FloatFormat format, long a, long b);
    }

    private FloatArithmetic() {
    }

    static long add(FloatContext context, FloatFormat format, long a, long b) {
        long fast = FastFloat.add(context, format, a, b);
        return fast != FastFloat.NONE ? fast : sum(context, format, a, b, 0);
    }

    static long subtract(FloatContext context, FloatFormat format, long a, long b) {
        long fast = FastFloat.add(context, format, a, b ^ format.signBit);
        return fast != FastFloat.NONE ? fast : sum(context, format, a, b, format.signBit);
    }

    private static long sum(FloatContext context, FloatFormat format, long first, long second, long flip) {
        long a = context.operand(format, first);
        long b = context.operand(format, second);
        if (format.isNan(a) || format.isNan(b)) {
            return nan(context, format, a, b);
        }
        b ^= flip;
        if (format.isInfinite(a) && format.isInfinite(b) && a != b) {
            return invalid(context, format);
        }
        noteDenormals(context, format, a, b);
        if (format.isInfinite(a) || format.isInfinite(b)) {
            return format.isInfinite(a) ? a : b;
        }
        int exponent = Math.min(format.exponent(a), format.exponent(b));
        BigInteger exact = signed(format, a, exponent).add(signed(format, b, exponent));
        if (exact.signum() == 0) {
            boolean bothNegative = format.isNegative(a) && format.isNegative(b);
            boolean differ = format.isNegative(a) != format.isNegative(b);
            return format.zero(bothNegative || differ && context.rounding() == FloatRounding.DOWN);
        }
        return FloatRounding.round(context, format, exact.signum() < 0, exact.abs(), exponent);
    }

    private static BigInteger signed(FloatFormat format, long bits, int exponent) {
        BigInteger magnitude = BigInteger.valueOf(format.significand(bits)).shiftLeft(format.exponent(bits) - exponent);
        return format.isNegative(bits) ? magnitude.negate() : magnitude;
    }

    static long multiply(FloatContext context, FloatFormat format, long first, long second) {
        long fast = FastFloat.multiply(context, format, first, second);
        if (fast != FastFloat.NONE) {
            return fast;
        }
        long a = context.operand(format, first);
        long b = context.operand(format, second);
        if (format.isNan(a) || format.isNan(b)) {
            return nan(context, format, a, b);
        }
        boolean negative = format.isNegative(a) != format.isNegative(b);
        boolean infinite = format.isInfinite(a) || format.isInfinite(b);
        boolean zero = format.isZero(a) || format.isZero(b);
        if (infinite && zero) {
            return invalid(context, format);
        }
        noteDenormals(context, format, a, b);
        if (infinite || zero) {
            return infinite ? format.infinity(negative) : format.zero(negative);
        }
        BigInteger exact = BigInteger.valueOf(format.significand(a)).multiply(BigInteger.valueOf(format.significand(
                b)));
        return FloatRounding.round(context, format, negative, exact, format.exponent(a) + format.exponent(b));
    }

    static long divide(FloatContext context, FloatFormat format, long first, long second) {
        long fast = FastFloat.divide(context, format, first, second);
        if (fast != FastFloat.NONE) {
            return fast;
        }
        long a = context.operand(format, first);
        long b = context.operand(format, second);
        if (format.isNan(a) || format.isNan(b)) {
            return nan(context, format, a, b);
        }
        boolean negative = format.isNegative(a) != format.isNegative(b);
        if (format.isZero(a) && format.isZero(b) || format.isInfinite(a) && format.isInfinite(b)) {
            return invalid(context, format);
        }
        if (format.isZero(b) && !format.isInfinite(a)) {
            context.raise(FloatContext.DIVIDE_BY_ZERO);
            return format.infinity(negative);
        }
        noteDenormals(context, format, a, b);
        if (format.isInfinite(a)) {
            return format.infinity(negative);
        }
        if (format.isZero(a) || format.isInfinite(b)) {
            return format.zero(negative);
        }
        return quotient(context, format, a, b, negative);
    }

    private static long quotient(FloatContext context, FloatFormat format, long a, long b, boolean negative) {
        // So many more bits than the result has that what remains matters only as "not zero".
        int extra = 2 * format.precision + 4;
        BigInteger[] parts = BigInteger.valueOf(format.significand(a)).shiftLeft(extra)
                .divideAndRemainder(BigInteger.valueOf(format.significand(b)));
        BigInteger withSticky = parts[0].shiftLeft(1).or(parts[1].signum() == 0 ? BigInteger.ZERO : BigInteger.ONE);
        return FloatRounding.round(context, format, negative, withSticky,
                format.exponent(a) - format.exponent(b) - extra - 1);
    }

    /** The square root of the source; the destination doesn't matter. */
    static long squareRoot(FloatContext context, FloatFormat format, long destination, long source) {
        long fast = FastFloat.squareRoot(context, format, source);
        if (fast != FastFloat.NONE) {
            return fast;
        }
        long x = context.operand(format, source);
        if (format.isNan(x)) {
            return nan(context, format, x, x);
        }
        if (format.isZero(x)) {
            return x;
        }
        if (format.isNegative(x)) {
            return invalid(context, format);
        }
        noteDenormals(context, format, x, x);
        if (format.isInfinite(x)) {
            return x;
        }
        int odd = format.exponent(x) & 1;
        int extra = 2 * format.precision + 4;
        BigInteger scaled = BigInteger.valueOf(format.significand(x)).shiftLeft(odd + 2 * extra);
        BigInteger[] root = scaled.sqrtAndRemainder();
        BigInteger withSticky = root[0].shiftLeft(1).or(root[1].signum() == 0 ? BigInteger.ZERO : BigInteger.ONE);
        return FloatRounding.round(context, format, false, withSticky, (format.exponent(x) - odd) / 2 - extra - 1);
    }

    /** The source unless the destination is less: also for two zeros and for NaNs, which are not made quiet. */
    static long minimum(FloatContext context, FloatFormat format, long first, long second) {
        return select(context, format, first, second, -1);
    }

    /** The source unless the destination is greater: also for two zeros and for NaNs, which are not made quiet. */
    static long maximum(FloatContext context, FloatFormat format, long first, long second) {
        return select(context, format, first, second, 1);
    }

    private static long select(FloatContext context, FloatFormat format, long first, long second, int order) {
        long a = context.operand(format, first);
        long b = context.operand(format, second);
        if (format.isNan(a) || format.isNan(b)) {
            context.raise(FloatContext.INVALID);
            return b;
        }
        noteDenormals(context, format, a, b);
        return format.compare(a, b) * order > 0 ? a : b;
    }

    /** The first NaN, made quiet; a signaling one among the two is an invalid operation (SDM vol. 1, table 4-7). */
    private static long nan(FloatContext context, FloatFormat format, long a, long b) {
        if (format.isSignaling(a) || format.isSignaling(b)) {
            context.raise(FloatContext.INVALID);
        }
        return format.quiet(format.isNan(a) ? a : b);
    }

    private static long invalid(FloatContext context, FloatFormat format) {
        context.raise(FloatContext.INVALID);
        return format.indefinite;
    }

    private static void noteDenormals(FloatContext context, FloatFormat format, long a, long b) {
        context.noteDenormal(format, a);
        context.noteDenormal(format, b);
    }
}
