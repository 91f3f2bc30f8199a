package ringspec.cpu.exec;

import java.math.BigInteger;

/** The rounding modes of MXCSR.RC, in the order of their encoding, and exact rounding under them. */
enum FloatRounding {
    NEAREST, DOWN, UP, TO_ZERO;

    private static final FloatRounding[] ALL = values();

    static FloatRounding of(int rc) {
        return ALL[rc];
    }

    /** Rounds a finite value to an integral one. */
    double integral(double value) {
        return switch (this) {
            case NEAREST -> Math.rint(value);
            case DOWN -> Math.floor(value);
            case UP -> Math.ceil(value);
            case TO_ZERO -> value < 0 ? Math.ceil(value) : Math.floor(value);
        };
    }

    /**
     * Rounds magnitude / 2^shift to an integer.
     *
     * @param shift may be negative, which is exact
     * @param negative the sign of the value whose magnitude this is
     */
    BigInteger shift(BigInteger magnitude, int shift, boolean negative) {
        if (shift <= 0) {
            return magnitude.shiftLeft(-shift);
        }
        BigInteger down = magnitude.shiftRight(shift);
        BigInteger rest = magnitude.subtract(down.shiftLeft(shift));
        if (rest.signum() == 0) {
            return down;
        }
        boolean away = switch (this) {
            case NEAREST -> {
                int half = rest.compareTo(BigInteger.ONE.shiftLeft(shift - 1));
                yield half > 0 || half == 0 && down.testBit(0);
            }
            case DOWN -> negative;
            case UP -> !negative;
            case TO_ZERO -> false;
        };
        return away ? down.add(BigInteger.ONE) : down;
    }

    /**
     * Rounds an exact value that isn't zero to a format, and raises overflow, underflow and precision.
     *
     * @param magnitude positive
     * @param exponent the value is magnitude * 2^exponent
     */
    static long round(FloatContext context, FloatFormat format, boolean negative, BigInteger magnitude, int exponent) {
        FloatRounding mode = context.rounding();
        int smallest = 1 - format.bias;
        int top = exponent + magnitude.bitLength() - 1;
        int unlimited = top - format.precision + 1;
        // Tininess is detected after rounding as if the exponent were unlimited (SDM vol. 1, 4.9.1.5).
        boolean carries = mode.shift(magnitude, unlimited - exponent, negative).bitLength() > format.precision;
        boolean tiny = top + (carries ? 1 : 0) < smallest;
        // An unmasked underflow delivers the result as with an unlimited exponent, and precision is judged by that one.
        boolean limited = !tiny || context.isMasked(FloatContext.UNDERFLOW);
        int lowest = limited ? Math.max(unlimited, smallest - format.precision + 1) : unlimited;
        BigInteger rounded = mode.shift(magnitude, lowest - exponent, negative);
        boolean inexact = exponent < lowest && magnitude.getLowestSetBit() < lowest - exponent;
        if (tiny && limited && context.flushesToZero()) {
            context.raise(FloatContext.UNDERFLOW | FloatContext.PRECISION);
            return format.zero(negative);
        }
        if (tiny && (inexact || !limited)) {
            context.raise(FloatContext.UNDERFLOW);
        }
        if (inexact) {
            context.raise(FloatContext.PRECISION);
        }
        return limited ? assemble(context, format, negative, rounded, lowest, mode) : format.zero(negative);
    }

    private static long assemble(FloatContext context, FloatFormat format, boolean negative, BigInteger rounded,
            int lowest,
            FloatRounding mode) {
        long significand = rounded.longValueExact();
        // A significand without its implicit bit is denormal, with exponent field 0; one that carried adds 1 to the field.
        long field = significand <= format.fraction ? 0 : lowest + format.precision - 1 + format.bias;
        long bits = field == 0 ? significand : (field << format.precision - 1) + (significand - format.fraction - 1);
        if (field >= format.special || bits >= format.infinity) {
            boolean masked = context.isMasked(FloatContext.OVERFLOW);
            context.raise(masked ? FloatContext.OVERFLOW | FloatContext.PRECISION : FloatContext.OVERFLOW);
            boolean toInfinity = mode == NEAREST || mode == (negative ? DOWN : UP);
            bits = toInfinity ? format.infinity : format.infinity - 1;
        }
        return bits | format.zero(negative);
    }
}
