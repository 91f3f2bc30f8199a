package ringspec.cpu.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Vector;
import ringspec.isa.Decoder;
import ringspec.isa.Instruction;

/** What conversions with MMX registers leave of the x87 state; measured on silicon (AMD) but for CVTPI2PS with memory (SDM). */
final class MmxConversionsTest {

    private static final int EMPTY = 0;
    private static final int ALL_VALID = 0xFF;
    private static final int PRECISION_UNMASKED = 0x0F80;
    private static final int ONE_AND_A_HALF = 0x3FC00000;

    private final DemandMappedCpu machine = new DemandMappedCpu(1);
    private final Cpu cpu = machine.cpu;

    @BeforeEach
    void empty() {
        cpu.cr4 |= ControlRegisters.CR4_OSFXSR | ControlRegisters.CR4_OSXMMEXCPT;
        cpu.fpu.initialize();
        cpu.fpu.setTop(3);
        cpu.gpr[Cpu.RAX] = 0x5000;
    }

    private Fault execute(String hex) {
        byte[] code = HexFormat.of().parseHex(hex);
        Instruction instruction = (Instruction) Decoder.decode(Arrays.copyOf(code, 15), 0, code.length);
        Operation operation = Operations.bind(instruction, 0, ProcessorModels.INTEL);
        Fault fault = catchThrowableOfType(Fault.class, () -> operation.execute(cpu));
        if (fault != null && fault.vector() == Vector.PF) {
            assertThat(cpu.fpu.tag).as("tags after a page fault").isEqualTo(EMPTY);
            machine.resolve(fault);
            fault = catchThrowableOfType(Fault.class, () -> operation.execute(cpu));
        }
        return fault;
    }

    private void assertState(int top, int tag) {
        assertThat(cpu.fpu.top()).as("TOP").isEqualTo(top);
        assertThat(cpu.fpu.tag).as("tags").isEqualTo(tag);
    }

    @Test
    void registerOperandEntersMmxState() {
        assertThat(execute("0f2ac1")).as("cvtpi2ps xmm0,mm1").isNull();
        assertState(0, ALL_VALID);
    }

    @Test
    void memoryOperandOfCvtpi2pdLeavesX87Alone() {
        assertThat(execute("660f2a00")).as("cvtpi2pd xmm0,[rax]").isNull();
        assertState(3, EMPTY);
    }

    @Test
    void memoryOperandOfCvtpi2psEntersMmxStateOnIntel() {
        assertThat(execute("0f2a00")).as("cvtpi2ps xmm0,[rax]").isNull();
        assertState(0, ALL_VALID);
    }

    @Test
    void unmaskedExceptionComesAfterTheChangeOfStateAndLeavesTheRegister() {
        cpu.mxcsr = PRECISION_UNMASKED;
        cpu.xmm[0] = ONE_AND_A_HALF;
        cpu.fpu.significand[1] = 5;
        assertThat(execute("0f2dc8").vector()).as("cvtps2pi mm1,xmm0").isEqualTo(Vector.XM);
        assertState(0, ALL_VALID);
        assertThat(cpu.fpu.significand[1]).isEqualTo(5);
    }
}
