package ringspec.cpu.x87;

import java.math.BigInteger;

/** Unsigned 128-bit helpers; a value is two longs, the high one first. */
final class Wide {

    private Wide() {
    }

    /**
     * The low 64 bits of a 128-bit value shifted right; the last bit is set if any bit is lost. The high 64 bits are those of
     * {@code high >>> count}.
     *
     * @param count any number from 0
     */
    static long shiftRightSticky(long high, long low, int count) {
        if (count == 0) {
            return low;
        }
        if (count < 64) {
            return high << 64 - count | low >>> count | (low << 64 - count != 0 ? 1 : 0);
        }
        if (count == 64) {
            return high | (low != 0 ? 1 : 0);
        }
        if (count < 128) {
            return high >>> count - 64 | (high << 128 - count != 0 || low != 0 ? 1 : 0);
        }
        return (high | low) != 0 ? 1 : 0;
    }

    /** An unsigned 64-bit value. */
    static BigInteger big(long unsigned) {
        BigInteger value = BigInteger.valueOf(unsigned & Long.MAX_VALUE);
        return unsigned < 0 ? value.setBit(63) : value;
    }

    /**
     * Rounds a positive rational or irrational number given as an integer and an exponent: the integer's first 128 bits count, and
     * of the others whether there are any.
     *
     * @param value    greater than 0
     * @param exponent of two
     * @param more     whether the number is a little greater than {@code value * 2^exponent}
     */
    static Extended round(X87Context context, boolean negative, BigInteger value, int exponent, boolean more,
            int precision) {
        int drop = value.bitLength() - 128;
        BigInteger shifted = drop > 0 ? value.shiftRight(drop) : value.shiftLeft(-drop);
        boolean sticky = more || drop > 0 && value.getLowestSetBit() < drop;
        long low = shifted.longValue() | (sticky ? 1 : 0);
        return context.round(negative, exponent + value.bitLength() - 1 + Extended.BIAS,
                shifted.shiftRight(64).longValue(), low, precision);
    }

    /**
     * The quotient of a 128-bit by a 64-bit value, as {@link #remainder} wants it: Knuth's algorithm D with two digits of 32 bits.
     *
     * @param high    smaller than the divisor, unsigned
     * @param divisor its highest bit set
     */
    static long quotient(long high, long low, long divisor) {
        long divisorHigh = divisor >>> 32;
        long divisorLow = divisor & 0xFFFF_FFFFL;
        long first = digit(high, low >>> 32, divisorHigh, divisorLow);
        long rest = (high << 32 | low >>> 32) - first * divisor;
        long second = digit(rest, low & 0xFFFF_FFFFL, divisorHigh, divisorLow);
        return (first << 32) + second;
    }

    private static long digit(long high, long nextDigit, long divisorHigh, long divisorLow) {
        long quotient = Long.divideUnsigned(high, divisorHigh);
        long remainder = high - quotient * divisorHigh;
        while (quotient >>> 32 != 0 || Long.compareUnsigned(quotient * divisorLow, remainder << 32 | nextDigit) > 0) {
            quotient--;
            remainder += divisorHigh;
            if (remainder >>> 32 != 0) {
                break;
            }
        }
        return quotient;
    }

    /** What {@link #quotient} leaves. */
    static long remainder(long low, long divisor, long quotient) {
        return low - quotient * divisor;
    }
}
