package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentRegister;
import ringspec.memory.Frame;

/** Instructions that 64-bit mode lacks, and what others do at 16 bits. */
final class LegacyInstructionsTest {

    private static final long FNV_PRIME = 0x100_0000_01B3L;

    private final ModeBed bed = new ModeBed("AMD").inProtectedMode();
    private final Cpu cpu = bed.cpu;

    /**
     * Every AL or AX with every CF and AF. The hashes of EAX and the flags are what an AMD EPYC (Zen 5) gave, in compatibility mode:
     * FNV-1a over each EAX and each EFLAGS under a mask of the defined flags.
     */
    @ParameterizedTest
    @CsvSource({"27,8,0xD5,0x0f7203ddf9bc3755", "2F,8,0xD5,0x2ece0591ce1b2a21", "37,16,0x11,0xd6a14be599e86325",
            "3F,16,0x11,0x85ce3ed5deb3e325", "D40A,8,0xC4,0x931ea67820341c45", "D407,8,0xC4,0x8ca3a2a8fd8fa0f5",
            "D50A,16,0xC4,0x093f19fdb0deaf25", "D5FF,16,0xC4,0xc5b02c1dd2ff8b25", "D6,8,0x8D5,0x633f0344ee154325"})
    void decimalAdjustmentIsThatOfSilicon(String bytes, int bits, String mask, String hash) {
        int opcode = Integer.parseInt(bytes, 16);
        long actual = 0xCBF2_9CE4_8422_2325L;
        int length = bytes.length() / 2;
        for (int i = 0; i < length; i++) {
            bed.ram.write8(ModeBed.CODE + i, opcode >>> 8 * (length - 1 - i));
        }
        bed.ram.write8(ModeBed.CODE + length, 0xF4);
        for (int ax = 0; ax < 1 << bits; ax++) {
            for (int flags = 0; flags < 4; flags++) {
                cpu.gpr[Cpu.RAX] = 0x5A5A_0000L | ax;
                cpu.setRflags(2 | flags & 1 | (flags & 2) << 3);
                cpu.rip = ModeBed.CODE;
                cpu.halted = false;
                bed.engine.run(cpu, cpu.instructions + 2);
                actual = (actual ^ cpu.gpr[Cpu.RAX]) * FNV_PRIME;
                actual = (actual ^ cpu.flags.value() & Integer.decode(mask)) * FNV_PRIME;
            }
        }
        assertThat("0x%016x".formatted(actual)).isEqualTo(hash);
    }

    @Test
    void aamByZeroDivides() {
        bed.run(".byte 0xD4, 0");
        assertThat(bed.fault()).isEqualTo("#0");
    }

    @Test
    void pushaAndPopaKeepAllButEsp() {
        for (int i = 0; i < 8; i++) {
            cpu.gpr[i] = i == Cpu.RSP ? ModeBed.STACK : 0x1010_1010L * (i + 1);
        }
        bed.run("pusha; xor eax, eax; xor ebx, ebx; xor edi, edi; mov ebp, [esp+12]; mov [esp+8], ebp; popa; hlt");
        assertThat(bed.register(Cpu.RSP)).isEqualTo(ModeBed.STACK);
        assertThat(bed.register(Cpu.RAX)).isEqualTo(0x1010_1010L);
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0x4040_4040L);
        assertThat(bed.register(Cpu.RDI)).isEqualTo(0x8080_8080L);
        assertThat(bed.register(Cpu.RBP)).as("the slot of EBP; ESP's lies above it").isEqualTo(ModeBed.STACK);
    }

    @Test
    void farPointersLoadSegments() {
        bed.write32(ModeBed.MEMORY, 0x1234_5678);
        bed.write32(ModeBed.MEMORY + 4, ModeBed.USER_DATA);
        bed.run("les eax, [0x40000]; lfs ebx, [0x40000]; lgs ecx, [0x40000]; lds edx, [0x40000]; mov esi, ds; hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.selector(SegmentRegister.ES)).isEqualTo(ModeBed.USER_DATA);
        assertThat(bed.selector(SegmentRegister.FS)).isEqualTo(ModeBed.USER_DATA);
        assertThat(bed.selector(SegmentRegister.GS)).isEqualTo(ModeBed.USER_DATA);
        assertThat(bed.register(Cpu.RSI)).isEqualTo(ModeBed.USER_DATA);
        assertThat(bed.register(Cpu.RDX)).isEqualTo(0x1234_5678);
    }

    @Test
    void aBadSelectorLeavesTheRegisterOfLds() {
        bed.write32(ModeBed.MEMORY, 0x1234_5678);
        bed.write32(ModeBed.MEMORY + 4, 0x100);
        bed.run("mov edx, 5; lds edx, [0x40000]");
        assertThat(bed.fault()).isEqualTo("#13(0x100)");
        assertThat(bed.register(Cpu.RDX)).isEqualTo(5);
        assertThat(bed.selector(SegmentRegister.DS)).isEqualTo(0x10);
    }

    @ParameterizedTest
    @CsvSource({"0x08,3,0x0B,true", "0x0B,3,0x0B,false", "0x0A,1,0x0A,false", "0x09,2,0x0A,true"})
    void arplRaisesTheRpl(String selector, int privilege, String result, boolean raised) {
        bed.run("mov eax, 0x11110000 + " + selector + "; mov ebx, " + privilege + "; arpl ax, bx; setz cl; hlt");
        assertThat(bed.register(Cpu.RAX)).isEqualTo(0x1111_0000L + Integer.decode(result));
        assertThat(bed.register(Cpu.RCX) & 0xFF).isEqualTo(raised ? 1 : 0);
    }

    @Test
    void poppingIntoMemoryThroughEspUsesTheNewEsp() {
        bed.run("push 0x11; push 0x22; pop dword ptr [esp]; mov eax, [esp]; hlt");
        assertThat(bed.register(Cpu.RAX)).isEqualTo(0x22);
    }

    @Test
    void enterAndLeaveWithNestedFrames() {
        cpu.gpr[Cpu.RBP] = ModeBed.STACK - 0x100;
        bed.write32(ModeBed.STACK - 0x104, 0xAAAA);
        bed.run("enter 16, 2; mov eax, [ebp]; mov ebx, [ebp-4]; mov ecx, [ebp-8]; mov edx, ebp; mov esi, esp; leave; hlt");
        assertThat(bed.register(Cpu.RAX)).isEqualTo(ModeBed.STACK - 0x100);
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0xAAAA);
        assertThat(bed.register(Cpu.RCX)).isEqualTo(ModeBed.STACK - 4);
        assertThat(bed.register(Cpu.RDX)).isEqualTo(ModeBed.STACK - 4);
        assertThat(bed.register(Cpu.RSI)).isEqualTo(ModeBed.STACK - 12 - 16);
        assertThat(bed.register(Cpu.RBP)).isEqualTo(ModeBed.STACK - 0x100);
        assertThat(bed.register(Cpu.RSP)).isEqualTo(ModeBed.STACK);
    }

    @Test
    void stringsOf16BitAddressesWrapAndCountInCx() {
        cpu.segments[SegmentRegister.ES].load(ModeBed.DATA16, ModeBed.MEMORY, 0xFFFF, 0x93);
        bed.run("mov edi, 0xAAAAFFFE; mov ecx, 0xBBBB0004; mov al, 0x77; .byte 0x67; rep stosb; hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.register(Cpu.RDI)).isEqualTo(0xAAAA_0002L);
        assertThat(bed.register(Cpu.RCX)).isEqualTo(0xBBBB_0000L);
        assertThat(bed.ram.read8(ModeBed.MEMORY + 0xFFFF)).isEqualTo(0x77);
        assertThat(bed.ram.read8(ModeBed.MEMORY + 1)).isEqualTo(0x77);
    }

    @Test
    void aStringInstructionTakesTheSourcesOverrideAndNotTheTargets() {
        cpu.segments[SegmentRegister.ES].load(ModeBed.DATA16, ModeBed.MEMORY, 0xFFFF, 0x93);
        bed.write32(0x1_8000, 0x55);
        cpu.segments[SegmentRegister.FS].load(ModeBed.DATA16, 0x1_8000, 0xFFFF, 0x93);
        bed.run("xor esi, esi; mov edi, 8; movs dword ptr es:[edi], dword ptr fs:[esi]; hlt");
        assertThat(bed.read32(ModeBed.MEMORY + 8)).isEqualTo(0x55);
    }

    @Test
    void anInterruptedRepeatStopsAtTheLimitWithItsCount() {
        bed.descriptor(0x80, ModeBed.segment(ModeBed.MEMORY, 0xF, 0x93, 4));
        bed.run("mov eax, 0x80; mov es, eax; xor edi, edi; mov ecx, 100; rep stosb");
        assertThat(bed.fault()).isEqualTo("#13(0x0)");
        assertThat(bed.register(Cpu.RCX)).isEqualTo(84);
        assertThat(bed.register(Cpu.RDI)).isEqualTo(16);
    }

    @Test
    void loopCountsInCx() {
        bed.run("xor eax, eax; mov ecx, 0x10003; again: inc eax; .byte 0x67; loop again; hlt");
        assertThat(bed.register(Cpu.RAX)).isEqualTo(3);
        assertThat(bed.register(Cpu.RCX)).isEqualTo(0x1_0000);
    }

    @Test
    void jcxzLooksAtCx() {
        bed.run("mov ecx, 0x10000; jecxz one; jcxz two; one: mov eax, 1; hlt; two: mov eax, 2; hlt");
        assertThat(bed.register(Cpu.RAX)).isEqualTo(2);
    }

    @Test
    void codeMayCrossPagesAndBeRewritten() {
        cpu.rip = ModeBed.CODE + Frame.SIZE - 3;
        bed.run("mov eax, 0x11223344; hlt");
        assertThat(bed.register(Cpu.RAX)).isEqualTo(0x1122_3344);
        cpu.rip = ModeBed.CODE;
        bed.run("mov ebx, 2; again: mov eax, 1; mov byte ptr [again + 1], 9; dec ebx; jnz again; hlt");
        assertThat(bed.register(Cpu.RAX)).as("self-modified").isEqualTo(9);
    }

    @Test
    void tablesOfOtherSizes() {
        bed.run("sgdt [0x40000]; mov word ptr [0x40006], 0x5555; mov dword ptr [0x40010], 0x12340033; "
                + "mov word ptr [0x40014], 0xABCD; .byte 0x66; lidt [0x40010]; sidt [0x40020]; hlt");
        assertThat(bed.read16(ModeBed.MEMORY)).isEqualTo(0xFF);
        assertThat(bed.read32(ModeBed.MEMORY + 2)).isEqualTo(ModeBed.GDT);
        assertThat(cpu.idtrLimit).isEqualTo(0x33);
        assertThat(cpu.idtrBase).as("24 bits").isEqualTo(0xCD_1234L);
    }

    /** Addresses that no operand shows go through DS, too. */
    @ParameterizedTest
    @CsvSource({"maskmovdqu xmm0|xmm1,#13(0x0)", "xor ecx| ecx; xor edx| edx; monitor,#13(0x0)"})
    void impliedAddressesAreChecked(String program, String fault) {
        cpu.cr4 = 0x600;
        bed.descriptor(0x80, ModeBed.segment(ModeBed.MEMORY, 0xF, 0x93, 4));
        bed.run("mov eax, 0x80; mov ds, eax; mov edi, 1; mov eax, 0x10; " + program.replace('|', ','));
        assertThat(bed.fault()).isEqualTo(fault);
    }

    @Test
    void impliedAddressesHaveABase() {
        cpu.cr4 = 0x600;
        bed.descriptor(0x80, ModeBed.segment(ModeBed.MEMORY, 0x1F, 0x93, 4));
        cpu.xmm[0] = 0x1122_3344_5566_7788L;
        cpu.xmm[2] = 0x80L;
        bed.run("mov eax, 0x80; mov ds, eax; mov edi, 0x10; maskmovdqu xmm0, xmm1; hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.read32(ModeBed.MEMORY + 0x10)).isEqualTo(0x88);
    }
}
