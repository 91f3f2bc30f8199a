package ringspec.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.isa.assembler.Assembler;
import ringspec.trace.Trace.Stamped;
import ringspec.trace.TraceEvent;

/** Guests in 64-bit mode that take the interrupts of a PC's devices by each of the ways to the processor. */
final class PcBoardTest {

    private static final long CR3 = 0x1000;
    private static final long GDT = 0x6000;
    private static final long IDT = 0x10000;
    private static final long CODE = 0x8000;
    private static final long HANDLER = 0xA000;
    private static final int VECTOR = 0x28;
    /** Interrupts that the guest has counted. */
    private static final long COUNT = 0x100000;

    /** The 8259A with vectors 20h and 28h; AL goes into the master's mask, AH into the slave's. */
    private static final String CONTROLLERS = """
            mov bx, ax
            mov al, 0x11
            out 0x20, al
            out 0xA0, al
            mov al, 0x28
            out 0x21, al
            mov al, 0x30
            out 0xA1, al
            mov al, 4
            out 0x21, al
            mov al, 2
            out 0xA1, al
            mov al, 1
            out 0x21, al
            out 0xA1, al
            mov al, bl
            out 0x21, al
            mov al, bh
            out 0xA1, al
            """;
    /** 1000 Hz in mode 2. */
    private static final String TIMER = """
            mov al, 0x34
            out 0x43, al
            mov al, 0xA9
            out 0x40, al
            mov al, 4
            out 0x40, al
            """;
    private static final String COUNTING = """
            push rax
            inc qword ptr [0x100000]
            mov al, 0x20
            out 0x20, al
            pop rax
            iretq
            """;
    private static final String WAIT = """
            again:
            sti
            hlt
            cli
            cmp qword ptr [0x100000], 3
            jb again
            cli
            hlt
            """;

    private static Machine machine(Board board, String program, String handler) {
        Machine machine = new Machine(Machine.Config.of(ProcessorModels.INTEL).with(board));
        machine.ram().write64(CR3, 0x2003);
        machine.ram().write64(0x2000, 0x3003);
        machine.ram().write64(0x2018, 0x4003);
        for (int i = 0; i < 16; i++) {
            machine.ram().write64(0x3000 + 8 * i, (long) i << 21 | 0x83);
        }
        for (long device = 0xFEC0_0000L; device <= 0xFEE0_0000L; device += 0x20_0000) {
            machine.ram().write64(0x4000 + (device >>> 21 & 511) * 8, device | 0x9B);
        }
        machine.ram().write64(GDT + 8, 0x00AF_9B00_0000_FFFFL);
        machine.ram().write64(GDT + 16, 0x00CF_9300_0000_FFFFL);
        for (int vector : new int[]{2, VECTOR, 0x30}) {
            machine.ram().write64(IDT + 16L * vector, HANDLER & 0xFFFF | 0x08 << 16 | 0x8E00L << 32);
        }
        load(machine, CODE, program);
        load(machine, HANDLER, handler);
        Cpu cpu = machine.cpu();
        ProcessorReset.longMode(cpu, CR3, CODE, 0x7000);
        cpu.gdtrBase = GDT;
        cpu.gdtrLimit = 0x17;
        cpu.idtrBase = IDT;
        cpu.idtrLimit = 0xFFF;
        return machine;
    }

    private static Machine machine(String program) {
        return machine(new Board.Pc(), program, COUNTING);
    }

    private static void load(Machine machine, long address, String program) {
        byte[] code = Assembler.assembleAt(address, program);
        machine.ram().write(address, code, 0, code.length);
    }

    private static List<Long> taken(Machine machine) {
        return machine.trace().events().stream().filter(s -> s.event() instanceof TraceEvent.InterruptTaken)
                .map(Stamped::time).toList();
    }

    /** The PIT's ticks come a millisecond apart, to a tick of its clock. */
    private static void assertTicks(Machine machine, int number) {
        List<Long> times = taken(machine);
        assertThat(times).hasSize(number);
        for (int i = 1; i < number; i++) {
            assertThat(times.get(i) - times.get(i - 1)).isBetween(999_000L, 1_000_900L);
        }
    }

    @Test
    void throughLint0AsExtInt() {
        Machine machine = machine("""
                mov edi, 0xFEE00000
                mov dword ptr [rdi + 0xF0], 0x1FF
                mov dword ptr [rdi + 0x350], 0x700
                mov dword ptr [rdi + 0x80], 0xE0
                mov eax, 0xFFFE
                """ + CONTROLLERS + TIMER + WAIT);
        assertThat(machine.run(10_000_000)).isInstanceOf(Stop.Halted.class);
        assertTicks(machine, 3);
        assertThat(machine.trace().all(TraceEvent.InterruptInService.class)).as(
                "the local APIC isn't asked, nor is TPR")
                .isEmpty();
    }

    @Test
    void straightToTheProcessorWhileTheLocalApicIsDisabled() {
        String disable = """
                mov ecx, 0x1B
                rdmsr
                and eax, 0xFFFFF7FF
                wrmsr
                mov eax, 0xFFFE
                """;
        Machine machine = machine(disable + CONTROLLERS + TIMER + WAIT);
        assertThat(machine.run(10_000_000)).isInstanceOf(Stop.Halted.class);
        assertTicks(machine, 3);
    }

    @Test
    void notThroughAMaskedLint0() {
        Machine machine = machine("mov eax, 0xFFFE\n" + CONTROLLERS + TIMER + WAIT);
        assertThat(machine.run(10_000_000)).isInstanceOf(Stop.BudgetExhausted.class);
        assertThat(taken(machine)).isEmpty();
    }

    @Test
    void throughTheIoApicsInput2() {
        Machine machine = machine(new Board.Pc(), """
                mov edi, 0xFEE00000
                mov dword ptr [rdi + 0xF0], 0x1FF
                mov esi, 0xFEC00000
                mov dword ptr [rsi], 0x14
                mov dword ptr [rsi + 0x10], 0x28
                """ + TIMER + WAIT, """
                inc qword ptr [0x100000]
                mov dword ptr [rdi + 0xB0], 0
                iretq
                """);
        assertThat(machine.run(10_000_000)).isInstanceOf(Stop.Halted.class);
        assertTicks(machine, 3);
        assertThat(machine.trace().all(TraceEvent.InterruptInService.class)).hasSize(3);
    }

    @Test
    void aTimerDoesNotKeepADeafProcessorWaiting() {
        Machine machine = machine(TIMER + "cli\nhlt\n");
        assertThat(machine.run(Long.MAX_VALUE)).isInstanceOf(Stop.Halted.class);
    }

    @Test
    void anNmiWakesADeafProcessor() {
        Machine machine = machine(new Board.Pc(), """
                mov esi, 0xFEC00000
                mov dword ptr [rsi], 0x14
                mov dword ptr [rsi + 0x10], 0x400
                """ + TIMER + "cli\nhlt\nmov dword ptr [rsi + 0x10], 0x10000\nhlt\n",
                "inc qword ptr [0x100000]\niretq\n");
        assertThat(machine.run(10_000_000)).isInstanceOf(Stop.Halted.class);
        assertThat(machine.ram().read64(COUNT)).isEqualTo(1);
    }

    @Test
    void theRealTimeClockInterruptsThroughTheSlave() {
        Machine machine = machine(new Board.Pc(LocalDateTime.of(1999, 12, 31, 23, 59, 59)), """
                mov edi, 0xFEE00000
                mov dword ptr [rdi + 0xF0], 0x1FF
                mov dword ptr [rdi + 0x350], 0x700
                mov eax, 0xFEFB
                """ + CONTROLLERS + """
                mov al, 0x0B
                out 0x70, al
                mov al, 0x12
                out 0x71, al
                """ + WAIT, """
                push rax
                inc qword ptr [0x100000]
                mov al, 0x0C
                out 0x70, al
                in al, 0x71
                mov al, 0x20
                out 0xA0, al
                out 0x20, al
                mov al, 0x32
                out 0x70, al
                in al, 0x71
                mov bl, al
                pop rax
                iretq
                """);
        assertThat(machine.run(4_000_000_000L)).isInstanceOf(Stop.Halted.class);
        assertThat(taken(machine)).containsExactly(1_000_000_000L, 2_000_000_000L, 3_000_000_000L);
        assertThat(machine.cpu().gpr[Cpu.RBX] & 0xFF).as("the century").isEqualTo(0x20);
    }

    @Test
    void theSerialPortIsIrq4() {
        Machine machine = machine("""
                mov edi, 0xFEE00000
                mov dword ptr [rdi + 0xF0], 0x1FF
                mov dword ptr [rdi + 0x350], 0x700
                mov eax, 0xFFEF
                """ + CONTROLLERS + """
                mov dx, 0x3FC
                mov al, 8
                out dx, al
                mov dx, 0x3F9
                mov al, 1
                out dx, al
                sti
                hlt
                cli
                hlt
                """);
        machine.ram().write64(IDT + 16L * 0x2C, HANDLER & 0xFFFF | 0x08 << 16 | 0x8E00L << 32);
        machine.scheduleSerialInput(5000, new byte[]{'x'});
        assertThat(machine.run(1_000_000)).isInstanceOf(Stop.Halted.class);
        assertThat(taken(machine)).containsExactly(5000L);
    }

    @Test
    void forksAndSnapshotsHaveTheDevices() {
        String program = """
                mov edi, 0xFEE00000
                mov dword ptr [rdi + 0xF0], 0x1FF
                mov dword ptr [rdi + 0x350], 0x700
                mov eax, 0xFFFE
                """ + CONTROLLERS + TIMER + WAIT;
        Machine machine = machine(program);
        machine.run(1_500_000);
        Machine snapshot = machine.fork();
        Machine fork = machine.fork();
        machine.trace().clear();
        machine.run(10_000_000);
        fork.run(10_000_000);
        assertThat(fork.trace().events()).isNotEmpty().isEqualTo(machine.trace().events());
        machine.restore(snapshot);
        machine.trace().clear();
        machine.run(10_000_000);
        assertThat(machine.trace().events()).isEqualTo(fork.trace().events());
    }

    @Test
    void aBareMachineHasNoneOfIt() {
        Machine machine = machine(new Board.Bare(), "hlt", "iretq");
        for (int port : new int[]{0x21, 0x40, 0x61, 0x64, 0x71, 0x80, 0x92, 0x604, 0xCF8}) {
            assertThat(machine.ports().read(port, 1)).as("port 0x%x", port).isEqualTo(0xFF);
        }
        assertThat(machine(new Board.Pc(), "hlt", "iretq").ports().read(0x92, 1)).isEqualTo(2);
    }

    @Test
    void theCmosRamSaysHowMuchMemoryThereIs() {
        Machine machine = machine("hlt");
        int[] expected = {0x15, 640, 0x17, 31 * 1024, 0x30, 31 * 1024, 0x34, 256};
        for (int i = 0; i < expected.length; i += 2) {
            assertThat(cmos(machine, expected[i]) | cmos(machine, expected[i] + 1) << 8).isEqualTo(expected[i + 1]);
        }
    }

    private static int cmos(Machine machine, int register) {
        machine.ports().write(0x70, 1, register);
        return machine.ports().read(0x71, 1);
    }
}
