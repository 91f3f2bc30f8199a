package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Vector;
import ringspec.isa.Decoder;
import ringspec.isa.Instruction;
import ringspec.memory.PhysicalMemory;
import ringspec.trace.Trace;

/** Compares SSE3, SSE4.1, AVX, FMA and F16C floating point, MXCSR flags and #XM with what a real processor did. */
final class FloatSiliconTest {

    private static final long RAISED = 0xFFF;
    /** Values of a line: before, and after. */
    private static final int BEFORE = 16;
    private static final int AFTER = 8;
    private static final int X87_SSE_AVX = 7;
    private static final int MASKED = 0x1F80;

    private final Cpu cpu = new Cpu(ProcessorModels.AMD, new PhysicalMemory(4096), null, new Trace());

    private static List<String> samples() throws IOException {
        try (var reader = new BufferedReader(new InputStreamReader(
                FloatSiliconTest.class.getResourceAsStream("float-silicon.txt"), StandardCharsets.US_ASCII))) {
            return reader.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    private static Operation bind(String hex) {
        byte[] code = HexFormat.of().parseHex(hex);
        Instruction instruction = (Instruction) Decoder.decode(Arrays.copyOf(code, 15), 0, code.length);
        return Operations.bind(instruction, 0, ProcessorModels.AMD);
    }

    @Test
    void everySampleAgrees() throws IOException {
        cpu.cr4 = ControlRegisters.CR4_OSFXSR | ControlRegisters.CR4_OSXMMEXCPT | ControlRegisters.CR4_OSXSAVE;
        cpu.xcr0 = X87_SSE_AVX;
        Operation operation = null;
        int compared = 0;
        for (String line : samples()) {
            if (line.startsWith("OP ")) {
                operation = bind(line.split(" ")[1]);
                continue;
            }
            long[] values = Arrays.stream(line.split(" ")).mapToLong(value -> Long.parseUnsignedLong(value, 16))
                    .toArray();
            long[] expected = Arrays.copyOfRange(values, BEFORE, BEFORE + AFTER);
            assertThat(hex(after(operation, values))).as(operation.instruction + "\n" + line).isEqualTo(hex(expected));
            compared++;
        }
        assertThat(compared).isEqualTo(1600);
    }

    private long[] after(Operation operation, long[] before) {
        for (int register = 0; register < 3; register++) {
            System.arraycopy(before, 4 * register, cpu.xmm, 2 * register, 2);
            System.arraycopy(before, 4 * register + 2, cpu.ymmHigh, 2 * register, 2);
        }
        cpu.gpr[Cpu.RAX] = before[12];
        cpu.fpu.significand[1] = before[13];
        cpu.mxcsr = (int) before[14];
        cpu.flags.setArithmetic(before[15]);
        long flags;
        try {
            operation.execute(cpu);
            flags = cpu.flags.arithmetic();
        } catch (Fault fault) {
            assertThat(fault.vector()).isEqualTo(Vector.XM);
            flags = RAISED;
        }
        return new long[]{cpu.xmm[0], cpu.xmm[1], cpu.ymmHigh[0], cpu.ymmHigh[1], cpu.gpr[Cpu.RAX],
                cpu.fpu.significand[1], cpu.mxcsr, flags};
    }

    private static List<String> hex(long[] values) {
        return Arrays.stream(values).mapToObj(Long::toHexString).toList();
    }

    /** Tininess is detected after rounding with an unlimited exponent: a tiny product may still become the smallest normal number. */
    @Test
    void productsAroundTheSmallestNormalNumberUnderflowExactlyWhereTheyAreTiny() {
        Random random = new Random(1);
        BigDecimal becomesNormal = new BigDecimal(0x1p-126).subtract(new BigDecimal(0x1p-151));
        int roundedUp = 0;
        for (int i = 0; i < 20_000; i++) {
            float a = 1 + random.nextFloat();
            float b = (float) (0x1p-126 * (1 + (random.nextInt(9) - 4) * 0x1p-26) / a);
            // Scaled so that both factors are normal
            a = Math.scalb(a, -60);
            b = Math.scalb(b, 60);
            FloatContext context = new FloatContext(MASKED);
            long product = FloatArithmetic.multiply(context, FloatFormat.SINGLE, Float.floatToRawIntBits(a), Float
                    .floatToRawIntBits(b));
            BigDecimal exact = new BigDecimal(a).multiply(new BigDecimal(b));
            boolean inexact = exact.compareTo(new BigDecimal(Float.intBitsToFloat((int) product))) != 0;
            boolean tiny = exact.compareTo(becomesNormal) < 0;
            cpu.mxcsr = 0;
            context.finish(cpu);
            assertThat(cpu.mxcsr).as("%a * %a", a, b).isEqualTo((inexact ? FloatContext.PRECISION : 0)
                    | (inexact && tiny ? FloatContext.UNDERFLOW : 0));
            assertThat(Float.intBitsToFloat((int) product)).isEqualTo(a * b);
            roundedUp += inexact && tiny && a * b == Float.MIN_NORMAL ? 1 : 0;
        }
        assertThat(roundedUp).as("products that tell the two apart").isPositive();
    }
}
