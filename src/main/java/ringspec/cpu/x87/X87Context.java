package ringspec.cpu.x87;

import ringspec.cpu.FpuState;

/**
 * The control word that an operation runs under, and the exceptions that it raises (SDM vol. 1, 8.1.5 and 8.5).
 *
 * <p>Every operation returns its masked response, except that an unmasked overflow or underflow gives the result with a biased
 * exponent (8.5.4, 8.5.5). Whether anything may be written is {@link #isAborted}'s to say.
 */
public final class X87Context {

    /** RC: to nearest, ties to even. */
    public static final int NEAREST = 0;
    /** RC: toward minus infinity. */
    public static final int DOWN = 1;
    /** RC: toward plus infinity. */
    public static final int UP = 2;
    /** RC: toward zero. */
    public static final int ZERO = 3;

    /** Significand bits of the double extended-precision format. */
    public static final int FULL_PRECISION = 64;

    /** What an unmasked overflow or underflow adds to the exponent: 3 * 2^13. */
    private static final int BIAS_ADJUST = 0x6000;
    /** Exceptions found before anything is computed: unmasked, they leave operands and stack alone. */
    private static final int BEFORE = FpuState.IE | FpuState.DE | FpuState.ZE;

    private final int control;
    private int raised;
    private boolean roundedUp;
    private boolean denormalSource;

    /** @param control the control word */
    public X87Context(int control) {
        this.control = control;
    }

    /** Raises exceptions, by their bits in the status word. */
    public void raise(int exceptions) {
        raised |= exceptions;
    }

    /** An invalid operation: raises #IA and gives the default NaN. */
    public Extended invalid() {
        raised |= FpuState.IE;
        return Extended.INDEFINITE;
    }

    /** RC. */
    public int rounding() {
        return control >>> 10 & 3;
    }

    /** PC as a number of significand bits: 24, 53 or 64; the reserved 01b counts as 64. */
    public int precision() {
        return switch (control >>> 8 & 3) {
            case 0 -> 24;
            case 2 -> 53;
            default -> FULL_PRECISION;
        };
    }

    /** True if any of the exceptions is masked. */
    public boolean isMasked(int exception) {
        return (control & exception) != 0;
    }

    /** True if an unmasked exception was raised that keeps the operation from being done. */
    public boolean isAborted() {
        return (raised & ~control & BEFORE) != 0;
    }

    /** True if an unmasked overflow or underflow was raised: nothing is stored to memory then. */
    public boolean isRangeAborted() {
        return (raised & ~control & (FpuState.OE | FpuState.UE)) != 0;
    }

    /** The exceptions raised; after one that aborts, only those that are found before computing. */
    public int raised() {
        return isAborted() ? raised & (BEFORE | FpuState.SF) : raised;
    }

    /** A store to memory that an unmasked overflow or underflow keeps from being done is not inexact either. */
    private void abandonRounding() {
        raised &= ~FpuState.PE;
        roundedUp = false;
    }

    /** True if the last rounding went away from zero: C1 of an inexact result. */
    public boolean isRoundedUp() {
        return roundedUp && !isAborted();
    }

    /** Sets what {@link #isRoundedUp} says. */
    void setRoundedUp(boolean up) {
        roundedUp = up;
    }

    /** Says that an operand was a denormal in a shorter format, which its extended value doesn't show any more. */
    public void setDenormalSource(boolean denormal) {
        denormalSource = denormal;
    }

    /** Raises #D for a denormal operand. */
    public void noteDenormal(Extended a) {
        if (a.isDenormal() || denormalSource) {
            raised |= FpuState.DE;
        }
    }

    /** A context with the same control word and nothing raised. */
    X87Context sameControl() {
        return new X87Context(control);
    }

    /** Adds what another context has raised, and takes its rounding direction. */
    void takeOver(X87Context other) {
        raised |= other.raised;
        roundedUp = other.roundedUp;
    }

    /**
     * Rounds to an 80-bit value.
     *
     * @param negative  the sign
     * @param exponent  the biased exponent, unbounded
     * @param high      the significand, its highest bit set
     * @param low       64 bits that follow; the last one is set if anything beyond is
     * @param precision 24, 53 or 64 significand bits
     */
    public Extended round(boolean negative, int exponent, long high, long low, int precision) {
        long unit = 1L << FULL_PRECISION - precision;
        boolean up = roundsUp(negative, high, low, unit);
        boolean inexact = isInexact(high, low, unit);
        if (exponent <= 0) {
            // Tiny is what is tiny after rounding: a carry to the smallest normal number makes it none.
            boolean tiny = exponent < 0 || !up || (high | unit - 1) != -1;
            if (tiny && !isMasked(FpuState.UE)) {
                raised |= FpuState.UE;
                return finish(negative, exponent + BIAS_ADJUST, high, up, inexact, unit);
            }
            return denormalized(negative, 1 - exponent, high, low, unit, tiny);
        }
        boolean carries = up && (high | unit - 1) == -1;
        if (exponent + (carries ? 1 : 0) < Extended.MAX_EXPONENT) {
            return finish(negative, exponent, high, up, inexact, unit);
        }
        raised |= FpuState.OE;
        if (!isMasked(FpuState.OE)) {
            return finish(negative, exponent - BIAS_ADJUST, high, up, inexact, unit);
        }
        raised |= FpuState.PE;
        return overflowed(negative, unit);
    }

    private Extended overflowed(boolean negative, long unit) {
        boolean toInfinity = switch (rounding()) {
            case NEAREST -> true;
            case DOWN -> negative;
            case UP -> !negative;
            default -> false;
        };
        roundedUp = toInfinity;
        return toInfinity ? Extended.infinity(negative) : Extended.of(negative, Extended.MAX_EXPONENT - 1, -unit);
    }

    private Extended finish(boolean negative, int exponent, long high, boolean up, boolean inexact, long unit) {
        if (inexact) {
            raised |= FpuState.PE;
        }
        roundedUp = up;
        long significand = high & -unit;
        if (up) {
            significand += unit;
            if (significand == 0) {
                return bounded(negative, exponent + 1, Extended.INTEGER_BIT);
            }
        }
        return bounded(negative, exponent, significand);
    }

    /** What is out of range even with the bias adjusted, which only FSCALE can give, ends at infinity or zero. */
    private Extended bounded(boolean negative, int exponent, long significand) {
        if (exponent > 0 && exponent < Extended.MAX_EXPONENT) {
            return Extended.of(negative, exponent, significand);
        }
        raised |= FpuState.PE;
        roundedUp = exponent > 0;
        return roundedUp ? Extended.infinity(negative) : Extended.zero(negative);
    }

    private Extended denormalized(boolean negative, int shift, long high, long low, long unit, boolean tiny) {
        long shiftedHigh = shift < 64 ? high >>> shift : 0;
        long shiftedLow = Wide.shiftRightSticky(high, low, shift);
        boolean up = roundsUp(negative, shiftedHigh, shiftedLow, unit);
        if (isInexact(shiftedHigh, shiftedLow, unit)) {
            raised |= FpuState.PE | (tiny ? FpuState.UE : 0);
        }
        roundedUp = up;
        long significand = (shiftedHigh & -unit) + (up ? unit : 0);
        return Extended.of(negative, significand < 0 ? 1 : 0, significand);
    }

    /**
     * Rounds a finite value other than zero to a shorter format.
     *
     * @param precision bits of its significand, the implied one counted
     * @param bias      its exponent bias
     * @param special   its exponent of infinities
     * @return exponent and fraction
     */
    long roundNarrow(Extended a, int precision, int bias, int special) {
        int drop = FULL_PRECISION - precision;
        long unit = 1L << drop;
        boolean negative = a.isNegative();
        long high = a.normalSignificand();
        int exponent = a.normalExponent() - Extended.BIAS + bias;
        boolean up = roundsUp(negative, high, 0, unit);
        boolean carries = up && (high | unit - 1) == -1;
        long low = 0;
        if (exponent <= 0) {
            boolean tiny = exponent < 0 || !carries;
            low = Wide.shiftRightSticky(high, 0, 1 - exponent);
            high = 1 - exponent < 64 ? high >>> 1 - exponent : 0;
            up = roundsUp(negative, high, low, unit);
            if (tiny && (isInexact(high, low, unit) || !isMasked(FpuState.UE))) {
                raised |= FpuState.UE;
            }
            exponent = 0;
        } else if (exponent + (carries ? 1 : 0) >= special) {
            raised |= FpuState.OE | FpuState.PE;
            long infinity = (long) special << precision - 1;
            Extended rounded = overflowed(negative, 1);
            if (isRangeAborted()) {
                abandonRounding();
            }
            return rounded.isInfinite() ? infinity : infinity - 1;
        }
        if (isInexact(high, low, unit)) {
            raised |= FpuState.PE;
        }
        roundedUp = up;
        if (isRangeAborted()) {
            abandonRounding();
        }
        // The integer bit, where there is one, adds 1 to the exponent; a carry out of the fraction does so, too.
        long fraction = (high >>> drop) + (up ? 1 : 0);
        return exponent == 0 ? fraction : ((long) exponent - 1 << precision - 1) + fraction;
    }

    private static boolean isInexact(long high, long low, long unit) {
        return (high & unit - 1) != 0 || low != 0;
    }

    /**
     * Whether the magnitude goes up when everything below {@code unit} is dropped.
     *
     * @param unit weight of the last bit kept, 1 for all 64 bits of {@code high}
     */
    boolean roundsUp(boolean negative, long high, long low, long unit) {
        if (!isInexact(high, low, unit)) {
            return false;
        }
        return switch (rounding()) {
            case DOWN -> negative;
            case UP -> !negative;
            case ZERO -> false;
            default -> nearestRoundsUp(high, low, unit);
        };
    }

    private static boolean nearestRoundsUp(long high, long low, long unit) {
        boolean half = unit == 1 ? low < 0 : (high & unit >>> 1) != 0;
        boolean more = unit == 1 ? low << 1 != 0 : (high & (unit >>> 1) - 1) != 0 || low != 0;
        return half && (more || (high & unit) != 0);
    }
}
