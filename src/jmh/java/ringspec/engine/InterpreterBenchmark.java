package ringspec.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import ringspec.cpu.ProcessorModels;
import ringspec.fixture.Fixtures;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.subject.BootedMachine;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;
import ringspec.subject.NamedElf;

/** Guest instructions per microsecond, that is, MIPS, of programs on the kernel; the result to read is {@code :mips}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 6, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(1)
public class InterpreterBenchmark {

    /** Instructions between two looks at the clock. */
    private static final long SLICE = 1_000_000;

    /** Integer arithmetic; look-ups, sieve and SSE2; pointers, branches and calls; system calls with hardly anything between. */
    @Param({"sha256", "compute", "tree", "syscall-loop"})
    private String program;

    /** Stops before an address that is never reached, as a scenario does that waits for something. */
    @Param({"false", "true"})
    private boolean breakpoint;

    private final DesignedKernel kernel = DesignedKernel.REFERENCE;
    private NamedElf elf;
    private Machine machine;

    /** What is counted besides calls. */
    @State(Scope.Thread)
    @AuxCounters
    public static class Counters {
        /** Instructions executed. */
        public long mips;
    }

    /** Called by JMH for each parameter. */
    @Setup
    public void load() {
        elf = new NamedElf(program, Fixtures.read(Path.of("fixtures"), program).bytes());
        start();
    }

    private void start() {
        BootedMachine booted = kernel.boot(new Configuration(ProcessorModels.INTEL, true));
        booted.loadModules(List.of(elf));
        machine = booted.machine();
        if (breakpoint) {
            machine.addBreakpoint(0x7FFF_0000_0000L);
        }
    }

    /** A slice of the program, which begins anew when it has ended. */
    @Benchmark
    public Stop run(Counters counters) {
        long before = machine.cpu().instructions;
        Stop stop = machine.run(SLICE);
        counters.mips += machine.cpu().instructions - before;
        machine.trace().clear();
        if (!(stop instanceof Stop.BudgetExhausted)) {
            start();
        }
        return stop;
    }
}
