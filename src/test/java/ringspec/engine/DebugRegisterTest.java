package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;

/** Data, I/O and instruction breakpoints and how they get along with MOV SS, REP and single step (SDM vol. 3B, 19.2 and 19.3). */
final class DebugRegisterTest {

    private static final String DATA = "0x40008";

    private final SystemBed bed = new SystemBed(ProcessorModels.INTEL);

    /** Arms DR0 with R/W and LEN as given and L0. */
    private static String arm(String address, int type, int length) {
        return "mov rax, " + address + "\nmov dr0, rax\nmov eax, " + (0x400 | 1 | type << 16 | length << 18)
                + "\nmov dr7, rax\n";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"mov [0x40008], al|1|0|1", "mov al, [0x40008]|1|0|0",
            "mov al, [0x40008]|3|0|1",
            "mov [0x40008], al|3|0|1", "mov rax, [0x40001]|3|0|1", "mov rax, [0x40000]|3|0|0",
            "mov al, [0x40009]|3|0|0",
            "mov al, [0x40009]|3|1|1", "mov al, [0x4000A]|3|1|0", "mov al, [0x4000B]|3|3|1", "mov al, [0x4000C]|3|3|0",
            "mov al, [0x4000F]|3|2|1", "mov al, [0x40010]|3|2|0", "add byte ptr [0x40008], 1|1|0|1",
            "movups xmm0, [0x40000]|3|0|1", "movups [0x3FFF8], xmm0|1|0|0", "prefetcht0 [0x40008]|3|0|0",
            "lea rax, [0x40008]|3|0|0", "nop|0|0|0"})
    void dataBreakpointsAreTrapsAfterTheAccess(String instruction, int type, int length, int hit) {
        bed.kernel(arm(DATA, type, length) + instruction + "\nnext: nop\nhlt");
        assertThat(bed.vectors()).hasSize(hit);
        if (hit == 1) {
            assertThat(bed.cpu.dr[6]).isEqualTo(0xFFFF_0FF1L);
            byte[] before = ringspec.isa.assembler.Assembler.assembleAt(SystemBed.CODE, arm(DATA, type, length)
                    + instruction);
            assertThat(bed.stack(0)).as("RIP in the frame").isEqualTo(SystemBed.CODE + before.length);
            assertThat(bed.stack(16) & Rflags.RF).isZero();
        }
    }

    @Test
    void theAddressesLowBitsAreIgnoredAsTheLengthSays() {
        assertThat(bed.kernel(arm("0x4000B", 3, 3) + "mov al, [0x40008]\nhlt").vectors()).containsExactly(1);
    }

    @Test
    void everyConditionThatIsMetShowsInDr6() {
        bed.kernel(arm(DATA, 3, 0) + "mov rax, 0x40010\nmov dr3, rax\nmov rax, 0xF0030481\nmov dr7, rax\n"
                + "mov rsi, 0x40008\nmov rdi, 0x40010\nmovsb\nhlt");
        assertThat(bed.vectors()).containsExactly(1);
        assertThat(bed.cpu.dr[6]).isEqualTo(0xFFFF_0FF9L);
    }

    @Test
    void singleStepAndDataBreakpointMakeOneException() {
        bed.kernel(arm(DATA, 1, 0) + "pushfq\nor dword ptr [rsp], 0x100\npopfq\nmov [0x40008], al\nhlt");
        assertThat(bed.vectors()).containsExactly(1);
        assertThat(bed.cpu.dr[6]).as("BS and B0").isEqualTo(0xFFFF_4FF1L);
    }

    @Test
    void aFaultingInstructionLeavesNoTrap() {
        bed.kernel(arm(DATA, 3, 0) + "mov rsi, 0x40008\nmov rdi, 0x800000\nmovsb\nhlt");
        assertThat(bed.vectors()).containsExactly(14);
        assertThat(bed.cpu.dr[6]).isEqualTo(0xFFFF_0FF0L);
    }

    @Test
    void aRepeatedInstructionStopsAfterTheIterationWithRfSet() {
        bed.kernel(arm(DATA, 1, 0) + "mov rdi, 0x40000\nmov ecx, 16\nxor eax, eax\nrep stosb\nhlt");
        assertThat(bed.vectors()).containsExactly(1);
        assertThat(bed.cpu.gpr[Cpu.RCX]).isEqualTo(7);
        assertThat(bed.stack(16) & Rflags.RF).isNotZero();
        assertThat(bed.cpu.gpr[Cpu.RDI]).isEqualTo(0x40009);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"in al, 0x60|0x60|0|true|1", "in al, 0x60|0x60|0|false|0",
            "out 0x60, al|0x60|0|true|1",
            "in al, 0x61|0x60|0|true|0", "in al, 0x61|0x60|1|true|1", "in eax, 0x5E|0x60|0|true|1",
            "mov al, [0x60]|0x60|0|true|0"})
    void portBreakpointsNeedDe(String instruction, String port, int length, boolean de, int hit) {
        bed.cpu.cr4 |= de ? ControlRegisters.CR4_DE : 0;
        bed.kernel(arm(port, 2, length) + instruction + "\nhlt");
        assertThat(bed.vectors()).hasSize(hit);
        assertThat(bed.cpu.dr[6] & 1).isEqualTo(hit);
    }

    /** MOV SS holds back what it met itself, and no instruction breakpoint hits its successor. */
    @Test
    void movSsHoldsDebugExceptionsBack() {
        bed.kernel(arm(DATA, 3, 0) + "mov word ptr [0x40008], 0x10\n");
        SystemBed other = new SystemBed(ProcessorModels.INTEL);
        other.ram.write64(0x4_0008, 0x10);
        other.kernel(arm(DATA, 3, 0) + "mov ss, [0x40008]\nmov ebx, 7\nhlt");
        assertThat(other.vectors()).containsExactly(1);
        assertThat(other.cpu.gpr[Cpu.RBX]).as("the instruction after it has run").isEqualTo(7);
        SystemBed third = new SystemBed(ProcessorModels.INTEL);
        third.kernel(
                "lea rax, [rel after]\nmov dr0, rax\nmov eax, 0x401\nmov dr7, rax\nmov ecx, 0x10\nmov ss, ecx\nafter: nop\nhlt");
        assertThat(third.vectors()).isEmpty();
    }

    /** CVE-2018-8897: the trap comes before the first instruction of the INT's handler, in ring 0. */
    @Test
    void whatMovSsHoldsBackComesInTheHandlerOfASoftwareInterrupt() {
        bed.ram.write64(0x28_0008, SystemBed.USER_DATA);
        bed.gate(3, 0xEE, 0, SystemBed.KERNEL_CODE);
        bed.cpu.dr[0] = 0x28_0008;
        bed.cpu.dr[7] = 0x3_0401;
        bed.user("mov ss, [0x280008]\nint3");
        assertThat(bed.vectors()).containsExactly(3, 1);
        assertThat(bed.stack(0)).as("RIP in the frame of #DB").isEqualTo(SystemBed.HANDLERS + 16 * 3);
        assertThat(bed.stack(8)).isEqualTo(SystemBed.KERNEL_CODE);
    }

    @Test
    void stiHoldsNoTrapBack() {
        assertThat(bed.kernel(arm(DATA, 3, 0) + "cli\nsti\nmov al, [0x40008]\nhlt").vectors()).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mov rax, dr4", "mov rax, dr5", "mov dr4, rax", "mov dr5, rax"})
    void dr4AndDr5AreAliasesUnlessDe(String instruction) {
        assertThat(bed.kernel(instruction + "\nhlt").vectors()).isEmpty();
        bed.cpu.cr4 |= ControlRegisters.CR4_DE;
        assertThat(bed.kernel(instruction + "\nhlt").fault()).isEqualTo("#6");
    }

    @Test
    void aliasesAreDr6AndDr7() {
        bed.kernel("xor eax, eax\nmov dr4, rax\nmov eax, 0x300\nmov dr5, rax\nmov rbx, dr6\nmov rcx, dr7\nhlt");
        assertThat(bed.cpu.gpr[Cpu.RBX]).isEqualTo(0xFFFF_0FF0L);
        assertThat(bed.cpu.gpr[Cpu.RCX]).isEqualTo(0x700);
    }
}
