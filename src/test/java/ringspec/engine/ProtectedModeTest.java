package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.NotEmulatedException;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.trace.TraceEvent;

/** 32-bit and 16-bit protected mode: gates, rings, stacks, returns, and what is refused. */
final class ProtectedModeTest {

    private final ModeBed bed = new ModeBed("INTEL").inProtectedMode();
    private final Cpu cpu = bed.cpu;

    /** The 32-bit frame at ESP. */
    private long frame(int index) {
        return bed.read32(cpu.gpr[Cpu.RSP] + 4L * index);
    }

    @Test
    void anInterruptFromRing3SwitchesToTheStackOfTheTss() {
        bed.gate(0x80, ModeBed.CODE32, ModeBed.HANDLERS, 0xEF);
        bed.inUserMode().cpu.setRflags(Rflags.IF);
        bed.run("int 0x80");
        assertThat(cpu.cpl()).isZero();
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(ModeBed.ESP0 - 20);
        assertThat(frame(0)).isEqualTo(ModeBed.USER + 2);
        assertThat(frame(1)).isEqualTo(0x33);
        assertThat(frame(2)).isEqualTo(0x202);
        assertThat(frame(3)).isEqualTo(ModeBed.USER_STACK);
        assertThat(frame(4)).isEqualTo(0x3B);
        assertThat(bed.selector(SegmentRegister.SS)).isEqualTo(ModeBed.DATA);
        assertThat(cpu.flags.has(Rflags.IF)).as("a trap gate leaves IF").isTrue();
    }

    @Test
    void aFaultPushesAnErrorCodeAndAnInterruptGateClearsIf() {
        bed.inUserMode().cpu.setRflags(Rflags.IF);
        bed.run("mov eax, 0xFFFF0010; mov fs, eax");
        assertThat(bed.fault()).isEqualTo("#13(0x10)");
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(ModeBed.ESP0 - 24);
        assertThat(frame(0)).isEqualTo(0x10);
        assertThat(frame(1)).isEqualTo(ModeBed.USER + 5);
        assertThat(frame(3)).isEqualTo(0x10202);
        assertThat(cpu.flags.has(Rflags.IF)).isFalse();
    }

    @Test
    void aFaultInRing0StaysOnItsStack() {
        bed.run("mov ebx, esp; ud2");
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(ModeBed.STACK - 12);
        assertThat(frame(0)).isEqualTo(ModeBed.CODE + 2);
        assertThat(frame(1)).isEqualTo(ModeBed.CODE32);
    }

    @Test
    void gatesOf16BitsPushWords() {
        bed.gate(6, ModeBed.CODE32, ModeBed.HANDLERS, 0x86);
        bed.run("ud2");
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(ModeBed.STACK - 6);
        assertThat(bed.read16(ModeBed.STACK - 6)).isEqualTo((int) ModeBed.CODE & 0xFFFF);
        assertThat(bed.read16(ModeBed.STACK - 4)).isEqualTo(ModeBed.CODE32);
    }

    @Test
    void iretdReturnsToRing3AndDropsTheKernelsSegments() {
        bed.write(ModeBed.USER, 32, "mov eax, ds; mov ebx, cs; mov ecx, ss; mov edx, esp; int3");
        bed.run("push 0x3B; push 0x500000; push 0x3202; push 0x33; push 0x400000; iretd");
        assertThat(bed.fault()).isEqualTo("#13(0x1a)");
        assertThat(bed.register(Cpu.RAX)).isZero();
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0x33);
        assertThat(bed.register(Cpu.RCX)).isEqualTo(0x3B);
        assertThat(bed.register(Cpu.RDX)).isEqualTo(ModeBed.USER_STACK);
        assertThat(frame(3) & 0x3000).as("IOPL").isEqualTo(0x3000);
    }

    @Test
    void iretdWithinARingLeavesTheStackSegmentAlone() {
        bed.run("mov eax, esp; pushfd; push 0x18; push offset next; iretd; next: hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(ModeBed.STACK);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void callGatesCopyParameters(boolean wide) {
        long target = wide ? 0xEC02L : 0xE402L;
        bed.descriptor(0x80, ModeBed.CODE & 0xFFFF | (long) ModeBed.CODE32 << 16 | target << 32 | (wide
                ? ModeBed.CODE >>> 16 << 48
                : 0));
        long entry = wide ? ModeBed.CODE : ModeBed.CODE & 0xFFFF;
        bed.write(entry, 32, wide ? "mov eax, [esp+8]; mov ebx, [esp+12]; mov ecx, [esp+16]; mov edx, esp; retf 8"
                : "mov ax, [esp+4]; mov bx, [esp+6]; mov cx, [esp+8]; mov edx, esp; .byte 0x66; retf 4");
        // IP of 16 bits can only be returned to in a segment that begins with the code.
        bed.descriptor(0x88, ModeBed.segment(ModeBed.USER, 0xFFFF, 0xFB, 4));
        bed.inUserMode().cpu.segments[SegmentRegister.CS].load(0x8B, ModeBed.USER, 0xFFFF, 0x40FB);
        cpu.rip = 0x10;
        bed.run(wide ? "push 0x1111; push 0x2222; call 0x83:0; mov esi, esp; int3"
                : "pushw 0x1111; pushw 0x2222; call 0x83:0; mov esi, esp; int3");
        assertThat(bed.fault()).isEqualTo("#13(0x1a)");
        assertThat(bed.register(Cpu.RAX)).isEqualTo(0x2222);
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0x1111);
        assertThat(bed.register(Cpu.RCX)).isEqualTo(wide ? 0x4FFFF8 : 0x4FFFFC & 0xFFFF);
        assertThat(bed.register(Cpu.RDX)).isEqualTo(ModeBed.ESP0 - (wide ? 24 : 12));
        assertThat(bed.register(Cpu.RSI) & 0xFFFF).isEqualTo(0);
    }

    /** SS0 in the TSS and what the switch to it raises. */
    @ParameterizedTest
    @CsvSource({"0x00,#10(0x0)", "0x3B,#10(0x38)", "0x13,#10(0x10)", "0x18,#10(0x18)", "0x100,#10(0x100)",
            "0x80,#12(0x80)", "0x88,#12(0x88)"})
    void badStacksInTheTss(String selector, String fault) {
        bed.descriptor(0x80, ModeBed.FLAT_DATA & ~(1L << 47));
        bed.descriptor(0x88, ModeBed.segment(0, 0xFFF, 0x93, 4));
        bed.write32(ModeBed.TSS_BASE + 8, Integer.decode(selector));
        bed.gate(0x80, ModeBed.CODE32, ModeBed.HANDLERS, 0xEE);
        // A handler that needs no stack of the TSS tells of the fault: a conforming one.
        bed.descriptor(0x90, ModeBed.FLAT_CODE32 | 1L << 42);
        for (int vector = 10; vector < 14; vector++) {
            bed.gate(vector, 0x90, ModeBed.HANDLERS, 0x8E);
        }
        bed.inUserMode().run("int 0x80");
        TraceEvent.FaultTaken first = cpu.trace.all(TraceEvent.FaultTaken.class).getFirst();
        assertThat("#%d(0x%x)".formatted(first.vector(), first.errorCode())).isEqualTo(fault);
    }

    @ParameterizedTest
    @CsvSource({"jmp 0x80:0,TSS", "jmp 0x88:0,task gate", "call 0x80:0,TSS", "int 0x90,task gate"})
    void hardwareTaskSwitchesAreRefusedWithAReason(String program, String what) {
        bed.descriptor(0x80, ModeBed.segment(ModeBed.TSS_BASE, 0x67, 0x89, 0));
        bed.descriptor(0x88, 0x8500_0080_0000L);
        bed.gate(0x90, 0x80, 0, 0x85);
        assertThatThrownBy(() -> bed.run(program)).isInstanceOf(NotEmulatedException.class)
                .hasMessageContaining(what).hasMessageContaining("hardware task switch").hasMessageContaining(
                        "at 0x2000");
    }

    @Test
    void iretWithNtIsATaskSwitch() {
        assertThatThrownBy(() -> bed.run("push 0x4002; popfd; iretd")).isInstanceOf(NotEmulatedException.class)
                .hasMessageContaining("NT = 1");
    }

    @Test
    void virtual8086ModeIsRefusedWithAReason() {
        assertThatThrownBy(() -> bed.run("push 0x20002; push 0x18; push 0x20000; iretd"))
                .isInstanceOf(NotEmulatedException.class).hasMessageContaining("virtual-8086");
    }

    @Test
    void a16BitStackWrapsAndLeavesTheUpperHalfOfEsp() {
        cpu.segments[SegmentRegister.SS].load(ModeBed.DATA16, ModeBed.MEMORY, 0xFFFF, 0x93);
        cpu.gpr[Cpu.RSP] = 0x1234_0002;
        bed.run("pushw 0x1111; mov eax, esp; pushw 0x2222; mov ebx, esp; hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.register(Cpu.RAX)).isEqualTo(0x1234_0000);
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0x1234_FFFE);
        assertThat(bed.read16(ModeBed.MEMORY)).isEqualTo(0x1111);
        assertThat(bed.read16(ModeBed.MEMORY + 0xFFFE)).isEqualTo(0x2222);
    }

    @Test
    void nearBranchesOf16BitsTruncateEip() {
        bed.write(0x1000, 32, "mov ecx, 7; hlt");
        bed.run(".byte 0x66, 0xE9; .word 0x1000 - 4");
        assertThat(bed.register(Cpu.RCX)).isEqualTo(7);
    }

    @Test
    void code16HasItsOwnSizesAndItsBase() {
        bed.write(ModeBed.CODE + 0x100, 16,
                "mov ax, 0x28; mov ds, ax; mov bx, 0x10; mov si, 4; mov word ptr [bx+si+2], 0x55AA; "
                        + "mov bp, 0xFFFF; lea di, [bp+si]; call f; jmp e; f: mov dx, 0x77; ret; e: hlt");
        bed.run("jmp 0x20:0x100");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.read16(ModeBed.MEMORY + 0x16)).isEqualTo(0x55AA);
        assertThat(cpu.gpr[Cpu.RDI] & 0xFFFF).isEqualTo(3);
        assertThat(cpu.gpr[Cpu.RDX] & 0xFFFF).isEqualTo(0x77);
        assertThat(cpu.codeBits()).isEqualTo(16);
    }

    @Test
    void nullTaskRegisterAndRealModeOnlyThings() {
        bed.run("xor eax, eax; ltr ax");
        assertThat(bed.fault()).isEqualTo("#13(0x0)");
    }

    @Test
    void ltrMarksA32BitTssBusy() {
        bed.run("mov eax, 0x48; ltr ax; str ebx; hlt");
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0x48);
        assertThat(bed.ram.read8(ModeBed.GDT + 0x48 + 5)).isEqualTo(0x8B);
        assertThat(cpu.segments[SegmentRegister.TR].base).isEqualTo(ModeBed.TSS_BASE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTEL", "AMD"})
    void sysenterAndSysexitHave32BitSegments(String model) {
        ModeBed other = new ModeBed(model).inProtectedMode();
        other.cpu.msrs.sysenterCs = ModeBed.CODE32;
        other.cpu.msrs.sysenterEip = ModeBed.CODE;
        other.cpu.msrs.sysenterEsp = ModeBed.STACK;
        other.write(ModeBed.CODE, 32, "mov ebx, cs; mov edi, esp; mov edx, 0x400100; mov ecx, 0x4FF000; sysexit");
        other.write(0x400100, 32, "mov eax, cs; mov esi, ss; ud2");
        other.inUserMode().run("sysenter");
        assertThat(other.register(Cpu.RBX)).isEqualTo(ModeBed.CODE32);
        assertThat(other.register(Cpu.RDI)).isEqualTo(ModeBed.STACK);
        assertThat(other.register(Cpu.RAX)).isEqualTo(ModeBed.CODE32 + 19);
        assertThat(other.register(Cpu.RSI)).isEqualTo(ModeBed.CODE32 + 27);
        assertThat(other.read32(ModeBed.ESP0 - 8)).as("ESP of ring 3").isEqualTo(0x4FF000);
    }

    @Test
    void syscallInLegacyModeIsAmdsAlone() {
        ModeBed amd = new ModeBed("AMD").inProtectedMode();
        amd.cpu.efer = ControlRegisters.EFER_SCE;
        amd.cpu.msrs.star = (long) ModeBed.CODE32 << 32 | ModeBed.CODE;
        amd.write(ModeBed.CODE, 32, "hlt");
        amd.inUserMode().cpu.setRflags(Rflags.IF);
        amd.run("syscall");
        assertThat(amd.fault()).isEqualTo("none");
        assertThat(amd.cpu.cpl()).isZero();
        assertThat(amd.register(Cpu.RCX)).isEqualTo(ModeBed.USER + 2);
        assertThat(amd.cpu.flags.has(Rflags.IF)).isFalse();
        assertThat(amd.cpu.codeBits()).isEqualTo(32);
        assertThat(cpu.model.vendor()).isEqualTo(ProcessorModel.Vendor.INTEL);
        cpu.efer = ControlRegisters.EFER_SCE;
        bed.inUserMode().run("syscall");
        assertThat(bed.fault()).isEqualTo("#6");
    }

    @Test
    void aDoubleFaultAndThenShutdown() {
        cpu.idtrLimit = 0;
        bed.run("ud2");
        assertThat(cpu.shutdown).isTrue();
    }
}
