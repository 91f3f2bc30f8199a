package ringspec.cpu.x87;

import ringspec.cpu.FpuState;

/** Conversions to integers, packed decimals and the shorter formats: what stores do (SDM vol. 1, 8.3.2). */
public final class X87Integers {

    /** Digits of the packed decimal format. */
    private static final int DIGITS = 18;
    private static final long DECIMAL_LIMIT = 1_000_000_000_000_000_000L;

    /**
     * A magnitude that was rounded to an integer.
     *
     * @param magnitude unsigned; meaningless if it {@code overflows}
     * @param overflows true for 2^64 and more
     */
    record Rounded(long magnitude, boolean overflows) {
    }

    private X87Integers() {
    }

    /** Rounds a finite value's magnitude by RC, raises #P and sets the direction. */
    static Rounded round(X87Context context, Extended a) {
        int exponent = a.isZero() ? 0 : a.normalExponent() - Extended.BIAS;
        if (exponent > 63) {
            return new Rounded(0, true);
        }
        long significand = a.isZero() ? 0 : a.normalSignificand();
        int shift = 63 - exponent;
        long high = shift < 64 ? significand >>> shift : 0;
        long low = Wide.shiftRightSticky(significand, 0, shift);
        boolean up = context.roundsUp(a.isNegative(), high, low, 1);
        if (low != 0) {
            context.raise(FpuState.PE);
        }
        context.setRoundedUp(up);
        long magnitude = up ? high + 1 : high;
        return new Rounded(magnitude, up && magnitude == 0);
    }

    /**
     * To a signed integer by RC: FIST, FISTP, and FISTTP in a context that truncates.
     *
     * @param bits 16, 32 or 64
     * @return sign-extended; the most negative integer ("integer indefinite") where #IA is raised
     */
    public static long toInteger(X87Context context, Extended a, int bits) {
        long indefinite = Long.MIN_VALUE >> 64 - bits;
        if (Operands.isSpecial(a) || a.isInfinite()) {
            context.invalid();
            return indefinite;
        }
        X87Context trial = context.sameControl();
        Rounded rounded = round(trial, a);
        // As an unsigned number the limit is 2^(bits-1), which a negative integer may just reach.
        long limit = a.isNegative() ? -indefinite : -indefinite - 1;
        if (rounded.overflows() || Long.compareUnsigned(rounded.magnitude(), limit) > 0) {
            context.invalid();
            return indefinite;
        }
        context.takeOver(trial);
        return a.isNegative() ? -rounded.magnitude() : rounded.magnitude();
    }

    /**
     * To 18 packed decimal digits: FBSTP.
     *
     * @return bytes 0 to 7 and bytes 8 to 9, as a significand and a sign and exponent would lie in memory; #IA gives
     *         FFFFC000000000000000h
     */
    public static Extended toDecimal(X87Context context, Extended a) {
        if (Operands.isSpecial(a) || a.isInfinite()) {
            return context.invalid();
        }
        X87Context trial = context.sameControl();
        Rounded rounded = round(trial, a);
        if (rounded.overflows() || Long.compareUnsigned(rounded.magnitude(), DECIMAL_LIMIT) >= 0) {
            return context.invalid();
        }
        context.takeOver(trial);
        long rest = rounded.magnitude();
        long low = 0;
        int high = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            if (digit < 16) {
                low |= rest % 10 << 4 * digit;
            } else {
                high |= (int) (rest % 10) << 4 * (digit - 16);
            }
            rest /= 10;
        }
        return new Extended(a.isNegative() ? high | 0x8000 : high, low);
    }

    /**
     * From 18 packed decimal digits: FBLD. A digit above 9 counts with its value, as on processors; the SDM leaves it undefined.
     *
     * @param low  bytes 0 to 7
     * @param high bytes 8 and 9
     */
    public static Extended ofDecimal(long low, int high) {
        long magnitude = (high >>> 4 & 15) * 10 + (high & 15);
        for (int digit = 15; digit >= 0; digit--) {
            magnitude = magnitude * 10 + (low >>> 4 * digit & 15);
        }
        return Extended.ofMagnitude((high & 0x8000) != 0, magnitude);
    }

    /** Rounds to single precision, as its 32 bits; if the context {@link X87Context#isRangeAborted} they are meaningless. */
    public static int toSingle(X87Context context, Extended a) {
        return (int) narrow(context, a, 24, 8);
    }

    /** Rounds to double precision, as its 64 bits; if the context {@link X87Context#isRangeAborted} they are meaningless. */
    public static long toDouble(X87Context context, Extended a) {
        return narrow(context, a, 53, 11);
    }

    private static long narrow(X87Context context, Extended a, int precision, int exponentBits) {
        long sign = 1L << precision - 1 + exponentBits;
        int fractionBits = precision - 1;
        int special = (1 << exponentBits) - 1;
        int bias = special >>> 1;
        Extended source = Operands.isSpecial(a) ? Operands.special(context, a) : a;
        long signBit = source.isNegative() ? sign : 0;
        if (source.isNan()) {
            return signBit | (long) special << fractionBits | source.significand() << 1 >>> 64 - fractionBits;
        }
        if (source.isInfinite() || source.isZero()) {
            return signBit | (source.isZero() ? 0 : (long) special << fractionBits);
        }
        return signBit | context.roundNarrow(source, precision, bias, special);
    }
}
