package ringspec.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.isa.assembler.Assembler;
import ringspec.trace.TraceEvent;

/** Memory as real instructions see it: TLB, code that changes itself, forks. */
final class GuestMemoryTest {

    private static final long CR3 = 0x1000;
    private static final long PAGE_TABLE = 0x4000;
    private static final long CODE = 0x8000;
    private static final long DATA = 0x10_0000;

    /** The first 2 MiB are mapped one to one with 4-KByte pages. */
    private static Machine machine(String program) {
        Machine machine = new Machine(Machine.Config.of(ProcessorModels.INTEL));
        machine.ram().write64(CR3, 0x2003);
        machine.ram().write64(0x2000, 0x3003);
        machine.ram().write64(0x3000, PAGE_TABLE | 3);
        for (int i = 0; i < 512; i++) {
            machine.ram().write64(PAGE_TABLE + 8 * i, 4096L * i | 3);
        }
        load(machine, CODE, program);
        ProcessorReset.longMode(machine.cpu(), CR3, CODE, 0x7000);
        return machine;
    }

    private static void load(Machine machine, long address, String program) {
        byte[] code = Assembler.assembleAt(address, program);
        machine.ram().write(address, code, 0, code.length);
    }

    private static long rax(Machine machine) {
        return machine.cpu().gpr[Cpu.RAX];
    }

    @Test
    void aTranslationOutlivesItsEntryUntilInvlpg() {
        Machine machine = machine("""
                mov rax, [0x100000]
                mov qword ptr [0x4800], 0x101003
                mov rbx, [0x100000]
                invlpg [0x100000]
                mov rcx, [0x100000]
                hlt
                """);
        machine.ram().write64(DATA, 1);
        machine.ram().write64(DATA + 0x1000, 2);
        assertThat(machine.run(100)).isInstanceOf(Stop.Halted.class);
        assertThat(machine.cpu().gpr[Cpu.RAX]).isEqualTo(1);
        assertThat(machine.cpu().gpr[Cpu.RBX]).isEqualTo(1);
        assertThat(machine.cpu().gpr[Cpu.RCX]).isEqualTo(2);
        assertThat(machine.trace().all(TraceEvent.TlbStaleUse.class)).containsExactly(new TraceEvent.TlbStaleUse(DATA,
                DATA,
                0x101003));
    }

    @Test
    void codeThatChangesTheInstructionAfterItself() {
        Machine machine = machine("""
                mov ecx, 3
                again:
                mov byte ptr [rip + patched + 1], cl
                patched:
                mov al, 99
                add rbx, rax
                dec ecx
                jnz again
                hlt
                """);
        assertThat(machine.run(100)).isInstanceOf(Stop.Halted.class);
        assertThat(machine.cpu().gpr[Cpu.RBX]).isEqualTo(3 + 2 + 1);
    }

    @Test
    void aForksChangeOfItsCodeIsNotTheOthers() {
        Machine machine = machine("mov eax, 1\nhlt");
        machine.run(1);
        machine.cpu().rip = CODE;
        Machine fork = machine.fork();
        fork.cpu().memory.write8(CODE + 1, 2);
        fork.run(100);
        machine.run(100);
        assertThat(rax(fork)).isEqualTo(2);
        assertThat(rax(machine)).isEqualTo(1);
        Machine grandchild = fork.fork();
        grandchild.cpu().rip = CODE;
        grandchild.cpu().halted = false;
        grandchild.run(1);
        assertThat(rax(grandchild)).isEqualTo(2);
    }

    @Test
    void anInstructionThatReachesIntoAMissingPageFaultsThere() {
        Machine machine = machine("hlt");
        load(machine, 0xAFFE, "mov eax, 1");
        machine.ram().write64(PAGE_TABLE + 8 * 0xB, 0);
        machine.cpu().rip = 0xAFFE;
        machine.run(10);
        List<TraceEvent.FaultTaken> faults = machine.trace().all(TraceEvent.FaultTaken.class);
        assertThat(faults.getFirst()).isEqualTo(new TraceEvent.FaultTaken(14, 0x10, 0xAFFE, 0, 0xB000));
    }

    private static final String MIXER = """
            mov rdi, 0x100000
            mov rax, 0x1234567890abcdef
            again:
            mov rdx, rdi
            and rdx, 0xffff
            mov [rdx + 0x100000], rax
            add rax, [rdx + 0x100003]
            mov [rdx + 0x100ffd], eax
            rol rax, 13
            xor al, [rdx + 0x100fff]
            push rax
            pop rbx
            add rdi, 0x7f3
            dec rcx
            jnz again
            hlt
            """;

    private static String outcome(Machine machine) {
        StringBuilder text = new StringBuilder();
        for (long register : machine.cpu().gpr) {
            text.append(Long.toHexString(register)).append(' ');
        }
        int hash = Arrays.hashCode(machine.ram().read(0, 0x20_0000));
        return text.append(machine.cpu().instructions).append(' ').append(hash).toString();
    }

    @Test
    void detailDoesNotChangeWhatHappens() {
        Machine fast = machine(MIXER);
        fast.cpu().gpr[Cpu.RCX] = 2000;
        Machine slow = fast.fork();
        slow.traceDetail(true);
        assertThat(fast.run(100_000)).isEqualTo(slow.run(100_000)).isInstanceOf(Stop.Halted.class);
        assertThat(outcome(fast)).isEqualTo(outcome(slow));
        assertThat(fast.trace().all(TraceEvent.MemoryWrite.class)).isEmpty();
        assertThat(slow.trace().all(TraceEvent.MemoryWrite.class)).hasSize(3 * 2000);
        assertThat(slow.trace().all(TraceEvent.MemoryRead.class)).hasSize(3 * 2000);
    }

    @Test
    void forksRunOnSeveralThreadsAtOnce() throws Exception {
        Machine origin = machine(MIXER);
        origin.cpu().gpr[Cpu.RCX] = 3000;
        origin.run(500);
        Machine alone = origin.fork();
        alone.run(1_000_000);
        List<Callable<String>> runs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Machine fork = origin.fork();
            runs.add(() -> {
                fork.run(1_000_000);
                return outcome(fork);
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<String> result : threads.invokeAll(runs)) {
                assertThat(result.get()).isEqualTo(outcome(alone));
            }
        }
    }

    @Test
    void breakpointsAndStepsUnderTheInterpreter() {
        Machine machine = machine("mov eax, 1\nmov eax, 2\nmov eax, 3\nhlt");
        machine.addBreakpoint(CODE + 10);
        assertThat(machine.run(100)).isEqualTo(new Stop.Breakpoint(CODE + 10));
        assertThat(rax(machine)).isEqualTo(2);
        machine.step();
        assertThat(rax(machine)).isEqualTo(3);
        assertThat(machine.run(100)).isEqualTo(new Stop.Halted(CODE + 16));
    }

    @Test
    void serialAndExitPorts() {
        Machine machine = machine("""
                mov edx, 0x3f8
                mov al, 'H'
                out dx, al
                mov al, 'i'
                out dx, al
                mov eax, 7
                out 0xf4, eax
                hlt
                """);
        assertThat(machine.run(100)).isEqualTo(new Stop.Exited(7));
        assertThat(machine.serialOutput()).containsExactly('H', 'i');
        assertThat(machine.cpu().instructions).isEqualTo(7);
    }

    @Test
    void withoutAnIdtAnyFaultIsATripleFault() {
        assertThat(machine("ud2").run(100)).isInstanceOf(Stop.TripleFault.class);
    }
}
