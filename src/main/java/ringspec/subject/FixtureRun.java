package ringspec.subject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ringspec.cpu.Vector;
import ringspec.elf.ElfImage;
import ringspec.elf.LoadPolicy;
import ringspec.elf.SymbolTable;
import ringspec.fixture.Ending;
import ringspec.fixture.Fixture;
import ringspec.fixture.Place;
import ringspec.fixture.Setup;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelSymbols;
import ringspec.machine.Machine;
import ringspec.trace.TraceEvent;

/** A fixture as init with what it needs around it, and what of its run is not as its description says. */
public final class FixtureRun {

    private static final long INIT = 1;
    private static final String KERNEL_LINE = "kernel: ";

    private final Fixture fixture;
    private final Machine machine;
    private final KernelSymbols kernel;
    private final boolean kpti;
    private final List<String> differences = new ArrayList<>();

    private FixtureRun(Fixture fixture, BootedMachine booted, boolean kpti) {
        this.fixture = fixture;
        this.machine = booted.machine();
        this.kernel = booted.symbols();
        this.kpti = kpti;
    }

    /** What the boot loader hands to the kernel: the fixture, then its companions. */
    public static List<NamedElf> modules(Fixture fixture) {
        return programs(fixture).stream().map(f -> new NamedElf(f.id(), f.bytes())).toList();
    }

    /** Lets the fixture's serial input arrive when its description says; call it before the kernel starts processes. */
    public static void scheduleInput(Machine machine, Fixture fixture) {
        Setup setup = fixture.setup();
        if (!setup.input().isEmpty()) {
            machine.scheduleSerialInput(machine.cpu().instructions + setup.inputAfter(),
                    setup.input().getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * What is not as described, in words.
     *
     * @param fixture what was init
     * @param booted the machine, which has run as far as it does
     * @param kpti whether processes have two PML4s
     */
    public static List<String> differences(Fixture fixture, BootedMachine booted, boolean kpti) {
        FixtureRun run = new FixtureRun(fixture, booted, kpti);
        run.compareEnd();
        run.compareSerial();
        run.compareSyscalls();
        run.compareFaults();
        return List.copyOf(run.differences);
    }

    private static List<Fixture> programs(Fixture fixture) {
        return Stream.concat(Stream.of(fixture), fixture.setup().companions().stream()).toList();
    }

    private void compareEnd() {
        if (programs(fixture).stream().anyMatch(f -> f.ending() instanceof Ending.Wait)) {
            if (machine.exitCode().isPresent() || !machine.cpu().halted) {
                differences.add("the machine does not stand idle (exit code %s), but a program is expected to wait"
                        .formatted(machine.exitCode()));
            }
            for (long process = INIT; process <= programs(fixture).size(); process++) {
                compareWaiting(process, programs(fixture).get((int) (process - INIT)));
            }
        } else {
            int expected = fixture.ending() instanceof Ending.Fault ? KernelLayout.EXIT_INIT_KILLED
                    : KernelLayout.EXIT_ALL_ENDED;
            if (machine.exitCode().isEmpty()) {
                differences.add("the machine has not ended");
            } else if (machine.exitCode().getAsInt() != expected) {
                differences.add("the machine ended with exit code %d, expected %d".formatted(machine.exitCode()
                        .getAsInt(), expected));
            }
        }
    }

    private void compareWaiting(long process, Fixture program) {
        boolean alive = kernel.process(process).isPresent();
        boolean expected = program.ending() instanceof Ending.Wait;
        if (alive != expected) {
            differences.add("process %d (%s) has %s".formatted(process, program.id(), alive ? "not ended" : "ended"));
        }
    }

    private void compareSerial() {
        String programs = new String(machine.serialOutput(), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.startsWith(KERNEL_LINE)).map(line -> line + "\n").collect(Collectors.joining());
        if (!programs.equals(fixture.serial())) {
            differences.add("serial output is \"%s\", expected \"%s\"".formatted(programs, fixture.serial()));
        }
    }

    private void compareSyscalls() {
        long syscalls = machine.trace().all(TraceEvent.Syscall.class).size();
        fixture.syscalls().ifPresent(expected -> {
            if (syscalls != expected) {
                differences.add("%d system calls, expected %d".formatted(syscalls, expected));
            }
        });
    }

    private void compareFaults() {
        Map<Long, Ending.Fault> expected = new HashMap<>(fixture.childFaults());
        List<Fixture> programs = programs(fixture);
        for (int i = 0; i < programs.size(); i++) {
            if (programs.get(i).ending() instanceof Ending.Fault fault) {
                expected.put(INIT + i, fault);
            }
        }
        for (KernelSymbols.FaultRecord record : kernel.faults()) {
            Ending.Fault fault = expected.remove(record.processId());
            if (fault == null) {
                differences.add("process %d (%s) ended by %s, expected no fault".formatted(record.processId(), record
                        .processName(), describe(record)));
            } else {
                compareFault(record, fault);
            }
        }
        expected.forEach((process, fault) -> differences.add("process %d has no fault record, expected one of %s"
                .formatted(process, Vector.name(fault.vector()))));
    }

    private void compareFault(KernelSymbols.FaultRecord record, Ending.Fault expected) {
        OptionalLong code = kpti ? expected.errorCodeWithKpti() : expected.errorCode();
        if (record.vector() != expected.vector() || code.orElse(0) != record.error()) {
            differences.add("process %d was killed by %s, expected %s with error code %s".formatted(record.processId(),
                    describe(record), Vector.name(expected.vector()),
                    code.isPresent() ? "0x%x".formatted(code.getAsLong()) : "none"));
        }
        int program = (int) (record.processId() - INIT);
        SymbolTable symbols = program < programs(fixture).size() ? symbols(programs(fixture).get(program))
                : SymbolTable.EMPTY;
        expected.cr2().ifPresent(place -> compare("CR2", record.cr2(), place, symbols));
        expected.rip().ifPresent(place -> compare("RIP", record.rip(), place, symbols));
    }

    private static SymbolTable symbols(Fixture program) {
        return ElfImage.parse(program.bytes(), LoadPolicy.WITH_ASLR).orThrow().symbols();
    }

    private void compare(String what, long actual, Place expected, SymbolTable symbols) {
        if (!expected.matches(actual, symbols)) {
            differences.add("%s of the fault is 0x%x, expected %s".formatted(what, actual, expected.describe(symbols)));
        }
    }

    private static String describe(KernelSymbols.FaultRecord record) {
        return "%s(0x%x) at 0x%x, CR2 0x%x".formatted(Vector.name(record.vector()), record.error(), record.rip(), record
                .cr2());
    }
}
