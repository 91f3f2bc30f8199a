package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.boot.MultibootException;
import ringspec.boot.MultibootImage;
import ringspec.boot.MultibootLoader;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Vector;
import ringspec.fixture.Fixture;
import ringspec.fixture.Fixtures;
import ringspec.machine.Board;
import ringspec.machine.Machine;
import ringspec.subject.BootedMachine;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;
import ringspec.subject.FixtureRun;
import ringspec.trace.Trace.Stamped;
import ringspec.trace.TraceEvent;

/**
 * However a machine is run, block by block, in pieces, step by step, watched or not, on forks of itself: each register, each byte,
 * virtual time and the trace are the same.
 *
 * <p>{@code -DagreementSeeds=N} tries so many random programs for each mode.
 */
class EnginesAgreeTest {

    private static final int SEEDS = Integer.getInteger("agreementSeeds", 8);
    private static final long TIME = 1000;
    private static final long FIXTURE_TIME = 2500;
    private static final int BREAKPOINTS = 200;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void onRandomPrograms(Mode mode) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            compare("%s, seed %d".formatted(mode, seed), RandomGuest.of(mode, seed), TIME);
        }
    }

    /** Else the programs would show little. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void randomProgramsGetAround(Mode mode) {
        Set<Integer> vectors = new TreeSet<>();
        int places = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Guest guest = RandomGuest.of(mode, seed);
            Way.Outcome outcome = Way.DETAIL.drive(guest, TIME, new long[0]);
            outcome.machine().trace().all(TraceEvent.HandlerEntered.class).forEach(event -> vectors.add(event
                    .vector()));
            places += Way.places(outcome, Integer.MAX_VALUE).length;
        }
        assertThat(vectors).contains(Vector.DB, Vector.NMI, Vector.UD, Vector.GP).hasSizeGreaterThan(5);
        assertThat(places).as("instructions at different addresses").isGreaterThan(50 * SEEDS);
    }

    /** What once made a difference: pages that are written first by REP, and code whose translation goes stale while it runs. */
    @ParameterizedTest
    @ValueSource(strings = {
            "mov edi, 0x40F80; mov ecx, 1500; rep stosb; mov esi, 0x40000; mov edi, 0x42FF0; mov ecx, 900; rep movsd; hlt",
            "mov rax, [0x12000]; mov qword ptr [0x12000], 0; inc rbx; inc rcx; inc rdx; mov [0x12000], rax; inc rbx; hlt",
            "mov rax, [0x12000]; and byte ptr [0x12000], 0x7F; inc rbx; inc rcx; jmp on; on: inc rdx; mov [0x12000], rax; hlt",
            "mov dword ptr [rip + there], 0x90909090; inc rbx; there: hlt; hlt; hlt; hlt; inc rcx; hlt"})
    void onWhatOnceMadeADifference(String program) {
        Machine machine = new Machine(new Machine.Config(ProcessorModels.INTEL, ModeBed.RAM_SIZE, Interpreter::new));
        ModeBed bed = new ModeBed(machine.cpu()).inLongMode().write(ModeBed.CODE, 64, program);
        bed.cpu.memory.contextChanged();
        compare(program, new Guest.Bare(machine), TIME);
    }

    /** Our kernel with programs in ring 3. */
    @Test
    void onTheKernel() {
        List<Fixture> fixtures = Fixtures.readAll(Path.of("fixtures")).stream().filter(fixture -> !fixture.setup()
                .positionIndependent()).toList();
        for (int i = 0; i < fixtures.size(); i++) {
            Configuration configuration = new Configuration(ProcessorModels.all().get(i % 2), i % 3 != 0);
            Fixture fixture = fixtures.get(i);
            if (fixture.needs().stream().allMatch(need -> configuration.model().has(Feature.valueOf(need)))) {
                BootedMachine booted = DesignedKernel.REFERENCE.boot(configuration);
                booted.loadModules(FixtureRun.modules(fixture));
                FixtureRun.scheduleInput(booted.machine(), fixture);
                compare(fixture.id() + ", " + configuration, new Guest.WithKernel(booted), FIXTURE_TIME);
            }
        }
    }

    /** From 32-bit protected mode to ring 3 of compatibility and 64-bit mode; later, while it waits for the PIT. */
    @ParameterizedTest
    @CsvSource({"INTEL, 0, 13700", "AMD, 8900, 4800", "AIRMONT, 10013000, 1500"})
    void onAKernelThatBootsByItself(String model, long start, long time) throws IOException, MultibootException {
        Machine machine = new Machine(Machine.Config.of(ProcessorModels.named(model)).with(new Board.Pc()));
        MultibootLoader.load(machine, MultibootImage.parse(Files.readAllBytes(Path.of(
                "fixtures/multiboot/rings.elf"))), "", List.of());
        machine.run(start);
        machine.trace().clear();
        compare("rings.elf on %s from %d".formatted(model, start), new Guest.Bare(machine), time);
    }

    private static void compare(String what, Guest guest, long time) {
        long end = guest.machine().cpu().instructions + time;
        Way.Outcome reference = Way.DETAIL.drive(guest.fork(), end, new long[0]);
        long[] places = Way.places(reference, BREAKPOINTS);
        List<String> processor = MachineState.processor(reference.machine());
        for (Way way : Way.values()) {
            if (way != Way.DETAIL) {
                compare("%s: %s against %s".formatted(what, way, Way.DETAIL), way.drive(guest.fork(), end, places),
                        reference, processor);
            }
        }
    }

    private static void compare(String what, Way.Outcome outcome, Way.Outcome reference, List<String> processor) {
        assertThat(firstDifference(reference.plainEvents(), outcome.plainEvents())).as(what).isEqualTo("none");
        assertThat(MachineState.processor(outcome.machine())).as(what).isEqualTo(processor);
        assertThat(outcome.stop()).as(what).isEqualTo(reference.stop());
        assertThat(MachineState.differingFrames(outcome.machine(), reference.machine())).as(what).isEmpty();
        assertThat(outcome.machine().serialOutput()).as(what).isEqualTo(reference.machine().serialOutput());
        if (outcome.remembers()) {
            assertThat(outcome.machine().recentInstructions(12)).as(what).hasToString(reference.machine()
                    .recentInstructions(12).toString());
        }
    }

    private static String firstDifference(List<Stamped> expected, List<Stamped> actual) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            Object one = i < expected.size() ? expected.get(i) : "no event";
            Object other = i < actual.size() ? actual.get(i) : "no event";
            if (!one.equals(other)) {
                return "event %d is %s instead of %s".formatted(i, other, one);
            }
        }
        return "none";
    }
}
