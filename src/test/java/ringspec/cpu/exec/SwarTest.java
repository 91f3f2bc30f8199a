package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arithmetic on all elements at once does what arithmetic on each of them does. */
class SwarTest {

    private static final int ROUNDS = 3000;
    private final Random random = new Random(7);

    private long operand(int width) {
        long value = random.nextLong();
        if (random.nextInt(4) != 0) {
            return value;
        }
        // Extremes and small numbers, element by element.
        long result = 0;
        for (int i = 0; i < 64; i += width) {
            long element = switch (random.nextInt(5)) {
                case 0 -> 0;
                case 1 -> -1;
                case 2 -> 1L << width - 1;
                case 3 -> (1L << width - 1) - 1;
                default -> random.nextInt(3);
            };
            result |= Widths.truncate(width, element) << i;
        }
        return result;
    }

    private void agree(int width, LongBinaryOperator atOnce, LongBinaryOperator element) {
        for (int round = 0; round < ROUNDS; round++) {
            long a = operand(width);
            long b = random.nextInt(8) == 0 ? a : operand(width);
            long expected = 0;
            for (int i = 0; i < 64; i += width) {
                long value = element.applyAsLong(Widths.signExtend(width, a >>> i), Widths.signExtend(width, b >>> i));
                expected |= Widths.truncate(width, value) << i;
            }
            assertThat(atOnce.applyAsLong(a, b)).as("width %d, %016x, %016x", width, a, b).isEqualTo(expected);
        }
    }

    private static long unsigned(int width, long value) {
        return Widths.truncate(width, value);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32, 64})
    void sumsAndComparisons(int width) {
        long h = Swar.tops(width);
        agree(width, (a, b) -> Swar.add(h, a, b), Long::sum);
        agree(width, (a, b) -> Swar.subtract(h, a, b), (a, b) -> a - b);
        agree(width, (a, b) -> Swar.equal(h, a, b), (a, b) -> a == b ? -1 : 0);
        agree(width, (a, b) -> Swar.greater(h, a, b), (a, b) -> a > b ? -1 : 0);
        agree(width, (a, b) -> Swar.aboveUnsigned(h, a, b),
                (a, b) -> Long.compareUnsigned(unsigned(width, a), unsigned(width, b)) > 0 ? -1 : 0);
        agree(width, (a, b) -> Swar.absolute(h, a), (a, b) -> Math.abs(a));
        agree(width, (a, b) -> Swar.withSign(h, a, b), (a, b) -> a * Long.signum(b));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void saturation(int width) {
        long h = Swar.tops(width);
        long max = (1L << width) - 1;
        long half = max >>> 1;
        agree(width, (a, b) -> Swar.addSaturated(h, a, b), (a, b) -> Math.clamp(a + b, ~half, half));
        agree(width, (a, b) -> Swar.subtractSaturated(h, a, b), (a, b) -> Math.clamp(a - b, ~half, half));
        agree(width, (a, b) -> Swar.addUnsignedSaturated(h, a, b),
                (a, b) -> Math.min(unsigned(width, a) + unsigned(width, b), max));
        agree(width, (a, b) -> Swar.subtractUnsignedSaturated(h, a, b),
                (a, b) -> Math.max(unsigned(width, a) - unsigned(width, b), 0));
        agree(width, (a, b) -> Swar.average(h, a, b), (a, b) -> unsigned(width, a) + unsigned(width, b) + 1 >> 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void shifts(int width) {
        for (int count : new int[]{0, 1, 7, width - 1, width, 200}) {
            agree(width, (a, b) -> Swar.shiftLeft(width, a, count), (a, b) -> count >= width ? 0 : a << count);
            agree(width, (a, b) -> Swar.shiftRight(width, a, count),
                    (a, b) -> count >= width ? 0 : unsigned(width, a) >>> count);
            agree(width, (a, b) -> Swar.shiftRightSigned(width, a, count), (a, b) -> a >> Math.min(count, width - 1));
        }
    }
}
