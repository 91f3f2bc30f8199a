package ringspec.cpu.exec;

import java.math.BigInteger;

/**
 * Conversions of single elements between integers and the formats, and from one format to another, exact in all rounding modes and
 * with all exceptions (SDM vol. 1, 11.4.4 and 11.6).
 */
final class FloatConversion {

    /** Doubles below this magnitude become a long without overflow in every rounding mode. */
    private static final double LARGE = 0x1p62;

    /** Integers up to this magnitude are doubles. */
    private static final long EXACT = 1L << 53;

    private FloatConversion() {
    }

    /** A signed integer rounded to the format. */
    static long fromInteger(FloatContext context, FloatFormat format, long value) {
        if (value == 0) {
            return 0;
        }
        boolean exactAsDouble = value >= -EXACT && value <= EXACT;
        if (exactAsDouble && format == FloatFormat.DOUBLE) {
            return Double.doubleToRawLongBits(value);
        }
        if (exactAsDouble && context.roundsToNearest()) {
            return narrow(context, format, Double.doubleToRawLongBits(value));
        }
        return FloatRounding.round(context, format, value < 0, BigInteger.valueOf(value).abs(), 0);
    }

    /**
     * Rounds to a signed integer; what doesn't fit gives the integer indefinite, 1 followed by zeros. Denormals are no exception
     * here.
     */
    static long toInteger(FloatContext context, FloatFormat format, long bits, int width,
            FloatRounding rounding) {
        long x = context.operand(format, bits);
        long indefinite = -1L << width - 1;
        if (format.isNan(x) || format.isInfinite(x) || format.exponent(x) > 64) {
            context.raise(FloatContext.INVALID);
            return indefinite;
        }
        double fast = format.toDouble(x);
        if (Math.abs(fast) < (width == 32 ? Integer.MAX_VALUE : LARGE)) {
            double whole = rounding.integral(fast);
            if (whole != fast) {
                context.raise(FloatContext.PRECISION);
            }
            return (long) whole;
        }
        BigInteger significand = BigInteger.valueOf(format.significand(x));
        int shift = -format.exponent(x);
        BigInteger rounded = rounding.shift(significand, shift, format.isNegative(x));
        BigInteger value = format.isNegative(x) ? rounded.negate() : rounded;
        if (value.bitLength() >= width) {
            context.raise(FloatContext.INVALID);
            return indefinite;
        }
        if (significand.signum() != 0 && significand.getLowestSetBit() < shift) {
            context.raise(FloatContext.PRECISION);
        }
        return value.longValueExact();
    }

    /** Half to single precision, always exact: a denormal is neither an exception nor a zero under MXCSR.DAZ. */
    static long widenHalf(FloatContext context, long bits) {
        if (FloatFormat.HALF.isSignaling(bits)) {
            context.raise(FloatContext.INVALID);
        }
        return Float.floatToRawIntBits(Float.float16ToFloat((short) bits)) & 0xFFFF_FFFFL;
    }

    /** Between the formats; the payload of a NaN is kept at its top bits. */
    static long convert(FloatContext context, FloatFormat from, FloatFormat to, long bits) {
        long x = context.operand(from, bits);
        boolean negative = from.isNegative(x);
        if (from.isNan(x)) {
            if (from.isSignaling(x)) {
                context.raise(FloatContext.INVALID);
            }
            int wider = to.precision - from.precision;
            long payload = from.quiet(x) & from.fraction;
            return to.infinity(negative) | (wider > 0 ? payload << wider : payload >>> -wider);
        }
        if (from.isInfinite(x) || from.isZero(x)) {
            return from.isZero(x) ? to.zero(negative) : to.infinity(negative);
        }
        if (from == FloatFormat.SINGLE && to == FloatFormat.DOUBLE && !from.isDenormal(x)) {
            return Double.doubleToRawLongBits(from.toDouble(x));
        }
        if (to.precision < from.precision && context.roundsToNearest()) {
            long fast = narrow(context, to, x);
            if (fast != FastFloat.NONE) {
                return fast;
            }
        }
        context.noteDenormal(from, x);
        return FloatRounding.round(context, to, negative, BigInteger.valueOf(from.significand(x)), from.exponent(x));
    }

    /** Java's conversion from double to single or from single to half precision, for the usual case. */
    private static long narrow(FloatContext context, FloatFormat to, long x) {
        if (to == FloatFormat.SINGLE) {
            double value = Double.longBitsToDouble(x);
            float rounded = (float) value;
            return FastFloat.exactness(context, to, Float.floatToRawIntBits(rounded) & 0xFFFF_FFFFL, rounded == value,
                    FastFloat.ABOVE_TINY);
        }
        float value = Float.intBitsToFloat((int) x);
        short rounded = Float.floatToFloat16(value);
        return FastFloat.exactness(context, to, rounded & 0xFFFF, Float.float16ToFloat(rounded) == value,
                FastFloat.ABOVE_TINY);
    }
}
