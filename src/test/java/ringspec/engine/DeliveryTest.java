package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.EventDelivery;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.trace.TraceEvent;
import ringspec.trace.TraceEvent.InterruptTaken.Source;

/** Delivery through the IDT: frames, checks, nested faults. */
final class DeliveryTest {

    private final SystemBed bed = new SystemBed(ProcessorModels.INTEL);
    private final Cpu cpu = bed.cpu;

    @Test
    void aFaultInRing3PushesItsFrameAtRsp0() {
        cpu.setRflags(Rflags.IF | Rflags.CF | Rflags.AC);
        bed.user("nop\nhlt");
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(SystemBed.RSP0 - 48);
        assertThat(bed.stack(0)).isZero();
        assertThat(bed.stack(8)).isEqualTo(SystemBed.USER + 1);
        assertThat(bed.stack(16)).isEqualTo(SystemBed.USER_CODE);
        assertThat(bed.stack(24)).isEqualTo(Rflags.IF | Rflags.CF | Rflags.AC | Rflags.RF | 2);
        assertThat(bed.stack(32)).isEqualTo(SystemBed.USER_STACK);
        assertThat(bed.stack(40)).isEqualTo(SystemBed.USER_DATA);
        assertThat(cpu.segments[SegmentRegister.SS].selector).isZero();
        assertThat(cpu.segments[SegmentRegister.CS].selector).isEqualTo(SystemBed.KERNEL_CODE);
        assertThat(cpu.flags.value()).as("AC survives, IF doesn't").isEqualTo(Rflags.CF | Rflags.AC | 2);
    }

    @Test
    void aTrapGateLeavesIf() {
        bed.gate(6, 0x8F, 0, SystemBed.KERNEL_CODE);
        cpu.setRflags(Rflags.IF);
        bed.kernel("ud2");
        assertThat(cpu.flags.has(Rflags.IF)).isTrue();
    }

    @Test
    void inRing0TheStackIsAlignedAndSsStays() {
        cpu.gpr[Cpu.RSP] = SystemBed.STACK - 3;
        bed.kernel("ud2");
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(SystemBed.STACK - 16 - 40);
        assertThat(bed.stack(24)).isEqualTo(SystemBed.STACK - 3);
        assertThat(cpu.segments[SegmentRegister.SS].selector).isEqualTo(SystemBed.KERNEL_DATA);
    }

    @Test
    void istSwitchesTheStackAtAnyLevel() {
        bed.gate(6, 0x8E, 1, SystemBed.KERNEL_CODE);
        bed.kernel("ud2");
        assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(SystemBed.IST1 - 40);
    }

    @ParameterizedTest
    @CsvSource({"0xEE,3,3", "0x8E,3,13", "0xEE,0,3", "0x8E,0,3"})
    void intChecksTheGatesDpl(String attributes, int level, int vector) {
        bed.gate(3, Integer.decode(attributes), 0, SystemBed.KERNEL_CODE);
        SystemBed done = level == 3 ? bed.user("int3") : bed.kernel("int3");
        assertThat(done.vectors()).containsExactly(vector);
        boolean refused = vector == 13;
        assertThat(done.stack(refused ? 8 : 0)).as("RIP").isEqualTo((level == 3 ? SystemBed.USER : SystemBed.CODE)
                + (refused ? 0 : 1));
        if (refused) {
            assertThat(done.stack(0)).isEqualTo(3 << 3 | 2);
        }
    }

    @Test
    void int1IgnoresTheDpl() {
        assertThat(bed.user("int1").vectors()).containsExactly(1);
        assertThat(bed.stack(0)).isEqualTo(SystemBed.USER + 1);
    }

    /** Each row spoils the gate or what it leads to for #UD in ring 3; benign + anything is delivered serially. */
    @ParameterizedTest
    @CsvSource({"0x0E,0x08,#11(0x33)", "0x85,0x08,#13(0x33)", "0x8E,0x00,#13(0x1)", "0x8E,0x10,#13(0x11)",
            "0x8E,0x80,#13(0x81)", "0x8E,0x40,#11(0x41)", "0x8E,0x48,#13(0x49)"})
    void aBadGateRaisesItsOwnFault(String attributes, String selector, String fault) {
        bed.descriptor(0x40, SystemBed.CODE64 & ~SystemBed.PRESENT);
        bed.descriptor(0x48, SystemBed.CODE64 & ~(1L << 53) | 1L << 54);
        bed.gate(6, Integer.decode(attributes), 0, Integer.decode(selector));
        assertThat(bed.user("ud2").fault()).isEqualTo(fault);
        assertThat(bed.stack(8)).isEqualTo(SystemBed.USER);
    }

    @Test
    void aVectorBeyondTheLimitIsRefused() {
        cpu.idtrLimit = 16 * 0x50 - 1;
        assertThat(bed.kernel("int 0x50").fault()).isEqualTo("#13(0x282)");
    }

    @Test
    void aNonCanonicalRsp0IsAStackFaultWithExt() {
        bed.ram.write64(SystemBed.TSS_BASE + 4, SystemBed.NON_CANONICAL + 0x1000);
        bed.gate(12, 0x8E, 1, SystemBed.KERNEL_CODE);
        assertThat(bed.user("ud2").fault()).isEqualTo("#12(0x1)");
        assertThat(bed.stack(0)).isEqualTo(1);
    }

    @Test
    void aTssTooShortForTheStackIsAnInvalidTss() {
        cpu.segments[SegmentRegister.TR].limit = 0x28;
        bed.gate(6, 0x8E, 1, SystemBed.KERNEL_CODE);
        assertThat(bed.user("ud2").fault()).isEqualTo("#10(0x29)");
    }

    @Test
    void aPageFaultWhilePushingLeavesTheInterruptedStateInTheNextFrame() {
        bed.ram.write64(SystemBed.TSS_BASE + 4, SystemBed.UNMAPPED);
        bed.gate(14, 0x8E, 1, SystemBed.KERNEL_CODE);
        bed.user("ud2");
        assertThat(bed.fault()).isEqualTo("#14(0x2)");
        assertThat(cpu.cr2).isEqualTo(SystemBed.UNMAPPED - 40);
        assertThat(bed.stack(16)).isEqualTo(SystemBed.USER_CODE);
        assertThat(bed.stack(32)).isEqualTo(SystemBed.USER_STACK);
    }

    @Test
    void contributoryAfterPageFaultIsADoubleFault() {
        bed.gate(14, 0x0E, 0, SystemBed.KERNEL_CODE);
        bed.user("mov rax, [0x800000]");
        assertThat(bed.vectors()).containsExactly(8);
        assertThat(bed.stack(0)).isZero();
        assertThat(bed.stack(8)).isEqualTo(SystemBed.USER);
        assertThat(cpu.cr2).isEqualTo(SystemBed.UNMAPPED);
    }

    @Test
    void pageFaultAfterContributoryIsDeliveredByItself() {
        bed.gate(13, 0x8E, 2, SystemBed.KERNEL_CODE);
        bed.ram.write64(SystemBed.TSS_BASE + 0x2C, SystemBed.UNMAPPED);
        assertThat(bed.user("hlt").vectors()).containsExactly(14);
    }

    @Test
    void aFaultDuringTheDoubleFaultShutsDown() {
        bed.gate(13, 0x0E, 0, SystemBed.KERNEL_CODE);
        bed.gate(8, 0x0E, 0, SystemBed.KERNEL_CODE);
        bed.user("hlt");
        assertThat(cpu.shutdown).isTrue();
        assertThat(bed.vectors()).isEmpty();
        assertThat(cpu.trace.all(TraceEvent.TripleFault.class)).containsExactly(new TraceEvent.TripleFault(
                SystemBed.USER));
        assertThat(cpu.cpl()).isEqualTo(3);
    }

    @Test
    void nmiIsBlockedUntilIret() {
        cpu.rip = SystemBed.CODE;
        EventDelivery.nmi(cpu);
        assertThat(cpu.nmiBlocked).isTrue();
        bed.ram.write8(SystemBed.CODE, 0xF4);
        bed.ram.write(SystemBed.HANDLERS + 32, new byte[]{0x48, (byte) 0xCF}, 0, 2);
        bed.go();
        assertThat(cpu.nmiBlocked).isFalse();
        assertThat(cpu.rip).isEqualTo(SystemBed.CODE + 1);
    }

    @Test
    void anInterruptsFrameHasNoRf() {
        cpu.rip = SystemBed.CODE;
        EventDelivery.interrupt(cpu, 0x20, Source.EXTERNAL);
        assertThat(bed.stack(16)).isEqualTo(2);
        assertThat(bed.vectors()).containsExactly(0x20);
    }

    @Test
    void theCodeDescriptorBecomesAccessed() {
        bed.descriptor(0x40, SystemBed.CODE64 & ~(1L << 40));
        bed.gate(6, 0x8E, 0, 0x40);
        bed.kernel("ud2");
        assertThat(bed.ram.read64(SystemBed.GDT + 0x40)).isEqualTo(SystemBed.CODE64);
    }
}
