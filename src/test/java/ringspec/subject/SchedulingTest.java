package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ProcessorModels;
import ringspec.kernel.KernelLayout;
import ringspec.machine.Stop;

/** Several processes on the real entry and exit paths. */
final class SchedulingTest {

    /** Sends its letter three times, yielding in between, and checks that registers and SSE state are still its own. */
    private static String program(char letter, String end) {
        return """
                _start:
                    mov r12d, 3
                    mov r13, 0x1234567890000000 + '%1$c'
                    movq xmm5, r13
                .again:
                    mov eax, 4
                    xor edi, edi
                    lea rsi, [rel message]
                    syscall
                    mov eax, 18
                    syscall
                    movq rax, xmm5
                    cmp rax, r13
                    jne .broken
                    dec r12d
                    jnz .again
                %2$s
                .broken:
                    ud2
                section .data
                align 8
                message:
                    db '%1$c', 0, 0, 0, 0, 0, 0, 0
                    dq 0, 0, 0, 0, 0, 0, 0
                    dq 1
                    dq 0, 0, 0, 0, 0
                    dq 0, 0
                """.formatted(letter, end);
    }

    private static final String EXIT = """
                mov eax, 17
                mov rdi, -1
                syscall
            """;
    private static final String CRASH = """
                xor eax, eax
                mov [rax], al
            """;

    private static NamedElf elf(String name, String text) {
        return new NamedElf(name, AssemblyProgram.assemble(name, text, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void yieldGoesRoundAndEveryThreadKeepsItsRegisters(boolean kpti) {
        BootedMachine booted = DesignedKernel.REFERENCE.boot(new Configuration(ProcessorModels.AMD, kpti));
        booted.loadModules(List.of(elf("a", program('a', EXIT)), elf("b", program('b', EXIT)), elf("c", program('c',
                EXIT))));
        assertThat(booted.run(1_000_000)).isEqualTo(new Stop.Exited(KernelLayout.EXIT_ALL_ENDED));
        assertThat(booted.machine().serialOutput()).asString().isEqualTo("abcabcabc");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFaultEndsItsProcessAlone(boolean kpti) {
        BootedMachine booted = DesignedKernel.REFERENCE.boot(new Configuration(ProcessorModels.INTEL, kpti));
        booted.loadModules(List.of(elf("first", program('a', CRASH)), elf("second", program('b', EXIT))));
        assertThat(booted.run(1_000_000)).isEqualTo(new Stop.Exited(KernelLayout.EXIT_INIT_KILLED));
        assertThat(booted.machine().serialOutput()).asString().startsWith("ababab").containsOnlyOnce("kernel: ")
                .contains("kernel: process 1 (first) killed by #PF(0x6) rip=0x4000").endsWith("cr2=0x0\n");
        assertThat(booted.symbols().faults()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aForkRunsOnByItselfAndTheSame(boolean kpti) {
        BootedMachine booted = DesignedKernel.REFERENCE.boot(new Configuration(ProcessorModels.INTEL, kpti));
        booted.loadModules(List.of(elf("a", program('a', EXIT)), elf("b", program('b', EXIT))));
        booted.run(700);
        BootedMachine fork = booted.fork();
        assertThat(fork.run(1_000_000)).isEqualTo(booted.run(1_000_000));
        assertThat(fork.machine().serialOutput()).isEqualTo(booted.machine().serialOutput());
        assertThat(fork.machine().cpu().instructions).isEqualTo(booted.machine().cpu().instructions);
    }
}
