package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.trace.TraceEvent;

/** IRETQ and far RET: where they may go, and what they load. */
final class ReturnTest {

    private final SystemBed bed = new SystemBed(ProcessorModels.INTEL);
    private final Cpu cpu = bed.cpu;

    private void frame(long rip, long cs, long flags, long rsp, long ss) {
        long[] values = {rip, cs, flags, rsp, ss};
        cpu.gpr[Cpu.RSP] = SystemBed.STACK - 40;
        for (int i = 0; i < 5; i++) {
            bed.ram.write64(SystemBed.STACK - 40 + 8 * i, values[i]);
        }
    }

    private TraceEvent.InterruptReturn returned() {
        return cpu.trace.all(TraceEvent.InterruptReturn.class).getFirst();
    }

    @Test
    void toRing3LoadsAllOfTheFrame() {
        bed.ram.write8(SystemBed.USER, 0xF4);
        frame(SystemBed.USER, 0x23, 0x20_3247, SystemBed.USER_STACK - 8, 0x1B);
        bed.kernel("iretq");
        assertThat(returned()).isEqualTo(
                new TraceEvent.InterruptReturn(SystemBed.USER, 0x23, 0x20_3247, SystemBed.USER_STACK - 8, 0x1B));
        assertThat(bed.stack(16)).isEqualTo(0x23);
        assertThat(cpu.segments[SegmentRegister.DS].selector).as("DPL 0 data is dropped").isZero();
    }

    @Test
    void toRing0LoadsRspAndSsToo() {
        bed.ram.write8(SystemBed.CODE + 0x100, 0xF4);
        frame(SystemBed.CODE + 0x100, 8, 2, SystemBed.STACK - 0x100, 0);
        bed.kernel("iretq");
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(SystemBed.STACK - 0x100);
        assertThat(cpu.segments[SegmentRegister.SS].selector).isZero();
        assertThat(cpu.segments[SegmentRegister.DS].selector).isEqualTo(0x10);
    }

    /** CS, SS and the error code of the #GP (or other) that refuses them. */
    @ParameterizedTest
    @CsvSource({"0x00,0x1B,#13(0x0)", "0x03,0x1B,#13(0x0)", "0x1B,0x1B,#13(0x18)", "0x20,0x1B,#13(0x20)",
            "0x0B,0x1B,#13(0x8)", "0x83,0x1B,#13(0x80)", "0x43,0x1B,#11(0x40)", "0x4B,0x1B,#13(0x48)",
            "0x23,0x00,#13(0x0)", "0x23,0x03,#13(0x0)", "0x23,0x18,#13(0x18)", "0x23,0x10,#13(0x10)",
            "0x23,0x23,#13(0x20)", "0x23,0x83,#13(0x80)", "0x23,0x53,#12(0x50)", "0x08,0x03,#13(0x0)"})
    void badSelectorsAreRefusedAndNothingChanges(String cs, String ss, String fault) {
        bed.descriptor(0x40, SystemBed.CODE64 & ~SystemBed.PRESENT | SystemBed.DPL3);
        bed.descriptor(0x48, SystemBed.CODE64 | 1L << 54 | SystemBed.DPL3);
        bed.descriptor(0x50, SystemBed.DATA64 & ~SystemBed.PRESENT | SystemBed.DPL3);
        frame(SystemBed.USER, Integer.decode(cs), 0x202, SystemBed.USER_STACK, Integer.decode(ss));
        bed.kernel("iretq");
        assertThat(bed.fault()).isEqualTo(fault);
        assertThat(bed.stack(8)).isEqualTo(SystemBed.CODE);
        assertThat(bed.stack(16)).isEqualTo(8);
        assertThat(bed.stack(32)).isEqualTo(SystemBed.STACK - 40);
    }

    @Test
    void aNonCanonicalRipFaultsInRing0() {
        frame(SystemBed.NON_CANONICAL, 0x23, 2, SystemBed.USER_STACK, 0x1B);
        bed.kernel("iretq");
        assertThat(bed.fault()).isEqualTo("#13(0x0)");
        assertThat(bed.stack(16)).isEqualTo(8);
    }

    @Test
    void withNtItIsRefused() {
        frame(SystemBed.USER, 0x23, 2, SystemBed.USER_STACK, 0x1B);
        cpu.setRflags(Rflags.NT);
        assertThat(bed.kernel("iretq").fault()).isEqualTo("#13(0x0)");
    }

    @Test
    void evenAFailedIretUnblocksNmi() {
        cpu.nmiBlocked = true;
        frame(SystemBed.USER, 0, 2, SystemBed.USER_STACK, 0x1B);
        bed.kernel("iretq");
        assertThat(cpu.nmiBlocked).isFalse();
    }

    @Test
    void inRing3NeitherIfNorIoplChange() {
        cpu.setRflags(Rflags.IF);
        bed.user("""
                mov rax, rsp
                push 0x1b
                push rax
                push 0x3001
                push 0x23
                lea rax, [rel done]
                push rax
                iretq
                done: hlt""");
        assertThat(returned().rflags()).isEqualTo(Rflags.IF | Rflags.CF | 2);
    }

    @Test
    void farReturnToRing3PopsTheStack() {
        bed.ram.write8(SystemBed.USER, 0xF4);
        frame(SystemBed.USER, 0x23, SystemBed.USER_STACK, 0x1B, 0);
        bed.kernel("retfq");
        assertThat(bed.fault()).isEqualTo("#13(0x0)");
        assertThat(bed.stack(16)).isEqualTo(0x23);
        assertThat(bed.stack(32)).isEqualTo(SystemBed.USER_STACK);
    }

    @Test
    void aCallGateSwitchesToRing0() {
        long target = SystemBed.HANDLERS;
        bed.descriptor(0x40, target & 0xFFFF | 8L << 16 | 0xECL << 40 | (target >>> 16) << 48);
        bed.descriptor(0x48, 0);
        bed.ram.write64(SystemBed.USER_MEMORY, 0x1111);
        bed.ram.write64(SystemBed.USER_MEMORY + 8, 0x43);
        bed.user("mov rbx, " + SystemBed.USER_MEMORY + "\ndb 0x48, 0xFF, 0x1B");
        assertThat(cpu.cpl()).isZero();
        assertThat(cpu.rip).isEqualTo(target + 1);
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(SystemBed.RSP0 - 32);
        assertThat(bed.stack(8)).isEqualTo(0x23);
        assertThat(bed.stack(16)).isEqualTo(SystemBed.USER_STACK);
        assertThat(bed.stack(24)).isEqualTo(0x1B);
    }
}
