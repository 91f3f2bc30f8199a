package ringspec.cpu.x87;

import java.math.BigInteger;

/**
 * FSIN, FCOS, FPTAN and FSINCOS (SDM vol. 1, 8.3.7 and 8.3.8): exact but for the pi of 66 bits by which processors reduce their
 * arguments, and rounded once; the remark about the last bit in {@link X87Functions} holds here, too.
 */
public final class X87Trigonometry {

    /** Half of the processors' pi: C90FDAA22168C234Ch, times 2^-67. */
    private static final BigInteger HALF_PI = new BigInteger("C90FDAA22168C234C", 16);
    private static final int HALF_PI_EXPONENT = -67;
    /** Arguments of 2^63 and more aren't reduced: C2 is set, and the operand stays. */
    private static final int LIMIT = Extended.BIAS + 63;

    /** An argument: its rest, at most pi/4 in magnitude, and its quadrant. */
    private record Reduced(Real rest, int quadrant) {
    }

    private X87Trigonometry() {
    }

    /** True if the magnitude is too large: the instruction sets C2 and does nothing else. */
    public static boolean isOutOfRange(Extended a) {
        return !Operands.isSpecial(a) && !a.isInfinite() && a.exponent() >= LIMIT;
    }

    /** The sine of an operand in range. */
    public static Extended sine(X87Context context, Extended a) {
        if (Operands.isSpecial(a) || a.isInfinite()) {
            return notFinite(context, a);
        }
        context.noteDenormal(a);
        return a.isZero() ? a : sine(reduce(a), 0).round(context);
    }

    /** The cosine of an operand in range. */
    public static Extended cosine(X87Context context, Extended a) {
        if (Operands.isSpecial(a) || a.isInfinite()) {
            return notFinite(context, a);
        }
        context.noteDenormal(a);
        return a.isZero() ? Extended.ONE : sine(reduce(a), 1).round(context);
    }

    /** The tangent of an operand in range. */
    public static Extended tangent(X87Context context, Extended a) {
        if (Operands.isSpecial(a) || a.isInfinite()) {
            return notFinite(context, a);
        }
        context.noteDenormal(a);
        if (a.isZero()) {
            return a;
        }
        Reduced reduced = reduce(a);
        return sine(reduced, 0).dividedBy(sine(reduced, 1)).round(context);
    }

    private static Extended notFinite(X87Context context, Extended a) {
        return a.isInfinite() ? context.invalid() : Operands.special(context, a);
    }

    private static Reduced reduce(Extended a) {
        Real x = Real.of(a);
        int shift = x.exponent() - HALF_PI_EXPONENT;
        if (shift <= -64) {
            return new Reduced(x, 0);
        }
        // Both in units of 2^unit, so that the division is exact.
        int unit = Math.min(x.exponent(), HALF_PI_EXPONENT);
        BigInteger value = x.mantissa().shiftLeft(x.exponent() - unit);
        BigInteger divisor = HALF_PI.shiftLeft(HALF_PI_EXPONENT - unit);
        BigInteger half = divisor.shiftRight(1);
        BigInteger quotient = floor(value.add(half), divisor);
        BigInteger rest = value.subtract(quotient.multiply(divisor));
        return new Reduced(new Real(rest, unit), quotient.intValue() & 3);
    }

    private static BigInteger floor(BigInteger a, BigInteger b) {
        BigInteger[] parts = a.divideAndRemainder(b);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    /** sin(rest + (quadrant + ahead) * pi/2). */
    private static Real sine(Reduced argument, int ahead) {
        int quadrant = argument.quadrant() + ahead & 3;
        Real x = argument.rest();
        Real square = x.times(x).negated();
        Real value = (quadrant & 1) == 0 ? x.times(factor(square, 1)) : factor(square, 0);
        return quadrant >= 2 ? value.negated() : value;
    }

    /** 1 - x^2/((n+1)(n+2)) + ..: for n = 1 sin(x)/x, for n = 0 cos(x). */
    private static Real factor(Real negatedSquare, int n) {
        Real sum = Real.ONE;
        Real term = Real.ONE;
        for (int i = n + 1; !term.isNegligible(); i += 2) {
            term = term.times(negatedSquare).dividedBy(Real.of((long) i * (i + 1)));
            sum = sum.plus(term);
        }
        return X87Functions.slightlyLess(sum);
    }
}
