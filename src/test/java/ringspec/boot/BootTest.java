package ringspec.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.assembler.Assembler;
import ringspec.machine.Board;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.trace.TraceEvent;

/** Whole kernels from the loader's hand-over to the end of the machine. */
final class BootTest {

    private static final long LIMIT = 100_000_000;
    private static final long MSR_STAR = 0xC000_0081L;
    /** What QEMU's -kernel prints for the same file, but for the last line where the command line says "exit". */
    private static final String CONSOLE = new String(Images.fixture("console.txt"), StandardCharsets.US_ASCII);

    private static Machine booted(String image, String model, String commandLine) throws MultibootException {
        return booted(Images.fixture(image), model, commandLine);
    }

    private static Machine booted(byte[] image, String model, String commandLine) throws MultibootException {
        Machine machine = new Machine(Machine.Config.of(ProcessorModels.named(model)).with(new Board.Pc()));
        MultibootLoader.load(machine, MultibootImage.parse(image), commandLine, List.of());
        return machine;
    }

    private static String console(Machine machine) {
        return new String(machine.serialOutput(), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({"rings.elf, INTEL", "rings64.elf, INTEL", "rings.bin, INTEL", "rings.elf, AMD", "rings64.elf, AMD",
            "rings.bin, AMD", "rings.elf, AIRMONT"})
    void aKernelComesUpAndSwitchesTheMachineOff(String image, String model) throws MultibootException {
        Machine machine = booted(image, model, "");
        assertThat(machine.run(LIMIT)).isEqualTo(new Stop.PoweredOff());
        assertThat(console(machine)).isEqualTo(CONSOLE);
        Cpu cpu = machine.cpu();
        assertThat(cpu.cr0 & 0x8001_0001L).as("PG, WP, PE").isEqualTo(0x8001_0001L);
        assertThat(cpu.cr4).as("PAE").isEqualTo(0x20);
        assertThat(cpu.efer).as("LMA, LME, SCE").isEqualTo(0x501);
        assertThat(cpu.cpl()).isZero();
        assertThat(cpu.segments[SegmentRegister.CS].selector).isEqualTo(0x10);
        assertThat(cpu.segments[SegmentRegister.SS].selector).as("SYSCALL: STAR[47:32] + 8").isEqualTo(0x18);
        assertThat(cpu.segments[SegmentRegister.TR].selector).isEqualTo(0x38);
        assertThat(cpu.gdtrLimit).isEqualTo(9 * 8 - 1);
        assertThat(cpu.idtrLimit).isEqualTo(16 * 256 - 1);
        assertThat(cpu.ram.read64(cpu.segments[SegmentRegister.TR].base + 4)).as(
                "RSP0, on which SYSCALL works here, too")
                .isBetween(cpu.gpr[Cpu.RSP], cpu.gpr[Cpu.RSP] + 32);
    }

    @Test
    void eachWayBetweenTheRingsWasTaken() throws MultibootException {
        Machine machine = booted("rings.elf", "INTEL", "");
        machine.run(LIMIT);
        assertThat(machine.trace().all(TraceEvent.MsrWrite.class)).extracting(write -> write.msr() & 0xFFFF_FFFFL)
                .contains(MSR_STAR);
        assertThat(machine.trace().all(TraceEvent.Syscall.class)).extracting(TraceEvent.Syscall::number)
                .containsExactly(2L,
                        4L,
                        5L);
        assertThat(machine.trace().all(TraceEvent.Sysret.class)).hasSize(2);
        assertThat(machine.trace().all(TraceEvent.InterruptReturn.class)).extracting(TraceEvent.InterruptReturn::cs)
                .contains(
                        0x10,
                        0x33,
                        0x23);
        assertThat(machine.trace().all(TraceEvent.FaultTaken.class)).extracting(TraceEvent.FaultTaken::vector,
                TraceEvent.FaultTaken::cpl).containsExactly(
                        tuple(6, 0), tuple(13, 3),
                        tuple(14, 3));
        assertThat(machine.trace().all(TraceEvent.InterruptTaken.class)).filteredOn(taken -> taken.vector() == 0x20)
                .hasSize(3);
    }

    @Test
    void theCommandLineReachesTheKernel() throws MultibootException {
        Machine machine = booted("rings.elf", "INTEL", "please exit");
        assertThat(machine.run(LIMIT)).isEqualTo(new Stop.Exited(0));
        assertThat(console(machine)).isEqualTo(CONSOLE.replace("switching off", "exit port"));
    }

    @Test
    void aForkInTheMiddleGoesOnAsTheOriginal() throws MultibootException {
        Machine machine = booted("rings.elf", "AMD", "");
        // Between the second and the third interrupt of the PIT.
        machine.run(25_000_000);
        Machine fork = machine.fork();
        machine.trace().clear();
        Stop stop = machine.run(LIMIT);
        assertThat(fork.run(LIMIT)).isEqualTo(stop).isEqualTo(new Stop.PoweredOff());
        assertThat(fork.trace().events()).isNotEmpty().isEqualTo(machine.trace().events());
        assertThat(fork.cpu().instructions).isEqualTo(machine.cpu().instructions);
        assertThat(console(fork)).isEqualTo(CONSOLE);
    }

    @Test
    void howTheRunIsCutMakesNoDifference() throws MultibootException {
        Machine whole = booted("rings.elf", "INTEL", "");
        whole.run(LIMIT);
        Machine cut = booted("rings.elf", "INTEL", "");
        Stop stop;
        do {
            stop = cut.run(9973);
        } while (stop instanceof Stop.BudgetExhausted);
        assertThat(cut.trace().hash()).isEqualTo(whole.trace().hash());
    }

    /** The gate descriptors are not there yet, so any fault shuts the processor down. */
    @Test
    void withoutTablesAFaultIsATripleFault() throws MultibootException {
        byte[] file = Images.bare(0x10_0100, 0x10_0000, 0, 0, 0x10_0200);
        file[0x200] = 0x0F;
        file[0x201] = 0x0B;
        Machine machine = booted(file, "INTEL", "");
        assertThat(machine.run(LIMIT)).isEqualTo(new Stop.TripleFault(0x10_0200));
    }

    @Test
    void theKeyboardControllerResets() throws MultibootException {
        byte[] file = Images.bare(0x10_0100, 0x10_0000, 0, 0, 0x10_0200);
        // These bytes mean the same in 64-bit code.
        byte[] code = Assembler.assembleAt(0x10_0200, "mov al, 0xFE\nout 0x64, al\nhlt\n");
        System.arraycopy(code, 0, file, 0x200, code.length);
        Machine machine = booted(file, "AMD", "");
        assertThat(machine.run(LIMIT)).isInstanceOf(Stop.Reset.class).hasToString(
                "reset by keyboard controller, port 64h");
        assertThat(machine.cpu().instructions).isEqualTo(2);
    }
}
