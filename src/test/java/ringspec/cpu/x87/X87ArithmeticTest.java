package ringspec.cpu.x87;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.cpu.FpuState.DE;
import static ringspec.cpu.FpuState.IE;
import static ringspec.cpu.FpuState.OE;
import static ringspec.cpu.FpuState.PE;
import static ringspec.cpu.FpuState.UE;
import static ringspec.cpu.FpuState.ZE;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The x87's arithmetic: known cases, and random ones against exact decimal arithmetic. */
final class X87ArithmeticTest {

    private static final int MASKED = 0x37F;
    private static final Extended SMALLEST_NORMAL = new Extended(1, 1L << 63);
    private static final Extended LARGEST = new Extended(0x7FFE, -1);
    private static final Extended TWO = Extended.of(2);

    /** Operation, first and second operand, result, exceptions, C1: all as measured on an AMD Zen 5 with everything masked. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            add, 3fff:8000000000000000, 3fbf:8000000000000000, 3fff:8000000000000000, 20, 0
            add, 3fff:8000000000000001, 3fbf:8000000000000000, 3fff:8000000000000002, 20, 1
            add, 3fff:8000000000000000, bfff:8000000000000000, 0000:0000000000000000, 00, 0
            add, 7fff:8000000000000000, ffff:8000000000000000, ffff:c000000000000000, 01, 0
            add, 0000:0000000000000001, 0000:0000000000000001, 0000:0000000000000002, 02, 0
            add, 3fff:0000000000000001, 3fff:8000000000000000, ffff:c000000000000000, 01, 0
            add, 7fff:a000000000000000, 7fff:c000000000000001, 7fff:c000000000000001, 01, 0
            add, 7fff:c000000000000002, ffff:c000000000000001, 7fff:c000000000000002, 00, 0
            add, ffff:c000000000000001, 7fff:c000000000000001, 7fff:c000000000000001, 00, 0
            mul, 7ffe:ffffffffffffffff, 4000:8000000000000000, 7fff:8000000000000000, 28, 1
            mul, 0001:8000000000000000, 3ffe:8000000000000000, 0000:4000000000000000, 00, 0
            mul, 0001:8000000000000001, 3ffe:8000000000000000, 0000:4000000000000000, 30, 0
            mul, 0000:0000000000000000, 7fff:8000000000000000, ffff:c000000000000000, 01, 0
            mul, 0000:8000000000000000, 3fff:8000000000000000, 0001:8000000000000000, 02, 0
            div, 3fff:8000000000000000, 4000:c000000000000000, 3ffd:aaaaaaaaaaaaaaab, 20, 1
            div, 3fff:8000000000000000, 8000:0000000000000000, ffff:8000000000000000, 04, 0
            div, 0000:0000000000000000, 0000:0000000000000000, ffff:c000000000000000, 01, 0
            div, 0000:0000000000000001, 0000:0000000000000000, 7fff:8000000000000000, 04, 0
            """)
    void knownResults(String operation, String a, String b, String result, String exceptions, int up) {
        X87Context context = new X87Context(MASKED);
        Extended actual = switch (operation) {
            case "add" -> X87Arithmetic.add(context, parse(a), parse(b));
            case "mul" -> X87Arithmetic.multiply(context, parse(a), parse(b));
            default -> X87Arithmetic.divide(context, parse(a), parse(b));
        };
        assertThat(actual).isEqualTo(parse(result));
        assertThat(context.raised()).as("exceptions").isEqualTo(Integer.parseInt(exceptions, 16));
        assertThat(context.isRoundedUp()).as("C1").isEqualTo(up == 1);
    }

    static Extended parse(String text) {
        String[] parts = text.split(":");
        return new Extended(Integer.parseInt(parts[0], 16), Long.parseUnsignedLong(parts[1], 16));
    }

    @Test
    void unmaskedOverflowAndUnderflowBiasTheExponent() {
        X87Context over = new X87Context(MASKED & ~OE);
        assertThat(X87Arithmetic.multiply(over, LARGEST, TWO)).isEqualTo(new Extended(0x7FFF - 0x6000, -1));
        assertThat(over.raised()).isEqualTo(OE);
        assertThat(over.isAborted()).as("the result is written").isFalse();
        X87Context under = new X87Context(MASKED & ~UE);
        assertThat(X87Arithmetic.divide(under, SMALLEST_NORMAL, TWO)).isEqualTo(new Extended(0x6000, 1L << 63));
        assertThat(under.raised()).as("tiny, though exact").isEqualTo(UE);
    }

    @Test
    void unmaskedExceptionsOfOperandsAbortAndHideWhatWouldFollow() {
        X87Context context = new X87Context(MASKED & ~DE);
        X87Arithmetic.add(context, new Extended(0, 1), Extended.ONE);
        assertThat(context.isAborted()).isTrue();
        assertThat(context.raised()).as("no #P").isEqualTo(DE);
        X87Context divide = new X87Context(MASKED & ~ZE);
        X87Arithmetic.divide(divide, Extended.ONE, Extended.zero(false));
        assertThat(divide.isAborted()).isTrue();
    }

    @Test
    void squareRoots() {
        X87Context context = new X87Context(MASKED);
        assertThat(X87Arithmetic.squareRoot(context, Extended.of(9))).isEqualTo(Extended.of(3));
        assertThat(X87Arithmetic.squareRoot(context, Extended.zero(true))).isEqualTo(Extended.zero(true));
        assertThat(context.raised()).isZero();
        assertThat(X87Arithmetic.squareRoot(context, TWO)).isEqualTo(parse("3fff:b504f333f9de6484"));
        assertThat(context.raised()).isEqualTo(PE);
        assertThat(X87Arithmetic.squareRoot(context, Extended.of(-1))).isEqualTo(Extended.INDEFINITE);
        assertThat(context.raised()).isEqualTo(PE | IE);
    }

    /** In each precision and rounding mode, sum, product, quotient and root are what exact arithmetic rounds to. */
    @Test
    void agreesWithExactArithmetic() {
        Random random = new Random(87);
        for (int i = 0; i < 20_000; i++) {
            int control = 0x7F | random.nextInt(4) << 10 | new int[]{0, 2, 3}[random.nextInt(3)] << 8;
            Extended a = normal(random);
            Extended b = normal(random);
            BigDecimal x = value(a);
            BigDecimal y = value(b);
            check(control, X87Arithmetic.add(new X87Context(control), a, b), x.add(y), a, b);
            check(control, X87Arithmetic.subtract(new X87Context(control), a, b), x.subtract(y), a, b);
            check(control, X87Arithmetic.multiply(new X87Context(control), a, b), x.multiply(y), a, b);
            MathContext many = new MathContext(120, RoundingMode.DOWN);
            check(control, X87Arithmetic.divide(new X87Context(control), a, b), x.divide(y, many), a, b);
            check(control, X87Arithmetic.squareRoot(new X87Context(control), a.magnitude()), x.abs().sqrt(many), a, a);
        }
    }

    private static Extended normal(Random random) {
        long significand = random.nextLong() | 1L << 63;
        if (random.nextBoolean()) {
            significand &= -1L << random.nextInt(64);
        }
        return Extended.of(random.nextBoolean(), Extended.BIAS - 40 + random.nextInt(80), significand);
    }

    private static BigDecimal value(Extended a) {
        if (a.isZero()) {
            return BigDecimal.ZERO;
        }
        BigInteger magnitude = new BigInteger(Long.toUnsignedString(a.significand()));
        int power = a.exponent() - Extended.BIAS - 63;
        BigDecimal two = new BigDecimal(BigInteger.TWO.pow(Math.abs(power)));
        BigDecimal value = power >= 0 ? new BigDecimal(magnitude).multiply(two)
                : new BigDecimal(magnitude).divide(two);
        return a.isNegative() ? value.negate() : value;
    }

    /** The exact value lies between the result and its neighbour that the rounding mode rules out. */
    private static void check(int control, Extended result, BigDecimal exact, Extended a, Extended b) {
        int drop = new int[]{40, 0, 11, 0}[control >>> 8 & 3];
        BigDecimal actual = value(result);
        String what = "%s of %s and %s under %04x".formatted(result, a, b, control);
        assertThat(result.significand() & (1L << drop) - 1).as(what).isZero();
        if (result.isZero()) {
            assertThat(exact.signum()).as(what).isZero();
            return;
        }
        BigDecimal unit = value(Extended.of(false, result.exponent(), 1L << 63)).divide(new BigDecimal(BigInteger.TWO
                .pow(63 - drop)));
        BigDecimal error = actual.subtract(exact);
        assertThat(error.abs()).as(what).isLessThan(unit);
        switch (control >>> 10 & 3) {
            case X87Context.NEAREST -> assertThat(error.abs().add(error.abs())).as(what).isLessThanOrEqualTo(unit);
            case X87Context.DOWN -> assertThat(error.signum()).as(what).isNotPositive();
            case X87Context.UP -> assertThat(error.signum()).as(what).isNotNegative();
            default -> assertThat(error.signum() * exact.signum()).as(what).isNotPositive();
        }
    }
}
