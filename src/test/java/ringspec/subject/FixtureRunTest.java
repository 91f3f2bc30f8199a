package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.elf.ElfImage;
import ringspec.elf.SymbolTable;
import ringspec.fixture.Ending;
import ringspec.fixture.Fixture;
import ringspec.fixture.Fixtures;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelSymbols;
import ringspec.kernel.mm.FrameKind;
import ringspec.machine.Stop;
import ringspec.trace.TraceEvent;

/** Every fixture on every configuration: what it says, how it ends, and that nothing of it stays. */
final class FixtureRunTest {

    private static final Set<String> SLOW = Set.of("compute", "sha256");
    private static final long BUDGET = 200_000_000;
    private static final ReferenceKernel KERNEL = new ReferenceKernel();

    @TestFactory
    Stream<DynamicTest> fixtures() {
        List<Fixture> fixtures = Fixtures.readAll(Path.of("fixtures"));
        assertThat(fixtures).hasSizeGreaterThan(30);
        List<DynamicTest> tests = new ArrayList<>();
        for (ProcessorModel model : ProcessorModels.all()) {
            for (boolean kpti : new boolean[]{false, true}) {
                Configuration configuration = new Configuration(model, kpti);
                fixtures.stream()
                        .filter(fixture -> fixture.needs().stream().allMatch(need -> model.has(Feature.valueOf(need))))
                        // The slow ones once.
                        .filter(fixture -> !SLOW.contains(fixture.id()) || model == ProcessorModels.INTEL && kpti)
                        .forEach(fixture -> tests.add(DynamicTest.dynamicTest(fixture.id() + ", " + configuration,
                                () -> run(fixture, configuration))));
            }
        }
        return tests.stream();
    }

    private static void run(Fixture fixture, Configuration configuration) {
        BootedMachine booted = KERNEL.boot(configuration);
        booted.loadModules(List.of(new NamedElf("test", fixture.bytes())));
        booted.fillFreeMemory(0xA5);
        Stop stop = booted.run(BUDGET);
        String serial = new String(booted.machine().serialOutput(), StandardCharsets.ISO_8859_1);
        KernelSymbols symbols = booted.symbols();
        switch (fixture.ending()) {
            case Ending.Exit exit -> {
                assertThat(serial).isEqualTo(fixture.serial());
                assertThat(stop).isEqualTo(new Stop.Exited(KernelLayout.EXIT_ALL_ENDED));
                assertThat(symbols.faults()).isEmpty();
            }
            case Ending.Fault fault -> {
                assertThat(serial).startsWith(fixture.serial() + "kernel: process 1 (test) killed by ").endsWith("\n");
                assertThat(stop).isEqualTo(new Stop.Exited(KernelLayout.EXIT_INIT_KILLED));
                assertThat(symbols.faults()).hasSize(1);
                checkFault(fixture, fault, symbols.faults().getFirst(), configuration.kpti());
            }
        }
        fixture.syscalls().ifPresent(count -> assertThat(booted.machine().trace().all(TraceEvent.Syscall.class))
                .hasSize((int) count));
        assertThat(booted.machine().trace().all(TraceEvent.TlbStaleUse.class)).isEmpty();
        assertThat(booted.machine().trace().all(TraceEvent.FaultTaken.class)).noneMatch(taken -> taken.cpl() == 0);
        assertThat(symbols.framesByKind()).containsOnlyKeys(FrameKind.FREE, FrameKind.RESERVED, FrameKind.PAGE_TABLE);
        assertThat(symbols.framesByKind().get(FrameKind.FREE)).isEqualTo(symbols.frames().free());
    }

    private static void checkFault(Fixture fixture, Ending.Fault expected, KernelSymbols.FaultRecord fault,
            boolean kpti) {
        SymbolTable program = ElfImage.parse(fixture.bytes()).orThrow().symbols();
        assertThat(fault.vector()).isEqualTo(expected.vector());
        assertThat(fault.error()).isEqualTo((kpti ? expected.errorCodeWithKpti() : expected.errorCode()).orElse(0));
        expected.cr2().ifPresent(place -> assertThat(place.matches(fault.cr2(), program))
                .as("CR2 0x%x is %s", fault.cr2(), place.describe(program)).isTrue());
        expected.rip().ifPresent(place -> assertThat(place.matches(fault.rip(), program))
                .as("RIP 0x%x is %s", fault.rip(), place.describe(program)).isTrue());
    }
}
