package ringspec.subject;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import ringspec.cpu.ProcessorModels;
import ringspec.elf.ElfImage;
import ringspec.machine.Machine;

/** System calls as fast as ring 3 can make them: from the MOV before SYSCALL to the same MOV again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SyscallBenchmark {

    private static final int TRIPS = 1000;
    private static final int MAX_STEPS = 100_000;

    /** No such call, refused by the entry code alone; then the calls of these numbers. */
    @Param({"none", "thread_yield", "cap_inspect"})
    private String call;

    @Param({"true", "false"})
    private boolean kpti;

    private Machine machine;
    private long start;
    private long period;

    /** How many instructions a round trip takes. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        /** Instructions per round trip, those of the loop in ring 3 included. */
        public long instructions;
    }

    /** Called by JMH for each parameter. */
    @Setup
    public void load() {
        String number = switch (call) {
            case "thread_yield" -> "18";
            case "cap_inspect" -> "13";
            default -> "99";
        };
        byte[] elf = AssemblyProgram.assemble("calls", """
                _start:
                    mov edi, 2
                    lea rsi, [rip + info]
                again:
                    mov eax, %s
                    syscall
                    jmp again
                .section .bss
                info:
                    .zero 64
                """.formatted(number), Map.of());
        BootedMachine booted = new ReferenceKernel().boot(new Configuration(ProcessorModels.INTEL, kpti));
        booted.loadModules(List.of(new NamedElf("calls", elf)));
        machine = booted.machine();
        start = ElfImage.parse(elf).orThrow().symbols().addressOf("again").orElseThrow();
        untilStart();
        long first = machine.cpu().instructions;
        untilStart();
        period = machine.cpu().instructions - first;
    }

    private void untilStart() {
        for (int i = 0; i < MAX_STEPS; i++) {
            machine.step();
            if (machine.cpu().rip == start && machine.cpu().cpl() == 3) {
                return;
            }
        }
        throw new IllegalStateException("the loop was not reached");
    }

    /** As many instructions as the round trips take. */
    @Benchmark
    @OperationsPerInvocation(TRIPS)
    public long roundTrips(Counters counters) {
        machine.run(TRIPS * period);
        machine.trace().clear();
        if (machine.cpu().rip != start) {
            throw new IllegalStateException("a round trip takes other than %d instructions: RIP is 0x%x".formatted(
                    period, machine.cpu().rip));
        }
        counters.instructions = period;
        return machine.cpu().instructions;
    }
}
