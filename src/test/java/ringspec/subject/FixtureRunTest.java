package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.fixture.Ending;
import ringspec.fixture.Fixture;
import ringspec.fixture.Fixtures;
import ringspec.kernel.KernelSymbols;
import ringspec.kernel.mm.FrameKind;
import ringspec.trace.TraceEvent;

/**
 * Every fixture on the configurations that the specification's suites do not run it on: what it says, how it ends, and that
 * nothing of it stays.
 */
final class FixtureRunTest {

    private static final long BUDGET = 200_000_000;
    private static final DesignedKernel KERNEL = DesignedKernel.REFERENCE;
    private static final List<Configuration> CONFIGURATIONS = List.of(new Configuration(ProcessorModels.INTEL, false),
            new Configuration(ProcessorModels.AMD, false), new Configuration(ProcessorModels.AIRMONT, true),
            new Configuration(ProcessorModels.AMD, true).withAslr(1));

    /** Booted machines whose free memory is full of garbage, to fork from. */
    private final Map<Configuration, BootedMachine> poisoned = new HashMap<>();

    @TestFactory
    Stream<DynamicTest> fixtures() {
        List<Fixture> fixtures = Fixtures.readAll(Path.of("fixtures"));
        assertThat(fixtures).hasSizeGreaterThan(30);
        List<DynamicTest> tests = new ArrayList<>();
        for (Configuration configuration : CONFIGURATIONS) {
            fixtures.stream().filter(fixture -> fits(fixture, configuration)).forEach(fixture -> tests.add(DynamicTest
                    .dynamicTest(fixture.id() + ", " + configuration, () -> run(fixture, configuration))));
        }
        return tests.stream();
    }

    private static boolean fits(Fixture fixture, Configuration configuration) {
        ProcessorModel model = configuration.model();
        boolean aslr = configuration.aslrSeed().isPresent();
        if (aslr && fixture.ending() instanceof Ending.Fault || !aslr && fixture.setup().positionIndependent()) {
            // The addresses of faults are given for the contract's layout, and only ASLR takes ET_DYN.
            return false;
        }
        return fixture.needs().stream().allMatch(need -> model.has(Feature.valueOf(need)))
                && !fixture.setup().heavy();
    }

    private void run(Fixture fixture, Configuration configuration) {
        BootedMachine booted = poisoned.computeIfAbsent(configuration, FixtureRunTest::bootPoisoned).fork();
        booted.loadModules(FixtureRun.modules(fixture));
        FixtureRun.scheduleInput(booted.machine(), fixture);
        booted.run(BUDGET);
        assertThat(FixtureRun.differences(fixture, booted, configuration.kpti())).isEmpty();
        KernelSymbols symbols = booted.symbols();
        if (fixture.ending() instanceof Ending.Fault) {
            assertThat(new String(booted.machine().serialOutput(), StandardCharsets.UTF_8))
                    .startsWith(fixture.serial() + "kernel: process 1 (").contains(") killed by ").endsWith("\n");
        }
        assertThat(booted.machine().trace().all(TraceEvent.TlbStaleUse.class)).isEmpty();
        assertThat(booted.machine().trace().all(TraceEvent.FaultTaken.class)).noneMatch(taken -> taken.cpl() == 0);
        Map<FrameKind, Long> frames = symbols.framesByKind();
        if (symbols.processes().isEmpty()) {
            assertThat(frames).containsOnlyKeys(FrameKind.FREE, FrameKind.RESERVED, FrameKind.PAGE_TABLE);
        }
        assertThat(frames.get(FrameKind.FREE)).isEqualTo(symbols.frames().free());
    }

    private static BootedMachine bootPoisoned(Configuration configuration) {
        BootedMachine booted = KERNEL.boot(configuration);
        booted.fillFreeMemory(0xA5);
        return booted;
    }
}
