package ringspec.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import ringspec.cpu.Vector;
import ringspec.elf.SymbolTable;
import ringspec.fixture.Ending;
import ringspec.fixture.Fixture;
import ringspec.fixture.Place;
import ringspec.machine.Machine;
import ringspec.subject.FaultRecord;
import ringspec.subject.KernelView;
import ringspec.subject.NamedElf;
import ringspec.trace.TraceEvent;

/** Compares how a fixture ended as init with its description. */
final class FixtureCheck {

    private static final long INIT = 1;

    private final Fixture fixture;
    private final Machine machine;
    private final KernelView kernel;
    private final boolean kpti;

    /** The fixture, and the machine on which it was init. */
    FixtureCheck(Fixture fixture, SubjectUnderTest.Started started) {
        this.fixture = fixture;
        this.machine = started.machine();
        this.kernel = started.view();
        this.kpti = started.configuration().kpti();
    }

    /** What is not as described, in words. */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        if (machine.exitCode().isEmpty()) {
            differences.add("the machine has not ended");
        }
        String programs = Programs.text(machine.serialOutput()).lines().filter(line -> !line.startsWith("kernel: "))
                .map(line -> line + "\n").reduce("", String::concat);
        if (!programs.equals(fixture.serial())) {
            differences.add("serial output is \"%s\", expected \"%s\"".formatted(programs, fixture.serial()));
        }
        long syscalls = machine.trace().all(TraceEvent.Syscall.class).size();
        fixture.syscalls().ifPresent(expected -> {
            if (syscalls != expected) {
                differences.add("%d system calls, expected %d".formatted(syscalls, expected));
            }
        });
        compareEnding(differences);
        return differences;
    }

    private void compareEnding(List<String> differences) {
        List<FaultRecord> records = kernel.faults(INIT);
        switch (fixture.ending()) {
            case Ending.Exit() -> {
                if (!records.isEmpty()) {
                    differences.add("ended by %s, expected to end by itself".formatted(records));
                }
            }
            case Ending.Fault fault -> {
                if (records.size() != 1) {
                    differences.add("has %d fault records, expected one of %s".formatted(records.size(),
                            Vector.name(fault.vector())));
                } else {
                    compareFault(records.getFirst(), fault, differences);
                }
            }
        }
    }

    private void compareFault(FaultRecord record, Ending.Fault expected, List<String> differences) {
        SymbolTable symbols = Programs.image(new NamedElf(fixture.id(), fixture.bytes())).symbols();
        OptionalLong code = kpti ? expected.errorCodeWithKpti() : expected.errorCode();
        if (record.vector() != expected.vector() || code.isPresent() && code.getAsLong() != record.errorCode()) {
            differences.add("killed by %s, expected %s with error code %s".formatted(record, Vector.name(expected
                    .vector()),
                    code.isPresent() ? "0x%x".formatted(code.getAsLong()) : "none"));
        }
        expected.cr2().ifPresent(place -> compare("CR2", record.cr2(), place, symbols, differences));
        expected.rip().ifPresent(place -> compare("RIP", record.rip(), place, symbols, differences));
    }

    private static void compare(String what, long actual, Place expected, SymbolTable symbols,
            List<String> differences) {
        if (!expected.matches(actual, symbols)) {
            differences.add("%s of the fault is 0x%x, expected %s".formatted(what, actual, expected.describe(symbols)));
        }
    }
}
