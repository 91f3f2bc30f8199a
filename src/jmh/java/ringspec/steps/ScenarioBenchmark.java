package ringspec.steps;

import io.cucumber.core.feature.FeatureWithLines;
import io.cucumber.core.options.RuntimeOptionsBuilder;
import io.cucumber.core.runtime.Runtime;
import io.cucumber.plugin.EventListener;
import io.cucumber.plugin.event.EventPublisher;
import io.cucumber.plugin.event.Status;
import io.cucumber.plugin.event.TestCaseFinished;
import java.net.URI;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import ringspec.cpu.ProcessorModels;
import ringspec.fixture.Fixtures;
import ringspec.machine.Machine;
import ringspec.subject.BootedMachine;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;
import ringspec.subject.Invariants;
import ringspec.subject.KernelView;
import ringspec.subject.NamedElf;

/** Scenarios per second, without any report. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ScenarioBenchmark {

    private static final long BUDGET = 1_000_000;

    private final Configuration configuration = new Configuration(ProcessorModels.INTEL, true);
    private final DesignedKernel kernel = DesignedKernel.REFERENCE;
    private final NamedElf hello = new NamedElf("hello", Fixtures.read(Path.of("fixtures"), "hello").bytes());

    /** What is counted besides calls. */
    @State(Scope.Thread)
    @AuxCounters
    public static class Counters {
        /** Scenarios that ran. */
        public long scenarios;
    }

    /** Counts the scenarios, none of which may fail. */
    private static final class Count implements EventListener {
        private long finished;
        private long failed;

        @Override
        public void setEventPublisher(EventPublisher publisher) {
            publisher.registerHandlerFor(TestCaseFinished.class, event -> {
                finished++;
                if (event.getResult().getStatus() != Status.PASSED && event.getResult()
                        .getStatus() != Status.SKIPPED) {
                    failed++;
                }
            });
        }
    }

    /** The machine's part of one scenario: fork, load, step to ring 3, run to the end, check the invariants. */
    @Benchmark
    public List<String> machineOnly() {
        BootedMachine booted = kernel.boot(configuration);
        booted.loadModules(List.of(hello));
        Machine machine = booted.machine();
        KernelView view = new KernelView(machine, booted.symbols()::value);
        while (machine.cpu().cpl() == 0) {
            machine.step();
        }
        view.processes();
        machine.run(BUDGET);
        List<String> broken = new Invariants(machine, view, true).broken(false);
        if (machine.exitCode().isEmpty() || !broken.isEmpty()) {
            throw new IllegalStateException("the machine did not exit, or broke " + broken);
        }
        return broken;
    }

    /** The whole specification under {@code features/}; the result to read is {@code :scenarios}. */
    @Benchmark
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public long specification(Counters counters) {
        Count count = new Count();
        Runtime.builder().withRuntimeOptions(new RuntimeOptionsBuilder().addFeature(FeatureWithLines.parse("features"))
                .addGlue(URI.create("classpath:/ringspec/steps")).addGlue(URI.create("classpath:/ringspec/model/intel"))
                .build()).withAdditionalPlugins(count).build().run();
        if (count.finished == 0 || count.failed > 0) {
            throw new IllegalStateException("%d of %d scenarios failed".formatted(count.failed, count.finished));
        }
        counters.scenarios += count.finished;
        return count.finished;
    }
}
