package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;
import ringspec.isa.Decoder;
import ringspec.isa.Instruction;
import ringspec.isa.assembler.Assembler;
import ringspec.memory.PhysicalMemory;
import ringspec.trace.Trace;

/** The operations of {@link ConstantShifts} do what {@link Shifts} does, for every count. */
final class ConstantShiftsTest {

    private static final long SEED = 20_260_102;
    private static final long UNTOUCHED_HIGH = 0xABCD_EF01_0000_0000L;

    private final Cpu cpu = new Cpu(ProcessorModels.INTEL, new PhysicalMemory(4096), null, new Trace());

    @ParameterizedTest
    @CsvSource({"SHL, 4", "SHR, 5", "SAR, 7", "ROL, 0", "ROR, 1"})
    void likeShifts(String mnemonic, int kind) {
        Random random = new Random(SEED);
        for (int bits = 32; bits <= 64; bits += 32) {
            for (int count = 0; count < 256; count++) {
                Operation operation = bind("%s %s, %d".formatted(mnemonic, bits == 32 ? "edi" : "rdi", count));
                assertThat(operation instanceof ConstantShifts).isEqualTo(Shifts.mask(bits, count) != 0);
                for (int i = 0; i < 20; i++) {
                    compare(operation, kind, bits, count, random.nextLong(), random.nextLong());
                }
            }
        }
    }

    private static Operation bind(String text) {
        byte[] bytes = Assembler.assembleAt(0, text);
        return Operations.bind((Instruction) Decoder.decode(bytes, 0, bytes.length), 0, ProcessorModels.INTEL);
    }

    private void compare(Operation operation, int kind, int bits, int count, long value, long flagsBefore) {
        cpu.flags.setArithmetic(flagsBefore);
        long expected = Shifts.apply(kind, cpu.flags, bits, Widths.truncate(bits, value), count);
        long expectedFlags = cpu.flags.arithmetic();
        cpu.flags.setArithmetic(flagsBefore);
        cpu.gpr[Cpu.RDI] = bits == 64 ? value : value & 0xFFFF_FFFFL | UNTOUCHED_HIGH;
        operation.execute(cpu);
        assertThat(cpu.gpr[Cpu.RDI]).as("%s of 0x%x", operation.instruction, value).isEqualTo(expected);
        assertThat(cpu.flags.arithmetic()).as("flags of %s of 0x%x, before 0x%x", operation.instruction, value,
                flagsBefore & Rflags.ARITHMETIC).isEqualTo(expectedFlags);
    }
}
