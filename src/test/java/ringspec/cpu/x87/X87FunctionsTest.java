package ringspec.cpu.x87;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.cpu.x87.X87ArithmeticTest.parse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.FpuState;

/** Remainders, conversions and transcendental functions of the x87. */
final class X87FunctionsTest {

    private static final int MASKED = 0x37F;

    private static Extended number(double value) {
        return Extended.ofDouble(Double.doubleToRawLongBits(value));
    }

    private static double toDouble(Extended value) {
        return Double.longBitsToDouble(X87Integers.toDouble(new X87Context(MASKED), value));
    }

    /** Correctly rounded to 64 bits: pi, e and their kin are known to everybody. */
    @Test
    void knownConstants() {
        X87Context context = new X87Context(MASKED);
        assertThat(X87Functions.arctangent(context, number(-1), number(0))).as("pi").isEqualTo(parse(
                "4000:c90fdaa22168c235"));
        assertThat(X87Functions.logarithm(context, number(10), Extended.ONE)).as("log2 10").isEqualTo(parse(
                "4000:d49a784bcd1b8afe"));
        assertThat(X87Functions.exponential(context, number(0.5))).as("root of 2, less 1").isEqualTo(parse(
                "3ffd:d413cccfe7799211"));
        assertThat(X87Functions.logarithm(context, number(8), number(-0.5))).isEqualTo(number(-1.5));
        assertThat(context.raised()).isEqualTo(FpuState.PE);
    }

    @ParameterizedTest
    @CsvSource({"0.5", "-1", "3", "1e-20", "-700.25", "123456789", "1e15"})
    void agreesWithJavaInDoublePrecision(double x) {
        X87Context context = new X87Context(MASKED);
        Extended a = number(x);
        double tolerance = Math.abs(x) > 1e6 ? 1e-4 : 1e-15;
        assertThat(toDouble(X87Trigonometry.sine(context, a))).isCloseTo(Math.sin(x), within(tolerance));
        assertThat(toDouble(X87Trigonometry.cosine(context, a))).isCloseTo(Math.cos(x), within(tolerance));
        assertThat(toDouble(X87Functions.arctangent(context, Extended.ONE, a))).isCloseTo(Math.atan(x), within(1e-15));
        assertThat(toDouble(X87Functions.logarithmOfOnePlus(context, a.magnitude(), Extended.ONE)))
                .isCloseTo(Math.log1p(Math.abs(x)) / Math.log(2), within(1e-13));
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.data.Offset.offset(tolerance);
    }

    /** The pi of 66 bits: the sine of the 64-bit pi is what that one differs by, not what the true one does. */
    @Test
    void argumentsAreReducedByAPiOf66Bits() {
        Extended pi = parse("4000:c90fdaa22168c235");
        assertThat(X87Trigonometry.sine(new X87Context(MASKED), pi)).isEqualTo(parse("bfbf:8000000000000000"));
        assertThat(X87Trigonometry.isOutOfRange(parse("403e:8000000000000000"))).isTrue();
        assertThat(X87Trigonometry.isOutOfRange(parse("403d:ffffffffffffffff"))).isFalse();
    }

    @Test
    void remainders() {
        X87Remainder.Partial truncated = X87Remainder.remainder(new X87Context(MASKED), number(17), number(5), false);
        assertThat(truncated).isEqualTo(new X87Remainder.Partial(number(2), 3, true));
        X87Remainder.Partial nearest = X87Remainder.remainder(new X87Context(MASKED), number(18), number(5), true);
        assertThat(nearest).isEqualTo(new X87Remainder.Partial(number(-2), 4, true));
        X87Remainder.Partial partial = X87Remainder.remainder(new X87Context(MASKED), number(0x1p100), number(3),
                false);
        assertThat(partial.complete()).as("C2 is set").isFalse();
    }

    @Test
    void integersAndDecimals() {
        X87Context context = new X87Context(MASKED);
        assertThat(X87Integers.toInteger(context, number(-2.5), 16)).isEqualTo(-2);
        assertThat(context.raised()).isEqualTo(FpuState.PE);
        X87Context invalid = new X87Context(MASKED);
        assertThat(X87Integers.toInteger(invalid, number(32768), 16)).isEqualTo(-32768);
        assertThat(invalid.raised()).isEqualTo(FpuState.IE);
        assertThat(X87Integers.toDecimal(new X87Context(MASKED), number(-1234567890123456.0)))
                .isEqualTo(parse("8000:1234567890123456"));
        assertThat(X87Integers.ofDecimal(0x1234567890123456L, 0x8098)).isEqualTo(Extended.of(-981234567890123456L));
        assertThat(X87Integers.toDecimal(new X87Context(MASKED), number(1e18))).isEqualTo(Extended.INDEFINITE);
    }

    @Test
    void shorterFormats() {
        X87Context context = new X87Context(MASKED);
        assertThat(X87Integers.toSingle(context, number(0.1))).isEqualTo(Float.floatToRawIntBits(0.1f));
        assertThat(X87Integers.toSingle(context, number(1e-40))).isEqualTo(Float.floatToRawIntBits(1e-40f));
        assertThat(X87Integers.toSingle(context, number(1e39))).isEqualTo(Float.floatToRawIntBits(
                Float.POSITIVE_INFINITY));
        assertThat(context.raised()).isEqualTo(FpuState.PE | FpuState.UE | FpuState.OE);
        for (double value : new double[]{0, -0.0, 1, Double.MIN_VALUE, -Double.MAX_VALUE, 0x1p-1030, Math.E}) {
            assertThat(toDouble(number(value))).isEqualTo(value);
        }
    }
}
