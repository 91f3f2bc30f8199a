package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentRegister;
import ringspec.trace.TraceEvent;

/** Compatibility mode: ways in and out, frames of faults, segment checks, call gates. */
final class CompatibilityModeTest {

    private ModeBed bed = new ModeBed("INTEL").inLongMode();

    private void amd(String model) {
        bed = new ModeBed(model).inLongMode();
    }

    /** The 64-bit frame at RSP: RIP CS RFLAGS RSP SS, an error code below it. */
    private long frame(int index) {
        return bed.ram.read64(bed.cpu.gpr[Cpu.RSP] + 8L * index);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTEL", "AMD"})
    void iretqEntersRing3CompatibilityModeAndAnInterruptLeavesIt(String model) {
        amd(model);
        bed.ram.write64(ModeBed.IDT64 + 16 * 0x80, bed.ram.read64(ModeBed.IDT64 + 16 * 0x80) | 3L << 45);
        bed.write(ModeBed.USER, 32, "mov eax, 0x12345678; push eax; push 0x55; int 0x80");
        bed.run("push 0x3B; push 0x500000; push 0x202; push 0x33; push 0x400000; iretq");
        assertThat(bed.cpu.codeBits()).isEqualTo(64);
        assertThat(bed.register(Cpu.RAX)).isEqualTo(0x12345678);
        assertThat(bed.read32(0x4FFFFC)).isEqualTo(0x12345678);
        assertThat(bed.read32(0x4FFFF8)).isEqualTo(0x55);
        assertThat(frame(0)).isEqualTo(ModeBed.USER + 10);
        assertThat(frame(1)).isEqualTo(0x33);
        assertThat(frame(2)).isEqualTo(0x202);
        assertThat(frame(3)).isEqualTo(0x4FFFF8);
        assertThat(frame(4)).isEqualTo(0x3B);
        assertThat(bed.cpu.gpr[Cpu.RSP]).isEqualTo(ModeBed.ESP0 - 40);
        assertThat(bed.selector(SegmentRegister.SS)).as("null, RPL 0").isZero();
    }

    /** What the SDM asks of a return to compatibility mode beyond one to 64-bit mode. */
    @ParameterizedTest
    @CsvSource({"0x33,0x400000,0x3B,none", "0x33,0x400000,0x00,#13(0x0)", "0x33,0x400000,0x03,#13(0x0)",
            "0x18,0x400000,0x00,#13(0x0)", "0x83,0x1000,0x3B,#13(0x0)", "0x83,0xFFF,0x3B,none",
            "0x33,0x100400000,0x3B,#13(0x0)"})
    void iretqToCompatibilityModeNeedsAStackAndAnEipWithinTheLimit(String cs, String rip, String ss, String fault) {
        bed.descriptor(0x80, ModeBed.segment(ModeBed.USER, 0xFFF, 0xFB, 4));
        bed.ram.write8(0x400000, 0xCD);
        bed.ram.write8(0x400FFF, 0xCC);
        bed.ram.write8(0x4000FF, 0xCC);
        bed.ram.write8(0x400000, 0xCC);
        bed.run("mov eax, " + ss + "; push rax; mov eax, 0x500000; push rax; push 2; mov eax, " + cs
                + "; push rax; movabs rax, " + rip + "; push rax; iretq");
        assertThat(bed.fault()).isEqualTo(fault.equals("none") ? "#13(0x1a)" : fault);
    }

    @ParameterizedTest
    @CsvSource({"INTEL,0x23", "AMD,0x20"})
    void sysretWithout64BitOperandsEntersCompatibilityMode(String model, String ss) {
        amd(model);
        bed.cpu.efer |= ControlRegisters.EFER_SCE;
        bed.cpu.msrs.star = 0x0018L << 48 | 8L << 32;
        bed.write(ModeBed.USER, 32, "mov eax, cs; mov ecx, ss; mov edx, esp; hlt");
        bed.run("mov ecx, 0x400000; movabs rax, 0xFFFF000000000000; or rcx, rax; mov r11d, 0x246; mov esp, 0x500000; .byte 0x0F, 0x07");
        assertThat(bed.fault()).isEqualTo("#13(0x0)");
        assertThat(frame(1)).isEqualTo(ModeBed.USER + 6);
        assertThat(frame(2)).isEqualTo(0x1B);
        assertThat(frame(3) & 0xFFFF).as("R11, and RF of the fault").isEqualTo(0x246);
        assertThat(bed.register(Cpu.RAX)).isEqualTo(0x1B);
        assertThat(bed.register(Cpu.RCX)).isEqualTo(Long.decode(ss));
        assertThat(bed.cpu.trace.all(TraceEvent.Sysret.class).getFirst().toString()).contains("32");
    }

    @Test
    void syscallFromCompatibilityModeGoesToCstarOnAmd() {
        amd("AMD");
        syscallFromUser();
        assertThat(bed.cpu.rip).isEqualTo(ModeBed.HANDLERS + 0x1001);
        assertThat(bed.cpu.codeBits()).isEqualTo(64);
        assertThat(bed.cpu.gpr[Cpu.RCX]).isEqualTo(ModeBed.USER + 2);
        assertThat(bed.cpu.gpr[11]).isEqualTo(0x202);
        assertThat(bed.cpu.cpl()).isZero();
    }

    @Test
    void syscallFromCompatibilityModeIsUndefinedOnIntel() {
        syscallFromUser();
        assertThat(bed.fault()).isEqualTo("#6");
    }

    private void syscallFromUser() {
        bed.cpu.efer |= ControlRegisters.EFER_SCE;
        bed.cpu.msrs.star = 8L << 32;
        bed.cpu.msrs.lstar = ModeBed.HANDLERS;
        bed.cpu.msrs.cstar = ModeBed.HANDLERS + 0x1000;
        bed.ram.write8(ModeBed.HANDLERS + 0x1000, 0xF4);
        bed.inUserMode().cpu.setRflags(0x202);
        bed.run("syscall");
    }

    @Test
    void sysenterFromCompatibilityModeAndSysexitBackOnIntel() {
        bed.cpu.msrs.sysenterCs = 8;
        bed.cpu.msrs.sysenterEip = ModeBed.CODE;
        bed.cpu.msrs.sysenterEsp = ModeBed.STACK;
        // SYSEXIT takes CS from IA32_SYSENTER_CS + 16 and SS from + 24, without a look at the GDT.
        bed.write(ModeBed.CODE, 64, "mov edx, 0x400100; mov ecx, 0x4FF000; .byte 0x0F, 0x35");
        bed.write(0x400100, 32, "mov eax, cs; mov ebx, ss; hlt");
        bed.inUserMode().run("sysenter");
        assertThat(bed.register(Cpu.RAX)).isEqualTo(0x1B);
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0x23);
        assertThat(frame(1)).isEqualTo(0x400104);
        assertThat(frame(4)).isEqualTo(0x4FF000);
    }

    @Test
    void sysenterIsUndefinedInLongModeOnAmd() {
        amd("AMD");
        bed.cpu.msrs.sysenterCs = 8;
        bed.inUserMode().run("sysenter");
        assertThat(bed.fault()).isEqualTo("#6");
    }

    /** Segment checks that 64-bit mode doesn't make; each program faults at its last instruction but HLT. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "xor eax, eax; mov ds, eax; mov eax, [0x600000]|#13(0x0)",
            "xor eax, eax; mov es, eax; stosd|#13(0x0)",
            "mov eax, 0x83; mov ds, eax; mov eax, [0xFFC]|#13(0x1a)",
            "mov eax, 0x83; mov ds, eax; mov eax, [0xFFD]|#13(0x0)",
            "mov eax, 0x83; mov ds, eax; mov al, [0x1000]|#13(0x0)",
            "mov eax, 0x8B; mov ds, eax; mov al, [0xFFF]|#13(0x0)",
            "mov eax, 0x8B; mov ds, eax; mov al, [0x1000]|#13(0x1a)",
            "mov eax, 0x93; mov ds, eax; mov eax, [0]|#13(0x1a)",
            "mov eax, 0x93; mov ds, eax; mov [0], eax|#13(0x0)",
            "mov eax, 0x93; mov ds, eax; cmp dword ptr [0], 0|#13(0x1a)",
            "mov eax, 0x93; mov ds, eax; add dword ptr [0], 0|#13(0x0)",
            "mov eax, 0x93; mov ds, eax; push dword ptr [0]|#13(0x1a)",
            "mov eax, 0x93; mov ds, eax; pop dword ptr [0]|#13(0x0)",
            "mov cs:[0x600000], eax|#13(0x0)",
            "mov eax, cs:[0x600000]|#13(0x1a)",
            "mov eax, 0x83; mov ss, eax; mov esp, 2; push eax|#12(0x0)",
            "mov eax, 0x83; mov ss, eax; mov ebp, 0xFFE; mov eax, [ebp]|#12(0x0)",
            "mov eax, 0x83; mov ss, eax; mov esp, 0x1000; pop eax|#12(0x0)",
            "mov eax, 0x83; mov ss, eax; mov esp, 0x1000; push eax|#13(0x1a)",
            "xor eax, eax; mov ss, eax|#13(0x0)",
            "mov eax, 0x3B; mov ds, eax; lea eax, [0xFFFFFFFF]|#13(0x1a)"})
    void segmentsAreChecked(String program, String fault) {
        bed.descriptor(0x80, ModeBed.segment(ModeBed.USER_MEMORY, 0xFFF, 0xF3, 4));
        // Expand-down, and read-only.
        bed.descriptor(0x88, ModeBed.segment(0x400000, 0xFFF, 0xF7, 0));
        bed.descriptor(0x90, ModeBed.segment(ModeBed.USER_MEMORY, 0xFFF, 0xF1, 4));
        bed.inUserMode().cpu.gpr[Cpu.RDI] = 0x600000;
        bed.run(program + "; int3");
        // INT3 through a gate of DPL 0 is #GP(3 * 8 + 2): the program got there.
        assertThat(bed.fault()).isEqualTo(fault);
    }

    @Test
    void limitFaultsLeaveEverythingAndPushTheFaultingEip() {
        bed.descriptor(0x80, ModeBed.segment(ModeBed.USER_MEMORY, 0xFFF, 0xF3, 4));
        bed.inUserMode().run("mov eax, 0x83; mov ss, eax; mov esp, 0x10; pusha; mov esp, 0x20; pusha; pusha");
        assertThat(bed.fault()).isEqualTo("#12(0x0)");
        assertThat(frame(1)).isEqualTo(ModeBed.USER + 12);
        assertThat(frame(4)).isEqualTo(0x10);
        assertThat(bed.read32(ModeBed.USER_MEMORY + 0xC)).as("nothing was pushed").isZero();
    }

    @Test
    void codeEndsAtTheLimitOfCs() {
        bed.descriptor(0x80, ModeBed.segment(ModeBed.USER, 0x12, 0xFB, 4));
        bed.inUserMode().cpu.segments[SegmentRegister.CS].load(0x83, ModeBed.USER, 0x12, 0x40FB);
        bed.cpu.rip = 0x10;
        bed.run("nop; nop; nop; nop");
        assertThat(bed.fault()).isEqualTo("#13(0x0)");
        assertThat(frame(1)).isEqualTo(0x13);
        bed.cpu.rip = 0x10;
        bed.inUserMode().cpu.segments[SegmentRegister.CS].load(0x83, ModeBed.USER, 0x12, 0x40FB);
        bed.cpu.rip = 0x10;
        bed.run("nop; mov eax, 1");
        assertThat(frame(1)).as("an instruction that reaches beyond").isEqualTo(0x11);
    }

    /** Far CALL through a 64-bit gate from ring 3: SS:RSP, CS:RIP on the TSS's stack, a null SS. */
    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void callGateFromRing3ToRing0(int bits) {
        gate(0x80, ModeBed.CODE64, ModeBed.CODE, 0xEC);
        bed.inUserMode();
        if (bits == 64) {
            bed.cpu.segments[SegmentRegister.CS].load(ModeBed.USER_CODE64, 0, 0xFFFF_FFFFL, 0xA0FB);
        }
        bed.write(ModeBed.CODE, 64,
                "mov rbx, rsp; mov ecx, ss; mov r8, [rsp]; mov r9, [rsp+8]; mov r10, [rsp+16]; mov r11, [rsp+24]; retfq");
        bed.write(ModeBed.USER_MEMORY, 32, ".long 0; .word 0x83");
        bed.run(bits == 32 ? "call 0x83:0; mov edx, esp; int3" : "call fword ptr [0x600000]; mov edx, esp; int3");
        assertThat(bed.fault()).isEqualTo("#13(0x1a)");
        assertThat(bed.register(Cpu.RBX)).isEqualTo(ModeBed.ESP0 - 32);
        assertThat(bed.register(Cpu.RCX)).isZero();
        assertThat(bed.register(Cpu.RDX)).isEqualTo(ModeBed.USER_STACK);
        assertThat(bed.cpu.gpr[8]).isEqualTo(ModeBed.USER + 7);
        assertThat(bed.cpu.gpr[9]).isEqualTo(bits == 32 ? 0x33 : 0x43);
        assertThat(bed.cpu.gpr[10]).isEqualTo(ModeBed.USER_STACK);
        assertThat(bed.cpu.gpr[11]).isEqualTo(0x3B);
    }

    private void gate(int selector, int target, long offset, int attributes) {
        bed.descriptor(selector, offset & 0xFFFF | (long) target << 16 | (long) attributes << 40
                | (offset >>> 16) << 48);
        bed.descriptor(selector + 8, 0);
    }

    /** Gates of other sizes, tasks and wrong targets. */
    @ParameterizedTest
    @CsvSource({"0x08,0xE4,#13(0x80)", "0x08,0xE5,#13(0x80)", "0x08,0xE9,#13(0x80)", "0x18,0xEC,#13(0x18)",
            "0x08,0x8C,#13(0x80)", "0x08,0x6C,#11(0x80)", "0x10,0xEC,#13(0x10)", "0x00,0xEC,#13(0x0)"})
    void gatesThatLongModeRefuses(String target, String attributes, String fault) {
        gate(0x80, Integer.decode(target), ModeBed.CODE, Integer.decode(attributes));
        bed.inUserMode().run("call 0x83:0");
        assertThat(bed.fault()).isEqualTo(fault);
        assertThat(frame(4)).isEqualTo(ModeBed.USER_STACK);
    }

    @Test
    void farJumpsBetween64And32And16BitCode() {
        bed.write(ModeBed.MEMORY, 32, ".long 0x21000; .word 0x18");
        bed.write(0x2_1000, 32, "mov ebx, 0x11223344; jmp 0x20:0x2000");
        bed.write(0x2_2000, 16, "mov bx, 0x5566; .byte 0x66, 0xEA; .long 0x23000; .word 8");
        bed.write(0x2_3000, 64, "mov r9, 0x1122334455667788; mov ecx, cs; hlt");
        bed.run("jmp fword ptr [0x40000]");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.cpu.gpr[Cpu.RBX]).isEqualTo(0x11225566L);
        assertThat(bed.cpu.gpr[9]).isEqualTo(0x1122334455667788L);
        assertThat(bed.register(Cpu.RCX)).isEqualTo(8);
    }

    @Test
    void nonCodeAndDoubleSizedTargetsAreRefused() {
        bed.inCompatibilityMode();
        bed.descriptor(0x80, ModeBed.FLAT_CODE64 | 1L << 54);
        bed.run("jmp 0x80:0");
        assertThat(bed.fault()).isEqualTo("#13(0x80)");
    }

    /** The same bytes are other instructions in code of another size: blocks must not be mixed up. */
    @Test
    void oneePageHoldsCodeOfTwoSizes() {
        // 48 FF C0: INC RAX; or DEC EAX, INC EAX.
        bed.write(0x2_1000, 64, "inc rax; nop; retf");
        bed.write(ModeBed.MEMORY, 32, ".long 0x21000; .word 0x18");
        bed.run("xor eax, eax; push 8; lea rbx, [rip + back]; push rbx; mov dword ptr [rsp+4], 8; push 8; push 0x21000; "
                + "retfq; back: hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.cpu.gpr[Cpu.RAX]).isEqualTo(1);
        bed.run("xor eax, eax; lea rbx, [rip + back]; push rbx; mov dword ptr [rsp+4], 8; push 0x18; push 0x21000; retfq; back: hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.cpu.gpr[Cpu.RAX]).isZero();
    }
}
