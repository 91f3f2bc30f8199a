package ringspec.subject;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import ringspec.cpu.ProcessorModels;
import ringspec.fixture.Fixtures;
import ringspec.kernel.KernelLayout;
import ringspec.machine.Stop;

/** What a machine of its own costs: forks, and a small program's whole life. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ForkBenchmark {

    private static final int PAGES = 40;
    private static final long TOUCHED = 16L << 20;
    private static final long BUDGET = 1_000_000;

    private final Configuration configuration = new Configuration(ProcessorModels.INTEL, true);
    private final DesignedKernel kernel = DesignedKernel.REFERENCE;
    private final NamedElf hello = new NamedElf("hello", Fixtures.read(Path.of("fixtures"), "hello").bytes());

    /** A fork of a booted machine. */
    @Benchmark
    public BootedMachine fork() {
        return kernel.boot(configuration);
    }

    /** The same, and 40 of its pages written. */
    @Benchmark
    public BootedMachine forkAndTouch40Pages() {
        BootedMachine booted = kernel.boot(configuration);
        for (int i = 0; i < PAGES; i++) {
            booted.machine().ram().write8(TOUCHED + i * KernelLayout.PAGE, i);
        }
        return booted;
    }

    /** On a fork of a booted machine: load, enter ring 3, say hello, exit. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public Stop helloOnFork() {
        return hello(kernel);
    }

    /** From reset: boot the kernel, load, enter ring 3, say hello, exit. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public Stop helloFromReset() {
        return hello(DesignedKernel.REFERENCE);
    }

    private Stop hello(DesignedKernel subject) {
        BootedMachine booted = subject.boot(configuration);
        booted.loadModules(List.of(hello));
        Stop stop = booted.run(BUDGET);
        if (!stop.equals(new Stop.Exited(KernelLayout.EXIT_ALL_ENDED))) {
            throw new IllegalStateException("hello ended with " + stop);
        }
        return stop;
    }
}
