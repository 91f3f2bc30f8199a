package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;

/** #AC: CR0.AM, RFLAGS.AC and CPL 3; the alignments are those that Zen 5 wants. */
final class AlignmentTest {

    private SystemBed bed;

    private String fault(String instruction, int offset, long cr0, long flags) {
        bed = new SystemBed(ProcessorModels.AMD);
        bed.cpu.cr0 |= cr0;
        bed.cpu.cr4 |= ControlRegisters.CR4_OSXSAVE;
        bed.cpu.xcr0 = 7;
        bed.cpu.setRflags(flags | Rflags.RESERVED_1);
        bed.cpu.gpr[7] = SystemBed.USER_MEMORY + offset;
        return bed.user(instruction + "\nud2").fault();
    }

    /** @param alignment the least distance from an aligned address at which the instruction goes through; 0 if it always does */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"mov al, [rdi]|0", "mov ax, [rdi]|2", "mov eax, [rdi]|4", "mov rax, [rdi]|8",
            "add [rdi], rax|8", "add [rdi], ax|2", "xchg [rdi], eax|4", "cmpxchg8b [rdi]|8", "movbe rax, [rdi]|8",
            "movnti [rdi], rax|8", "movups xmm0, [rdi]|16", "movups [rdi], xmm0|16", "movdqu xmm0, [rdi]|16",
            "lddqu xmm0, [rdi]|16", "movss xmm0, [rdi]|4", "movsd xmm0, [rdi]|8", "movhps xmm0, [rdi]|8",
            "cvtps2pd xmm0, [rdi]|8", "pmovzxbw xmm0, [rdi]|8", "pcmpestri xmm0, [rdi], 0|16",
            "db 0xC5, 0xF8, 0x10, 0x07 ; vmovups xmm0, [rdi]|16",
            "db 0xC5, 0xFC, 0x10, 0x07 ; vmovups ymm0, [rdi]|16", "db 0xC5, 0xFC, 0x11, 0x07 ; vmovups [rdi], ymm0|16",
            "db 0xC5, 0xF8, 0x58, 0x07 ; vaddps xmm0, xmm0, [rdi]|16",
            "db 0xC5, 0xFA, 0x10, 0x07 ; vmovss xmm0, [rdi]|4",
            "db 0xC4, 0xE2, 0x7D, 0x18, 0x07 ; vbroadcastss ymm0, [rdi]|4",
            "db 0xC5, 0xFA, 0x7E, 0x07 ; vmovq xmm0, [rdi]|8",
            "db 0xC4, 0xE3, 0x7D, 0x19, 0x07, 0x01 ; vextractf128 [rdi], ymm0, 1|16",
            "db 0xC4, 0xE3, 0x7D, 0x18, 0x07, 0x01 ; vinsertf128 ymm0, ymm0, [rdi], 1|16",
            "db 0xC4, 0xE2, 0x79, 0x13, 0x07 ; vcvtph2ps xmm0, [rdi]|8", "pinsrw xmm0, [rdi], 0|2",
            "movq mm0, [rdi]|8", "fnstcw [rdi]|2", "stmxcsr [rdi]|4", "prefetcht0 [rdi]|0",
            "clflush [rdi]|0"})
    void operandsMustBeAligned(String instruction, int alignment) {
        for (int offset : new int[]{1, 2, 4, 8, 16}) {
            boolean aligned = alignment == 0 || offset % alignment == 0;
            assertThat(fault(instruction, offset, ControlRegisters.CR0_AM, Rflags.AC)).as("%s at +%d", instruction,
                    offset).isEqualTo(aligned ? "#6" : "#17(0x0)");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"vpcmpeqd xmm1, xmm1, xmm1\\nvmaskmovps xmm0, xmm1, [rdi]",
            "db 0xC5, 0xF1, 0x76, 0xC9\nvmaskmovps [rdi], xmm1, xmm0"})
    void maskedMovesNeedNoAlignment(String program) {
        assertThat(fault(program.replace("\\n", "\n"), 1, ControlRegisters.CR0_AM, Rflags.AC)).isEqualTo("#6");
    }

    @Test
    void allThreeConditionsAreNeeded() {
        assertThat(fault("mov eax, [rdi]", 1, 0, Rflags.AC)).isEqualTo("#6");
        assertThat(fault("mov eax, [rdi]", 1, ControlRegisters.CR0_AM, 0)).isEqualTo("#6");
        SystemBed ring0 = new SystemBed(ProcessorModels.INTEL);
        ring0.cpu.cr0 |= ControlRegisters.CR0_AM;
        ring0.cpu.setRflags(Rflags.AC | Rflags.RESERVED_1);
        assertThat(ring0.kernel("mov eax, [0x40001]\nud2").fault()).isEqualTo("#6");
    }

    @Test
    void itComesBeforeAPageFault() {
        bed = new SystemBed(ProcessorModels.AMD);
        bed.cpu.cr0 |= ControlRegisters.CR0_AM;
        bed.cpu.setRflags(Rflags.AC | Rflags.RESERVED_1);
        assertThat(bed.user("mov eax, [0x800001]").fault()).isEqualTo("#17(0x0)");
    }
}
