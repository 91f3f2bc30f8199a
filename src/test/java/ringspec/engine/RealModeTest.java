package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.InterruptSource;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;

/** Real mode, and the way from there to long mode and back. */
final class RealModeTest {

    private final ModeBed bed = new ModeBed("INTEL").inRealMode();
    private final Cpu cpu = bed.cpu;

    private int frame(int index) {
        return bed.read16(cpu.segments[SegmentRegister.SS].base + cpu.gpr[Cpu.RSP] + 2L * index);
    }

    @Test
    void theResetStateIsTheManuals() {
        ProcessorReset.realMode(cpu);
        assertThat(cpu.linearRip()).isEqualTo(0xFFFF_FFF0L);
        assertThat(cpu.codeBits()).isEqualTo(16);
        assertThat(cpu.cr0).isEqualTo(0x6000_0010L);
        assertThat(bed.selector(SegmentRegister.CS)).isEqualTo(0xF000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vaddps xmm0, xmm1, xmm2", "vaddps ymm0, ymm1, [bx]", "andn eax, ebx, ecx", "vzeroupper"})
    void thereIsNoVexPrefix(String text) {
        cpu.cr4 |= ControlRegisters.CR4_OSFXSR | ControlRegisters.CR4_OSXSAVE;
        cpu.xcr0 = 7;
        bed.run(text + "; hlt");
        assertThat(bed.fault()).isEqualTo("#6");
        ModeBed other = new ModeBed("INTEL").inProtectedMode();
        other.cpu.cr4 = cpu.cr4;
        other.cpu.xcr0 = cpu.xcr0;
        other.run(text.replace("bx]", "ebx]") + "; hlt");
        assertThat(other.fault()).isEqualTo("none");
    }

    @Test
    void segmentsAreSixteenTimesTheSelector() {
        bed.run("mov ax, 0x6000; mov es, ax; mov di, 0x10; mov ax, 0xBEEF; stosw; mov bx, es:[0x10]; hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(cpu.gpr[Cpu.RBX] & 0xFFFF).isEqualTo(0xBEEF);
        assertThat(bed.read16(0x6_0010)).isEqualTo(0xBEEF);
    }

    @Test
    void softwareInterruptsPushThreeWordsAndIretPopsThem() {
        bed.write32(4 * 0x21, 0x3000_0005);
        bed.write(0x3_0005, 16, "mov bx, sp; mov cx, cs; pushf; pop dx; iret");
        bed.run("sti; stc; int 0x21; pushf; pop ax; hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(cpu.gpr[Cpu.RBX] & 0xFFFF).isEqualTo(0x7FFA);
        assertThat(cpu.gpr[Cpu.RCX] & 0xFFFF).isEqualTo(0x3000);
        assertThat(cpu.gpr[Cpu.RDX] & 0x203).as("IF is cleared").isEqualTo(3);
        assertThat(cpu.gpr[Cpu.RAX] & 0x203).as("and restored").isEqualTo(0x203);
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x8000);
    }

    @Test
    void faultsHaveNoErrorCode() {
        bed.run("nop; mov eax, [0xFFFD]");
        assertThat(bed.fault()).isEqualTo("#13");
        assertThat(frame(0)).isEqualTo(1);
        assertThat(frame(1)).isEqualTo((int) (ModeBed.CODE >> 4));
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x7FFA);
    }

    @Test
    void wordsDontWrapAtTheEndOfASegment() {
        bed.run("mov ax, [0xFFFF]");
        assertThat(bed.fault()).isEqualTo("#13");
        bed.inRealMode().run("mov sp, 1; push ax");
        assertThat(bed.fault()).as("#SS can't be delivered on that stack").isEqualTo("#8");
        assertThat(cpu.shutdown).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lldt ax", "ltr ax", "sldt ax", "str ax", "lar ax, ax", "lsl ax, ax", "verr ax",
            "arpl ax, ax"})
    void descriptorInstructionsAreUndefined(String program) {
        bed.run(program);
        assertThat(bed.fault()).isEqualTo("#6");
    }

    @Test
    void boundAndInto() {
        bed.write32(ModeBed.MEMORY + 0x10, 5L << 16 | 0xFFFD);
        bed.run("mov ax, 5; bound ax, [0x10]; mov ax, -3; bound ax, [0x10]; mov ax, 6; bound ax, [0x10]");
        assertThat(bed.fault()).isEqualTo("#5");
        assertThat(frame(0)).isEqualTo(17);
        bed.inRealMode().run("mov al, 0x7F; into; inc al; into");
        assertThat(frame(0)).as("a trap").isEqualTo(6);
        assertThat(cpu.rip).isEqualTo(ModeBed.HANDLERS + 16 * 4 + 1);
    }

    @Test
    void farCallsAndReturns() {
        bed.write(0x3_0040, 16, "mov bx, cs; retf 2");
        bed.run("push ax; call 0x3000:0x40; mov cx, cs; hlt");
        assertThat(cpu.gpr[Cpu.RBX] & 0xFFFF).isEqualTo(0x3000);
        assertThat(cpu.gpr[Cpu.RCX] & 0xFFFF).isEqualTo(ModeBed.CODE >> 4);
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x8000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTEL", "AMD"})
    void fromRealModeToLongModeAndBack(String model) {
        ModeBed way = new ModeBed(model).inRealMode();
        // LGDT and LIDT operands in DS.
        way.ram.write64(ModeBed.MEMORY + 0x100, ModeBed.GDT << 16 | 0xFF);
        way.ram.write64(ModeBed.MEMORY + 0x108, 0x3FF);
        way.write(0x2_1000, 32, """
                mov ax, 0x10; mov ds, ax; mov ss, ax; mov esp, 0x30000
                mov eax, cr4; or eax, 0x20; mov cr4, eax
                mov eax, 0x10000; mov cr3, eax
                mov ecx, 0xC0000080; rdmsr; or eax, 0x100; wrmsr
                mov eax, cr0; or eax, 0x80000000; mov cr0, eax
                rdmsr; mov esi, eax
                jmp 0x08:0x22000
                """);
        way.write(0x2_2000, 64, """
                mov r10, 0x123456789ABCDEF0; mov rdi, r10
                push 0x18; mov eax, 0x23000; push rax; retfq
                """);
        way.write(0x2_3000, 32, """
                mov eax, cr0; and eax, 0x7FFFFFFF; mov cr0, eax
                mov ecx, 0xC0000080; rdmsr; mov ebp, eax; and eax, 0xFFFFFEFF; wrmsr
                jmp 0x20:0x4000
                """);
        way.write(ModeBed.CODE + 0x4000, 16, """
                mov eax, cr0; and al, 0xFE; mov cr0, eax
                jmp 0x2000:0x5000
                """);
        way.write(ModeBed.CODE + 0x5000, 16, "mov ax, 0x4000; mov ds, ax; mov bx, [0x100]; hlt");
        way.run("""
                lgdt [0x100]
                mov eax, cr0; or al, 1; mov cr0, eax
                .byte 0x66, 0xEA; .long 0x21000; .word 0x18
                """);
        assertThat(way.fault()).isEqualTo("none");
        assertThat(way.register(Cpu.RSI) & 0x500).as("LME and LMA").isEqualTo(0x500);
        assertThat(way.register(Cpu.RBP) & 0x500).as("LMA went with PG").isEqualTo(0x100);
        assertThat(way.register(Cpu.RDI)).isEqualTo(0x9ABCDEF0L);
        assertThat(way.cpu.gpr[10]).isEqualTo(0x123456789ABCDEF0L);
        assertThat(way.cpu.gpr[Cpu.RBX] & 0xFFFF).isEqualTo(0xFF);
        assertThat(way.cpu.isProtected()).isFalse();
        assertThat(way.cpu.cr0 & ControlRegisters.CR0_PG).isZero();
        assertThat(way.cpu.segments[SegmentRegister.DS].base).isEqualTo(0x4_0000);
    }

    @Test
    void unrealModeKeepsTheLimitsThatProtectedModeLoaded() {
        bed.ram.write64(ModeBed.MEMORY + 0x100, ModeBed.GDT << 16 | 0xFF);
        bed.write32(0x70_0000, 0xCAFE_F00DL);
        bed.run("lgdt [0x100]; mov eax, cr0; or al, 1; mov cr0, eax; mov bx, 0x10; mov es, bx; and al, 0xFE; "
                + "mov cr0, eax; xor bx, bx; mov es, bx; mov ebx, 0x700000; mov ecx, es:[ebx]; hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.register(Cpu.RCX)).isEqualTo(0xCAFE_F00DL);
    }

    @Test
    void externalInterruptsGoThroughTheVectorTable() {
        cpu.interrupts = new InterruptSource() {
            private boolean pending = true;

            @Override
            public boolean isPending() {
                return pending;
            }

            @Override
            public int acknowledge() {
                pending = false;
                return 0x70;
            }
        };
        bed.run("sti; nop; nop; nop; hlt");
        assertThat(cpu.rip).isEqualTo(ModeBed.HANDLERS + 16 * 0x70 + 1);
        assertThat(frame(0)).isEqualTo(2);
        assertThat(frame(2) & (int) Rflags.IF).isNotZero();
    }
}
