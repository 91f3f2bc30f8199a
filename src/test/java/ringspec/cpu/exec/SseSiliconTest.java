package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Vector;
import ringspec.isa.Decoder;
import ringspec.isa.Instruction;
import ringspec.memory.PhysicalMemory;
import ringspec.memory.PortBus;
import ringspec.trace.Trace;

/** Compares SSE and SSE2 semantics, MXCSR flags and #XM with what a real processor did. */
final class SseSiliconTest {

    private static final int RAISED = 0xFFF;
    private static final PortBus NO_PORTS = new PortBus() {
        @Override
        public int read(int port, int size) {
            return -1;
        }

        @Override
        public void write(int port, int size, int value) {
            // Nothing answers.
        }
    };

    private final Cpu cpu = new Cpu(ProcessorModels.AMD, new PhysicalMemory(4096), NO_PORTS, new Trace());

    private static List<String> samples() throws IOException {
        try (var reader = new BufferedReader(new InputStreamReader(
                SseSiliconTest.class.getResourceAsStream("sse-silicon.txt"), StandardCharsets.US_ASCII))) {
            return reader.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    private static Operation bind(String hex) {
        byte[] code = HexFormat.of().parseHex(hex);
        Instruction instruction = (Instruction) Decoder.decode(Arrays.copyOf(code, 15), 0, code.length);
        return Operations.bind(instruction, 0, ProcessorModels.INTEL);
    }

    @Test
    void everySampleAgrees() throws IOException {
        cpu.cr4 = ControlRegisters.CR4_OSFXSR | ControlRegisters.CR4_OSXMMEXCPT;
        Operation operation = null;
        int compared = 0;
        for (String line : samples()) {
            if (line.startsWith("OP ")) {
                operation = bind(line.substring(3));
                continue;
            }
            long[] values = Arrays.stream(line.split(" ")).mapToLong(value -> Long.parseUnsignedLong(value, 16))
                    .toArray();
            assertThat(HexFormat.of().formatHex(bytes(after(operation, values)))).as(operation.instruction + "\n"
                    + line)
                    .isEqualTo(HexFormat.of().formatHex(bytes(Arrays.copyOfRange(values, 6, 11))));
            compared++;
        }
        assertThat(compared).isGreaterThan(1500);
    }

    private long[] after(Operation operation, long[] before) {
        System.arraycopy(before, 0, cpu.xmm, 0, 4);
        cpu.gpr[Cpu.RAX] = before[4];
        cpu.mxcsr = (int) before[5];
        cpu.flags.setArithmetic(before[10] == RAISED ? 0 : before[10] ^ flagsWritten(operation));
        long flags;
        try {
            operation.execute(cpu);
            flags = cpu.flags.arithmetic();
        } catch (Fault fault) {
            assertThat(fault.vector()).isEqualTo(Vector.XM);
            flags = RAISED;
        }
        return new long[]{cpu.xmm[0], cpu.xmm[1], cpu.gpr[Cpu.RAX], cpu.mxcsr, flags};
    }

    /** Flags that the instruction must set are spoilt beforehand, so that leaving them alone can't pass. */
    private static long flagsWritten(Operation operation) {
        return operation.instruction.mnemonic().contains("COMI") ? 0x8D5 : 0;
    }

    private static byte[] bytes(long[] values) {
        var buffer = java.nio.ByteBuffer.allocate(8 * values.length);
        Arrays.stream(values).forEach(buffer::putLong);
        return buffer.array();
    }
}
