package ringspec.subject;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;
import ringspec.cpu.ProcessorModels;
import ringspec.elf.ElfImage;
import ringspec.machine.Machine;
import ringspec.machine.Stop;

/** What ring 3 asks of the kernel, again and again, in host time and in guest instructions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RoundTripBenchmark {

    private static final int TRIPS = 100;
    private static final long BUDGET = 10_000_000;

    /**
     * A number that no call has, which the entry code refuses alone; a call that finds nothing to do; a call answered by another
     * thread; a switch to another thread and back; a process created and destroyed.
     */
    @Param({"no-call", "null-call", "ipc-call-reply", "thread-switch-and-back", "process-create-destroy"})
    private String trip;

    @Param({"true", "false"})
    private boolean kpti;

    private Machine machine;
    private boolean measures;
    private boolean told;

    /** Counts besides the time. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        /** Instructions of one round trip, the loop's in ring 3 included. */
        public long instructions;
    }

    /** Called by JMH for each parameter. */
    @Setup
    public void load() {
        byte[] elf = AssemblyProgram.assemble("trips", program(), Map.of());
        BootedMachine booted = DesignedKernel.REFERENCE.boot(new Configuration(ProcessorModels.INTEL, kpti));
        booted.loadModules(List.of(new NamedElf("trips", elf)));
        machine = booted.machine();
        machine.addBreakpoint(ElfImage.parse(elf).orThrow().symbols().addressOf("lap").orElseThrow());
        lap();
    }

    /** Called by JMH before each iteration: the counts of all are summed up, so that only one may give any. */
    @Setup(Level.Iteration)
    public void iteration(IterationParams params) {
        measures = params.getType() == IterationType.MEASUREMENT;
    }

    private void lap() {
        Stop stop = machine.run(BUDGET);
        if (!(stop instanceof Stop.Breakpoint)) {
            throw new IllegalStateException("the loop ended with %s; the kernel says: %s".formatted(stop,
                    new String(machine.serialOutput(), java.nio.charset.StandardCharsets.ISO_8859_1)));
        }
        machine.trace().clear();
    }

    /** A hundred round trips. */
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public long roundTrips(Counters counters) {
        long before = machine.cpu().instructions;
        lap();
        if (measures && !told) {
            told = true;
            counters.instructions = (machine.cpu().instructions - before) / TRIPS;
        }
        return machine.cpu().instructions;
    }

    private String program() {
        String body = switch (trip) {
            case "no-call" -> """
                    mov eax, 99
                    syscall
                    """;
            case "ipc-call-reply" -> """
                    mov eax, 6
                    mov rdi, r12
                    lea rsi, [rip + question]
                    syscall
                    test rax, rax
                    js failed
                    """;
            case "process-create-destroy" -> """
                    mov eax, 14
                    mov edi, 2
                    mov rsi, -1
                    xor edx, edx
                    syscall
                    test rax, rax
                    js failed
                    mov r13, rax
                    mov eax, 15
                    mov rdi, r13
                    syscall
                    test rax, rax
                    js failed
                    mov eax, 10
                    mov rdi, r13
                    syscall
                    """;
            default -> """
                    mov eax, 18
                    syscall
                    test rax, rax
                    js failed
                    """;
        };
        String partner = switch (trip) {
            case "ipc-call-reply" -> start("server");
            case "thread-switch-and-back" -> start("other");
            default -> "";
        };
        return """
                _start:
                %s
                lap:
                    mov ebp, %d
                again:
                %s
                    dec ebp
                    jnz again
                    jmp lap
                failed:
                    ud2
                server:
                    mov r12, rdi
                serve:
                    mov eax, 5
                    mov rdi, r12
                    lea rsi, [rip + answer]
                    syscall
                    mov eax, 7
                    mov rdi, [rip + answer + 120]
                    lea rsi, [rip + answer]
                    syscall
                    test rax, rax
                    js failed
                    jmp serve
                other:
                    mov eax, 18
                    syscall
                    jmp other
                .section .bss
                question:
                    .zero 128
                answer:
                    .zero 128
                stack:
                    .zero 4096
                """.formatted(partner, TRIPS, body);
    }

    /** A second thread, which gets an endpoint that stands in R12 here. */
    private static String start(String entry) {
        return """
                mov eax, 9
                mov edi, 2
                mov esi, 2
                mov edx, 11
                xor r10d, r10d
                xor r8d, r8d
                syscall
                test rax, rax
                js failed
                mov r12, rax
                mov eax, 16
                mov edi, 2
                lea rsi, [rip + %s]
                lea rdx, [rip + stack + 4096]
                mov r10, r12
                xor r8d, r8d
                syscall
                test rax, rax
                js failed
                """.formatted(entry);
    }
}
