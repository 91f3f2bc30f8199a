package ringspec.cpu.x87;

import java.math.BigInteger;
import ringspec.cpu.FpuState;

/**
 * The logarithm, exponential and arctangent of the x87 (SDM vol. 1, 8.3.7 and 8.3.9), computed to 256 bits and rounded once.
 *
 * <p>Processors approximate: the SDM (vol. 1, 8.3.10) promises an error below 1 unit in the last place with round to nearest, so
 * the last bit and C1 may differ from what a given processor shows.
 */
public final class X87Functions {

    private static final Extended HALF = new Extended(Extended.BIAS - 1, Extended.INTEGER_BIT);
    private static final Real ROOT_OF_TWO = Real.of(2).squareRoot();

    private X87Functions() {
    }

    /** 2^a - 1: F2XM1. The SDM defines it for magnitudes up to 1; beyond, AMD processors return the operand, as this does. */
    public static Extended exponential(X87Context context, Extended a) {
        if (Operands.isSpecial(a)) {
            return Operands.special(context, a);
        }
        if (a.isInfinite()) {
            return a.isNegative() ? Extended.ONE.negated() : a;
        }
        if (a.isZero()) {
            return a;
        }
        context.noteDenormal(a);
        if (a.exponent() >= Extended.BIAS) {
            context.raise(FpuState.PE);
            return a.equals(Extended.ONE.negated()) ? HALF.negated() : a;
        }
        Real x = Real.of(a).times(Real.LN2);
        Real sum = Real.ONE;
        Real term = Real.ONE;
        for (int i = 2; !term.isNegligible(); i++) {
            term = term.times(x).dividedBy(Real.of(i));
            sum = sum.plus(term);
        }
        return x.times(sum).round(context);
    }

    /** b * log2(a): FYL2X with a in ST(0) and b in ST(1). */
    public static Extended logarithm(X87Context context, Extended a, Extended b) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            return Operands.special(context, a, b);
        }
        if (a.isZero()) {
            return logarithmOfZero(context, b);
        }
        if (a.isNegative()) {
            return context.invalid();
        }
        boolean one = a.equals(Extended.ONE);
        if (b.isInfinite() && one || a.isInfinite() && b.isZero()) {
            return context.invalid();
        }
        context.noteDenormal(a);
        context.noteDenormal(b);
        boolean below = a.exponent() < Extended.BIAS;
        if (a.isInfinite() || b.isInfinite()) {
            return Extended.infinity(b.isNegative() != below);
        }
        if (b.isZero() || one) {
            return Extended.zero(b.isNegative() != below);
        }
        // Powers of two are the only values whose logarithms are rational; processors call those inexact, too.
        context.raise(FpuState.PE);
        if (a.normalSignificand() == Extended.INTEGER_BIT) {
            Extended exact = X87Arithmetic.product(context, Extended.of(a.normalExponent() - Extended.BIAS), b);
            context.raise(exact.isDenormal() ? FpuState.UE : 0);
            return exact;
        }
        return log2(Real.of(a)).times(Real.of(b)).round(context);
    }

    private static Real log2(Real a) {
        int exponent = a.mantissa().bitLength() + a.exponent() - 1;
        Real mantissa = a.scaled(-exponent);
        if (mantissa.plus(ROOT_OF_TWO.negated()).mantissa().signum() > 0) {
            mantissa = mantissa.scaled(-1);
            exponent++;
        }
        return log2OfOnePlus(mantissa.plus(Real.of(-1))).plus(Real.of(exponent));
    }

    private static Extended logarithmOfZero(X87Context context, Extended b) {
        if (b.isZero()) {
            return context.invalid();
        }
        if (!b.isInfinite()) {
            context.raise(FpuState.ZE);
        }
        return Extended.infinity(!b.isNegative());
    }

    private static Real log2OfOnePlus(Real f) {
        Real s = f.dividedBy(f.plus(Real.of(2)));
        return s.times(Real.series(s.times(s))).scaled(1).dividedBy(Real.LN2);
    }

    /**
     * b * log2(a + 1): FYL2XP1 with a in ST(0) and b in ST(1). The SDM defines it for small a; AMD processors compute it for all
     * above -1 and return a for the others, as this does.
     */
    public static Extended logarithmOfOnePlus(X87Context context, Extended a, Extended b) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            return Operands.special(context, a, b);
        }
        boolean negative = a.isNegative() != b.isNegative();
        if (a.isInfinite() && (a.isNegative() || b.isZero()) || a.isZero() && b.isInfinite()) {
            return context.invalid();
        }
        context.noteDenormal(a);
        context.noteDenormal(b);
        if (a.isInfinite() || b.isInfinite()) {
            return Extended.infinity(negative);
        }
        if (a.isZero() || b.isZero()) {
            return Extended.zero(negative);
        }
        context.raise(FpuState.PE);
        if (a.isNegative() && a.exponent() >= Extended.BIAS) {
            return a;
        }
        Real log = a.exponent() < Extended.BIAS - 2 ? log2OfOnePlus(Real.of(a)) : log2(Real.ONE.plus(Real.of(a)));
        return log.times(Real.of(b)).round(context);
    }

    /** The angle of the point (a, b): FPATAN with a in ST(0) and b in ST(1) (SDM vol. 2A, FPATAN, table 3-32). */
    public static Extended arctangent(X87Context context, Extended a, Extended b) {
        if (Operands.isSpecial(a) || Operands.isSpecial(b)) {
            return Operands.special(context, a, b);
        }
        context.noteDenormal(a);
        context.noteDenormal(b);
        Real angle;
        if (b.isZero() || a.isInfinite() && !b.isInfinite()) {
            if (!a.isNegative()) {
                return Extended.zero(b.isNegative());
            }
            angle = Real.PI;
        } else if (a.isZero() || b.isInfinite()) {
            angle = !a.isInfinite() ? Real.PI.scaled(-1)
                    : Real.PI.scaled(-2).times(Real.of(a.isNegative() ? 3 : 1));
        } else {
            angle = angle(Real.of(a.magnitude()), Real.of(b.magnitude()), a.isNegative());
        }
        return (b.isNegative() ? angle.negated() : angle).round(context);
    }

    /** The angle of (x, y), or of (-x, y) if mirrored; in the first quadrant before that. */
    private static Real angle(Real x, Real y, boolean mirrored) {
        boolean steep = y.plus(x.negated()).mantissa().signum() > 0;
        Real angle = arctangent(steep ? x.dividedBy(y) : y.dividedBy(x));
        if (steep) {
            return Real.PI.scaled(-1).plus(mirrored ? angle : angle.negated());
        }
        return mirrored ? Real.PI.plus(angle.negated()) : angle;
    }

    /** The arctangent of 0 to 1; halves the angle until the series is short. */
    private static Real arctangent(Real tangent) {
        Real t = tangent;
        int halvings = 0;
        while (t.mantissa().bitLength() + t.exponent() > -4) {
            Real root = Real.ONE.plus(t.times(t)).squareRoot();
            t = t.dividedBy(Real.ONE.plus(root));
            halvings++;
        }
        return t.times(slightlyLess(Real.series(t.times(t).negated()))).scaled(halvings);
    }

    /** A factor that truncation may have brought to 1, though it is less: its last bit shall show that. */
    static Real slightlyLess(Real factor) {
        return factor.equals(Real.ONE) ? new Real(BigInteger.ONE.shiftLeft(200).subtract(BigInteger.ONE), -200)
                : factor;
    }
}
