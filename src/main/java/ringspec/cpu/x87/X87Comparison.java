package ringspec.cpu.x87;

import ringspec.cpu.FpuState;

/** Comparison and classification (SDM vol. 1, 8.3.6); results are the bits of C3, C2 and C0 in the status word. */
public final class X87Comparison {

    /** What comparisons show for operands that can't be ordered: C3 C2 C0 = 111. */
    public static final int UNORDERED = FpuState.C3 | FpuState.C2 | FpuState.C0;
    /** FXAM: the class of an empty register, C3 C2 C0 = 101. */
    public static final int EMPTY = FpuState.C3 | FpuState.C0;

    private static final int LESS = FpuState.C0;
    private static final int EQUAL = FpuState.C3;

    private X87Comparison() {
    }

    /**
     * Compares a with b.
     *
     * @param quiet whether quiet NaNs raise nothing (FUCOM and its kin)
     */
    public static int compare(X87Context context, Extended a, Extended b, boolean quiet) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            boolean nans = !a.isUnsupported() && !b.isUnsupported() && !a.isSignaling() && !b.isSignaling();
            if (!quiet || !nans) {
                context.invalid();
            }
            return UNORDERED;
        }
        context.noteDenormal(a);
        context.noteDenormal(b);
        if (a.isZero() && b.isZero()) {
            return EQUAL;
        }
        if (a.isNegative() != b.isNegative()) {
            return a.isNegative() ? LESS : 0;
        }
        int order = compareMagnitudes(a, b);
        if (order == 0) {
            return EQUAL;
        }
        return order < 0 != a.isNegative() ? LESS : 0;
    }

    private static int compareMagnitudes(Extended a, Extended b) {
        // A pseudo-denormal has the value that exponent 1 gives it.
        int exponents = Integer.compare(Math.max(a.exponent(), 1), Math.max(b.exponent(), 1));
        return exponents != 0 ? exponents : Long.compareUnsigned(a.significand(), b.significand());
    }

    /** The class that FXAM shows: unsupported 000, NaN 001, normal 010, infinity 011, zero 100, denormal 110. */
    public static int classify(Extended a) {
        if (a.isUnsupported()) {
            return 0;
        }
        if (a.isNan()) {
            return FpuState.C0;
        }
        if (a.isInfinite()) {
            return FpuState.C2 | FpuState.C0;
        }
        if (a.isZero()) {
            return FpuState.C3;
        }
        return a.isDenormal() ? FpuState.C3 | FpuState.C2 : FpuState.C2;
    }
}
