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
import ringspec.cpu.SegmentRegister;
import ringspec.trace.TraceEvent;

/** SYSCALL, SYSRET, SYSENTER and SWAPGS on both vendors' models. */
final class SyscallTest {

    private static SystemBed bed(String model) {
        return new SystemBed(ProcessorModels.named(model));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTEL", "AMD"})
    void syscallEntersRing0WithoutTouchingMemory(String model) {
        SystemBed bed = bed(model);
        bed.cpu.msrs.sfmask = Rflags.IF | Rflags.DF | Rflags.AC | Rflags.TF;
        bed.enterUser();
        bed.cpu.setRflags(Rflags.IF | Rflags.DF | Rflags.AC | Rflags.CF | Rflags.ID);
        bed.cpu.idtrLimit = 0;
        bed.user("syscall");
        assertThat(bed.cpu.rip).isEqualTo(bed.cpu.msrs.lstar + 1);
        assertThat(bed.cpu.gpr[Cpu.RCX]).isEqualTo(SystemBed.USER + 2);
        assertThat(bed.cpu.gpr[11]).isEqualTo(Rflags.IF | Rflags.DF | Rflags.AC | Rflags.CF | Rflags.ID | 2);
        assertThat(bed.cpu.flags.value()).isEqualTo(Rflags.CF | Rflags.ID | 2);
        assertThat(bed.cpu.cpl()).isZero();
        assertThat(bed.cpu.segments[SegmentRegister.CS].selector).isEqualTo(8);
        assertThat(bed.cpu.segments[SegmentRegister.SS].selector).isEqualTo(0x10);
        assertThat(bed.cpu.gpr[Cpu.RSP]).isEqualTo(SystemBed.USER_STACK);
        assertThat(bed.cpu.trace.all(TraceEvent.AccessCheckFlag.class)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"INTEL,0x10,0x1B", "AMD,0x10,0x18", "INTEL,0x13,0x1B", "AMD,0x13,0x1B"})
    void sysretForcesTheRplOfSsOnIntelOnly(String model, String base, String stackSelector) {
        SystemBed bed = bed(model);
        bed.cpu.msrs.star = Long.decode(base) << 48 | 8L << 32;
        bed.cpu.gpr[Cpu.RCX] = SystemBed.USER;
        bed.cpu.gpr[11] = -1L & ~Rflags.TF;
        bed.ram.write8(SystemBed.USER, 0xF4);
        bed.kernel("sysretq");
        TraceEvent.Sysret event = bed.cpu.trace.all(TraceEvent.Sysret.class).getFirst();
        assertThat(event.rflags()).isEqualTo(0x3C_7FD7 & ~Rflags.TF | 2);
        assertThat(bed.fault()).isEqualTo("#13(0x0)");
        assertThat(bed.stack(8)).isEqualTo(SystemBed.USER);
        assertThat(bed.stack(16)).isEqualTo(0x23);
        assertThat(bed.stack(40)).isEqualTo((long) Long.decode(stackSelector));
    }

    @ParameterizedTest
    @CsvSource({"INTEL,0", "AMD,3"})
    void sysretToNonCanonicalFaultsInRing0OnIntelAndInRing3OnAmd(String model, int level) {
        SystemBed bed = bed(model);
        bed.cpu.gpr[Cpu.RCX] = SystemBed.NON_CANONICAL;
        bed.cpu.gpr[11] = 2;
        bed.kernel("sysretq");
        TraceEvent.FaultTaken fault = bed.cpu.trace.all(TraceEvent.FaultTaken.class).getFirst();
        assertThat(bed.fault()).isEqualTo("#13(0x0)");
        assertThat(fault.cpl()).isEqualTo(level);
        assertThat(fault.rip()).isEqualTo(level == 0 ? SystemBed.CODE : SystemBed.NON_CANONICAL);
        assertThat(bed.stack(16)).isEqualTo(level == 0 ? 8 : 0x23);
    }

    @ParameterizedTest
    @ValueSource(strings = {"syscall", "sysretq"})
    void withoutSceBothAreUndefined(String instruction) {
        SystemBed bed = bed("INTEL");
        bed.cpu.efer &= ~ControlRegisters.EFER_SCE;
        assertThat(bed.kernel(instruction).fault()).isEqualTo("#6");
    }

    @ParameterizedTest
    @CsvSource({"INTEL,#13(0x0)", "AMD,#6"})
    void sysenterNeedsIntelAndASelector(String model, String fault) {
        assertThat(bed(model).user("sysenter").fault()).isEqualTo(fault);
    }

    @Test
    void sysenterAndSysexitGoThereAndBack() {
        SystemBed bed = bed("INTEL");
        bed.cpu.msrs.sysenterCs = 8;
        bed.cpu.msrs.sysenterEip = SystemBed.HANDLERS;
        bed.cpu.msrs.sysenterEsp = SystemBed.STACK;
        bed.cpu.setRflags(Rflags.IF);
        bed.user("sysenter");
        assertThat(bed.cpu.cpl()).isZero();
        assertThat(bed.cpu.gpr[Cpu.RSP]).isEqualTo(SystemBed.STACK);
        assertThat(bed.cpu.flags.has(Rflags.IF)).isFalse();
        bed.cpu.gpr[Cpu.RDX] = SystemBed.USER + 0x100;
        bed.cpu.gpr[Cpu.RCX] = SystemBed.USER_STACK;
        bed.ram.write8(SystemBed.USER + 0x100, 0xF4);
        bed.kernel("sysexitq");
        assertThat(bed.fault()).isEqualTo("#13(0x0)");
        assertThat(bed.stack(16)).isEqualTo(0x2B);
        assertThat(bed.stack(40)).isEqualTo(0x33);
    }

    @Test
    void swapgsExchangesTheBasesInRing0Only() {
        SystemBed bed = bed("AMD");
        bed.cpu.msrs.kernelGsBase = 0x1111;
        bed.cpu.segments[SegmentRegister.GS].base = 0x2222;
        bed.kernel("swapgs\nhlt");
        assertThat(bed.cpu.segments[SegmentRegister.GS].base).isEqualTo(0x1111);
        assertThat(bed.cpu.msrs.kernelGsBase).isEqualTo(0x2222);
        assertThat(bed.user("swapgs").fault()).isEqualTo("#13(0x0)");
    }
}
