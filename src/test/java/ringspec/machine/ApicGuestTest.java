package ringspec.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.isa.assembler.Assembler;
import ringspec.trace.Trace.Stamped;
import ringspec.trace.TraceEvent;

/** Guests in 64-bit mode that program the interrupt controllers through memory-mapped registers and take interrupts. */
final class ApicGuestTest {

    private static final long CR3 = 0x1000;
    private static final long GDT = 0x6000;
    private static final long IDT = 0x10000;
    private static final long CODE = 0x8000;
    private static final long HANDLERS = 0xA000;
    private static final int COUNTER = 0x100000;

    /** RDI and RSI are the local and the I/O APIC, the local APIC is enabled, the divisor is 1. Four instructions. */
    private static final String SETUP = """
            mov edi, 0xFEE00000
            mov esi, 0xFEC00000
            mov dword ptr [rdi + 0xF0], 0x1FF
            mov dword ptr [rdi + 0x3E0], 0xB
            """;
    private static final String COUNTING = """
            inc qword ptr [0x100000]
            mov dword ptr [rdi + 0xB0], 0
            iretq
            """;

    /** RAM is mapped one to one with 4-KByte pages, and so are the interrupt controllers with 2-MByte pages. */
    private static Machine machine(ProcessorModel model, String program, int vector, String handler) {
        Machine machine = new Machine(Machine.Config.of(model));
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
        gate(machine, vector, HANDLERS);
        load(machine, CODE, program);
        load(machine, HANDLERS, handler);
        Cpu cpu = machine.cpu();
        ProcessorReset.longMode(cpu, CR3, CODE, 0x7000);
        cpu.gdtrBase = GDT;
        cpu.gdtrLimit = 0x17;
        cpu.idtrBase = IDT;
        cpu.idtrLimit = 0xFFF;
        return machine;
    }

    private static Machine machine(String program, int vector, String handler) {
        return machine(ProcessorModels.INTEL, program, vector, handler);
    }

    private static void gate(Machine machine, int vector, long handler) {
        machine.ram().write64(IDT + 16L * vector, handler & 0xFFFF | 0x08 << 16 | 0x8E00L << 32);
    }

    private static void load(Machine machine, long address, String program) {
        byte[] code = Assembler.assembleAt(address, program);
        machine.ram().write(address, code, 0, code.length);
    }

    /** Times at which interrupts with a vector were taken. */
    private static List<Long> taken(Machine machine, int vector) {
        return machine.trace().events().stream()
                .filter(s -> s.event() instanceof TraceEvent.InterruptTaken taken && taken.vector() == vector)
                .map(Stamped::time).toList();
    }

    private static long gpr(Machine machine, int register) {
        return machine.cpu().gpr[register];
    }

    @Test
    void haltUntilTheTimerInterrupts() {
        for (ProcessorModel model : ProcessorModels.all()) {
            Machine machine = machine(model, SETUP + """
                    mov dword ptr [rdi + 0x320], 0x40
                    rdtsc
                    mov dword ptr [rdi + 0x380], 1000
                    sti
                    hlt
                    hlt
                    """, 0x40, """
                    mov ebx, eax
                    rdtsc
                    mov dword ptr [rdi + 0xB0], 0
                    iretq
                    """);
            assertThat(machine.run(100_000)).isInstanceOf(Stop.Halted.class);
            assertThat(gpr(machine, Cpu.RBX)).as("the time of the RDTSC before the start").isEqualTo(5);
            assertThat(taken(machine, 0x40)).containsExactly(6 + 1000L);
            assertThat(gpr(machine, Cpu.RAX)).as("delivery and one instruction later").isEqualTo(6 + 1000 + 2);
            assertThat(machine.trace().all(TraceEvent.EndOfInterrupt.class)).containsExactly(
                    new TraceEvent.EndOfInterrupt(0x40));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 64, 100_000})
    void theTimerInterruptsAtTheExactInstructionHoweverTheRunIsCut(long slice) {
        Machine machine = machine(SETUP + """
                mov dword ptr [rdi + 0x320], 0x20040
                mov dword ptr [rdi + 0x380], 333
                sti
                again:
                inc rax
                inc rax
                inc rax
                jmp again
                """, 0x40, COUNTING);
        while (machine.cpu().instructions < 2000) {
            machine.run(Math.min(slice, 2000 - machine.cpu().instructions));
        }
        assertThat(taken(machine, 0x40)).containsExactly(5 + 333L, 5 + 666L, 5 + 999L, 5 + 1332L, 5 + 1665L);
        assertThat(machine.ram().read64(COUNTER)).isEqualTo(5);
    }

    @Test
    void theSameRunHoweverItIsCut() {
        long expected = sliced(100_000).trace().hash();
        for (long slice : new long[]{1, 3, 50}) {
            assertThat(sliced(slice).trace().hash()).isEqualTo(expected);
        }
        Machine stepped = echo();
        while (stepped.cpu().instructions < 1000) {
            if (stepped.cpu().halted) {
                stepped.run(1);
            } else {
                stepped.step();
            }
        }
        assertThat(stepped.trace().hash()).isEqualTo(expected);
    }

    private static Machine sliced(long slice) {
        Machine machine = echo();
        while (machine.cpu().instructions < 1000) {
            machine.run(Math.min(slice, 1000 - machine.cpu().instructions));
        }
        return machine;
    }

    /** Sends back what comes from the serial line, one byte per interrupt; a timer ticks beside it. */
    private static Machine echo() {
        Machine machine = machine(SETUP + """
                mov dword ptr [rdi + 0x320], 0x20040
                mov dword ptr [rdi + 0x380], 20
                mov dword ptr [rsi], 0x18
                mov dword ptr [rsi + 0x10], 0x51
                mov dx, 0x3FC
                mov al, 8
                out dx, al
                mov dx, 0x3F9
                mov al, 1
                out dx, al
                sti
                again:
                hlt
                jmp again
                """, 0x40, COUNTING);
        gate(machine, 0x51, HANDLERS + 0x100);
        load(machine, HANDLERS + 0x100, """
                mov dx, 0x3F8
                in al, dx
                out dx, al
                mov dword ptr [rdi + 0xB0], 0
                iretq
                """);
        machine.scheduleSerialInput(200, "Hello".getBytes(StandardCharsets.US_ASCII));
        machine.scheduleSerialInput(400, "!".getBytes(StandardCharsets.US_ASCII));
        return machine;
    }

    @Test
    void serialInputInterruptsAtItsTime() {
        Machine machine = sliced(100_000);
        assertThat(machine.serialOutput()).asString(StandardCharsets.US_ASCII).isEqualTo("Hello!");
        // The timer's handler may be running when a byte comes; its class is lower.
        assertThat(taken(machine, 0x51)).hasSize(6).contains(400L);
        assertThat(taken(machine, 0x51).getFirst()).isBetween(200L, 204L);
        assertThat(machine.trace().all(TraceEvent.InterruptLine.class)).hasSize(12);
    }

    @Test
    void everyInterruptHasItsEoi() {
        Machine machine = sliced(100_000);
        int inService = 0;
        int vector = -1;
        for (Stamped stamped : machine.trace().events()) {
            switch (stamped.event()) {
                case TraceEvent.InterruptInService service -> {
                    vector = service.vector();
                    inService++;
                }
                case TraceEvent.EndOfInterrupt end -> {
                    assertThat(end.vector()).isEqualTo(vector);
                    inService--;
                }
                default -> {
                    // Has nothing to do with interrupts.
                }
            }
            assertThat(inService).as("handlers run with interrupts off").isBetween(0, 1);
        }
        assertThat(machine.trace().all(TraceEvent.EndOfInterrupt.class)).hasSizeGreaterThan(30);
    }

    @Test
    void forksTakeTheWholeStateWithThem() {
        for (long at : new long[]{6, 11, 17, 100, 201, 203, 250, 401}) {
            Machine machine = echo();
            machine.run(at);
            machine.trace().clear();
            Machine fork = machine.fork();
            Machine snapshot = machine.fork();
            int before = machine.trace().events().size();
            machine.run(1000 - at);
            fork.run(1000 - at);
            assertThat(fork.trace().events()).isEqualTo(machine.trace().events().subList(before, machine.trace()
                    .events()
                    .size()));
            assertThat(fork.serialOutput()).isEqualTo(machine.serialOutput());
            long forked = fork.trace().hash();
            Machine again = snapshot.fork();
            again.run(1000 - at);
            assertThat(again.trace().hash()).isEqualTo(forked);
            machine.restore(snapshot);
            machine.trace().clear();
            machine.run(1000 - at);
            assertThat(machine.trace().events()).isEqualTo(fork.trace().events());
        }
    }

    @Test
    void haltedForEverAPeriodicTimerDoesNotKeepTheMachineRunning() {
        Machine machine = machine(SETUP + """
                mov dword ptr [rdi + 0x320], 0x20040
                mov dword ptr [rdi + 0x380], 10
                hlt
                """, 0x40, COUNTING);
        assertThat(machine.run(Long.MAX_VALUE)).isInstanceOf(Stop.Halted.class);
        assertThat(machine.cpu().instructions).isEqualTo(15);
    }

    @Test
    void loweringTprInTheMiddleOfABlockLetsTheInterruptInAtOnce() {
        Machine machine = machine(SETUP + """
                mov dword ptr [rdi + 0x80], 0x4F
                mov dword ptr [rdi + 0x300], 0x40040
                sti
                nop
                nop
                mov dword ptr [rdi + 0x80], 0x3F
                nop
                nop
                hlt
                """, 0x40, COUNTING);
        assertThat(machine.run(1000)).isInstanceOf(Stop.Halted.class);
        assertThat(taken(machine, 0x40)).containsExactly(10L);
    }

    @Test
    void cr8IsTheUpperHalfOfTpr() {
        Machine machine = machine(SETUP + """
                mov dword ptr [rdi + 0x80], 0x37
                mov rax, cr8
                mov ebx, [rdi + 0x80]
                mov rcx, 3
                mov cr8, rcx
                mov edx, [rdi + 0x80]
                mov ecx, [rdi + 0xA0]
                hlt
                """, 0x40, COUNTING);
        machine.run(1000);
        assertThat(gpr(machine, Cpu.RAX)).isEqualTo(3);
        assertThat(gpr(machine, Cpu.RBX)).isEqualTo(0x37);
        assertThat(gpr(machine, Cpu.RDX)).as("MOV to CR8 clears the subclass").isEqualTo(0x30);
        assertThat(gpr(machine, Cpu.RCX)).as("PPR").isEqualTo(0x30);
    }

    @Test
    void theBaseCanBeMovedAndDisabled() {
        Machine machine = machine(SETUP + """
                mov dword ptr [rdi + 0x320], 0x20040
                mov ecx, 0x1B
                rdmsr
                mov r8, rax
                mov eax, 0xFED00900
                wrmsr
                mov r9d, [rdi + 0xF0]
                mov edi, 0xFED00000
                mov r10d, [rdi + 0xF0]
                mov eax, 0xFED00100
                wrmsr
                mov r11d, [rdi + 0xF0]
                mov eax, 1
                cpuid
                mov r12d, edx
                mov ecx, 0x1B
                mov eax, 0xFED00900
                xor edx, edx
                wrmsr
                mov r13d, [rdi + 0xF0]
                mov r14d, [rdi + 0x320]
                hlt
                """, 0x40, COUNTING);
        assertThat(machine.run(1000)).isInstanceOf(Stop.Halted.class);
        assertThat(gpr(machine, 8)).isEqualTo(0xFEE0_0900L);
        assertThat(gpr(machine, 9)).as("nobody there any more").isEqualTo(0xFFFF_FFFFL);
        assertThat(gpr(machine, 10)).isEqualTo(0x1FF);
        assertThat(gpr(machine, 11)).as("disabled").isEqualTo(0xFFFF_FFFFL);
        assertThat(gpr(machine, 12) & 1 << 9).as("CPUID.1:EDX.APIC").isZero();
        assertThat(gpr(machine, 13)).as("as after reset").isEqualTo(0xFF);
        assertThat(gpr(machine, 14)).isEqualTo(0x1_0000);
    }

    @Test
    void cpuidOffersWhatThereIs() {
        for (ProcessorModel model : ProcessorModels.all()) {
            int[] features = model.cpuid(1, 0);
            assertThat(features[1] >>> 24).as("APIC ID").isZero();
            assertThat(features[3] >>> 9 & 1).as("APIC").isEqualTo(1);
            assertThat(features[2] >>> 21 & 1).as("x2APIC").isZero();
            assertThat(features[2] >>> 24 & 1).as("TSC-deadline").isZero();
        }
    }

    @Test
    void injectedInterruptsReachKernelsWithAndWithoutAnApic() {
        Machine without = machine("sti\nagain:\njmp again\n", 0x40, "iretq");
        without.injectInterrupt(0x40);
        without.run(10);
        without.injectInterrupt(0x40);
        without.run(10);
        assertThat(taken(without, 0x40)).hasSize(2);
        assertThat(without.trace().all(TraceEvent.InterruptInService.class)).isEmpty();

        Machine with = machine(SETUP + "sti\nagain:\njmp again\n", 0x40, "iretq");
        with.run(10);
        with.injectInterrupt(0x40);
        with.run(10);
        with.injectInterrupt(0x40);
        with.run(10);
        assertThat(taken(with, 0x40)).as("the first one is still in service").hasSize(1);
        assertThat(with.trace().all(TraceEvent.InterruptInService.class)).containsExactly(
                new TraceEvent.InterruptInService(0x40, false));
    }

    @Test
    void linesAtAVirtualTime() {
        Machine machine = machine(SETUP + """
                mov dword ptr [rsi], 0x22
                mov dword ptr [rsi + 0x10], 0x8051
                sti
                again:
                hlt
                jmp again
                """, 0x51, COUNTING);
        machine.scheduleLine(100, 9, true);
        machine.scheduleLine(106, 9, false);
        assertThat(machine.run(10_000)).isInstanceOf(Stop.Halted.class);
        assertThat(taken(machine, 0x51)).as("once more after the first EOI, since the line is still high")
                .containsExactly(100L, 104L);
        assertThat(machine.trace().all(TraceEvent.EndOfInterrupt.class)).hasSize(2);
    }
}
