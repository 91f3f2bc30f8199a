package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Flags;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.memory.PhysicalMemory;
import ringspec.trace.Trace;

/** Results and flags against {@link BitModel} and BigInteger: every 8-bit case, many wider ones. */
class ArithmeticTest {

    private static final long SEED = 20_260_101;
    private static final int[] WIDTHS = {16, 32, 64};
    private static final long[] EDGES = {0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFFL, 0x8000_0000L,
            0xFFFF_FFFFL,
            Long.MAX_VALUE, Long.MIN_VALUE, -1};

    private final Flags flags = new Flags();

    @Test
    void everyByteSumAndDifference() {
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                checkSums(8, a, b);
            }
        }
    }

    @Test
    void widerSumsAndDifferences() {
        Random random = new Random(SEED);
        for (int bits : WIDTHS) {
            for (int i = 0; i < 20_000; i++) {
                checkSums(bits, operand(random, bits), operand(random, bits));
            }
        }
    }

    private void checkSums(int bits, long a, long b) {
        for (int carry = 0; carry < 2; carry++) {
            boolean in = carry == 1;
            flags.setArithmetic(in ? Rflags.CF : 0);
            check(bits, Arithmetic.adc(flags, bits, a, b), BitModel.add(bits, a, b, in, false));
            flags.setArithmetic(in ? Rflags.CF : 0);
            check(bits, Arithmetic.sbb(flags, bits, a, b), BitModel.add(bits, a, b, in, true));
            checkStep(bits, a, in);
        }
        check(bits, Arithmetic.add(flags, bits, a, b), BitModel.add(bits, a, b, false, false));
        check(bits, Arithmetic.sub(flags, bits, a, b), BitModel.add(bits, a, b, false, true));
        check(bits, Arithmetic.and(flags, bits, a, b), logic(bits, a & b));
        check(bits, Arithmetic.or(flags, bits, a, b), logic(bits, a | b));
        check(bits, Arithmetic.xor(flags, bits, a, b), logic(bits, a ^ b));
    }

    private void checkStep(int bits, long a, boolean carry) {
        long cf = carry ? Rflags.CF : 0;
        flags.setArithmetic(cf);
        long up = Arithmetic.inc(flags, bits, a);
        BitModel.Outcome expected = BitModel.add(bits, a, 1, false, false);
        check(bits, up, new BitModel.Outcome(expected.result(), expected.flags() & ~Rflags.CF | cf));
        flags.setArithmetic(cf);
        long down = Arithmetic.dec(flags, bits, a);
        expected = BitModel.add(bits, a, 1, false, true);
        check(bits, down, new BitModel.Outcome(expected.result(), expected.flags() & ~Rflags.CF | cf));
    }

    private static BitModel.Outcome logic(int bits, long value) {
        long result = Widths.truncate(bits, value);
        return new BitModel.Outcome(result, BitModel.resultFlags(bits, result));
    }

    private void check(int bits, long result, BitModel.Outcome expected) {
        if (Widths.truncate(bits, result) != expected.result() || flags.arithmetic() != expected.flags()) {
            assertThat(new BitModel.Outcome(Widths.truncate(bits, result), flags.arithmetic())).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Shifts.ROL, Shifts.ROR, Shifts.RCL, Shifts.RCR, Shifts.SHL, Shifts.SHR, Shifts.SAR})
    void shiftsAndRotates(int kind) {
        for (int value = 0; value < 256; value++) {
            for (int count = 0; count < 34; count++) {
                checkShift(kind, 8, value, count, 0);
                checkShift(kind, 8, value, count, Rflags.ARITHMETIC);
            }
        }
        Random random = new Random(SEED + kind);
        for (int bits : WIDTHS) {
            for (int i = 0; i < 5_000; i++) {
                long before = random.nextLong() & Rflags.ARITHMETIC;
                checkShift(kind, bits, operand(random, bits), random.nextInt(256), before);
            }
        }
    }

    private void checkShift(int kind, int bits, long value, int count, long before) {
        flags.setArithmetic(before);
        long result = Shifts.apply(kind, flags, bits, value, count);
        BitModel.Outcome expected = BitModel.shift(kind, bits, value, count, before);
        int masked = count % (bits == 64 ? 64 : 32);
        boolean shift = kind >= Shifts.SHL;
        long defined = Rflags.ARITHMETIC;
        if (masked > 1) {
            defined &= ~Rflags.OF;
        }
        if (shift && masked > 0) {
            defined &= ~Rflags.AF;
        }
        if (result != expected.result() || ((flags.arithmetic() ^ expected.flags()) & defined) != 0) {
            assertThat("%d: %x by %d gives %x flags %x".formatted(bits, value, count, result, flags.arithmetic()
                    & defined))
                    .isEqualTo("%d: %x by %d gives %x flags %x".formatted(bits, value, count, expected.result(),
                            expected.flags() & defined));
        }
    }

    @Test
    void doubleShifts() {
        Random random = new Random(SEED);
        for (int bits : WIDTHS) {
            for (int i = 0; i < 5_000; i++) {
                int count = 1 + random.nextInt(bits == 16 ? 16 : bits - 1);
                BigInteger value = unsigned(operand(random, bits));
                BigInteger fill = unsigned(operand(random, bits));
                BigInteger left = value.shiftLeft(bits).or(fill).shiftLeft(count);
                assertThat(Shifts.shld(flags, bits, value.longValue(), fill.longValue(), count))
                        .isEqualTo(Widths.truncate(bits, left.shiftRight(bits).longValue()));
                assertThat(flags.cf()).isEqualTo(left.testBit(2 * bits));
                BigInteger right = fill.shiftLeft(bits).or(value);
                assertThat(Shifts.shrd(flags, bits, value.longValue(), fill.longValue(), count))
                        .isEqualTo(Widths.truncate(bits, right.shiftRight(count).longValue()));
                assertThat(flags.cf()).isEqualTo(right.testBit(count - 1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32, 64})
    void multiplicationAndDivision(int bits) {
        Cpu cpu = new Cpu(ProcessorModels.INTEL, new PhysicalMemory(4096), null, new Trace());
        Random random = new Random(SEED);
        for (int i = 0; i < 10_000; i++) {
            boolean signed = random.nextBoolean();
            long a = operand(random, bits);
            long b = operand(random, bits);
            put(cpu, bits, a, 0);
            Multiplication.multiply(cpu, bits, b, signed);
            BigInteger product = number(bits, a, signed).multiply(number(bits, b, signed));
            assertThat(pair(cpu, bits)).isEqualTo(unsigned(2 * bits, product));
            boolean fits = number(bits, product.longValue(), signed).equals(product);
            assertThat(cpu.flags.cf()).isEqualTo(!fits);
            assertThat(cpu.flags.of()).isEqualTo(!fits);
            checkDivision(cpu, random, bits, b, signed);
        }
    }

    private static void checkDivision(Cpu cpu, Random random, int bits, long divisor, boolean signed) {
        long low = operand(random, bits);
        // A high half near the divisor reaches both sides of the overflow limit.
        long high = random.nextInt(3) == 0 ? operand(random, bits) : Widths.truncate(bits, divisor / 2 + random.nextInt(
                3) - 1);
        put(cpu, bits, low, high);
        BigInteger dividend = pair(cpu, bits);
        if (signed && dividend.testBit(2 * bits - 1)) {
            dividend = dividend.subtract(BigInteger.ONE.shiftLeft(2 * bits));
        }
        BigInteger by = number(bits, divisor, signed);
        long[] before = cpu.gpr.clone();
        try {
            Multiplication.divide(cpu, bits, divisor, signed);
        } catch (Fault fault) {
            assertThat(fault.vector()).isEqualTo(Vector.DE);
            assertThat(cpu.gpr).isEqualTo(before);
            boolean fits = by.signum() != 0
                    && number(bits, dividend.divide(by).longValue(), signed).equals(dividend.divide(by));
            assertThat(fits).isFalse();
            return;
        }
        BigInteger[] expected = dividend.divideAndRemainder(by);
        assertThat(pair(cpu, bits))
                .isEqualTo(unsigned(bits, expected[0]).or(unsigned(bits, expected[1]).shiftLeft(bits)));
        assertThat(number(bits, expected[0].longValue(), signed)).isEqualTo(expected[0]);
    }

    private static void put(Cpu cpu, int bits, long low, long high) {
        Location.writeRegister(cpu, Cpu.RAX, bits == 8 ? 16 : bits, bits == 8 ? low | high << 8 : low);
        Location.writeRegister(cpu, Cpu.RDX, bits, high);
    }

    private static BigInteger pair(Cpu cpu, int bits) {
        return bits == 8 ? BigInteger.valueOf(cpu.gpr[Cpu.RAX] & 0xFFFF)
                : unsigned(Widths.truncate(bits, cpu.gpr[Cpu.RAX]))
                        .or(unsigned(Widths.truncate(bits, cpu.gpr[Cpu.RDX])).shiftLeft(bits));
    }

    private static BigInteger number(int bits, long value, boolean signed) {
        return signed ? BigInteger.valueOf(Widths.signExtend(bits, value)) : unsigned(Widths.truncate(bits, value));
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private static BigInteger unsigned(int bits, BigInteger value) {
        return value.mod(BigInteger.ONE.shiftLeft(bits));
    }

    private static long operand(Random random, int bits) {
        long value = random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] : random.nextLong() >>> random
                .nextInt(64);
        return Widths.truncate(bits, value);
    }
}
