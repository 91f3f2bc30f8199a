package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.ProcessorModels;
import ringspec.fixture.Fixture;
import ringspec.fixture.Fixtures;
import ringspec.kernel.KernelLayout;
import ringspec.machine.Machine;
import ringspec.trace.TraceEvent;

/** Programs that send messages and drive a device do the same when other interrupts and NMIs come all the time. */
final class FixtureInjectionTest {

    private static final long BUDGET = 200_000_000;
    /** Prime numbers of instructions, so that both strike everywhere in a loop; far enough apart for any to get on. */
    private static final int NMI_EVERY = 211;
    private static final int INTERRUPT_EVERY = 307;
    private static final int INJECTIONS = 1500;
    /** An input of the I/O APIC that nobody has bound. */
    private static final int VECTOR = KernelLayout.IRQ_VECTOR_BASE + 9;

    @ParameterizedTest
    @ValueSource(strings = {"rpc", "producer-consumer", "ping-pong", "serial-driver/hello", "serial-driver/echo",
            "uart-echo", "revoke-tree"})
    void doesTheSame(String id) {
        Fixture fixture = Fixtures.read(Path.of("fixtures"), id);
        BootedMachine booted = DesignedKernel.REFERENCE.boot(new Configuration(ProcessorModels.INTEL, true));
        booted.loadModules(FixtureRun.modules(fixture));
        Machine machine = booted.machine();
        FixtureRun.scheduleInput(machine, fixture);
        long start = machine.cpu().instructions;
        for (int i = 1; i <= INJECTIONS; i++) {
            machine.scheduleNmi(start + (long) i * NMI_EVERY);
            machine.scheduleInterrupt(start + (long) i * INTERRUPT_EVERY, VECTOR);
        }
        machine.run(BUDGET);
        assertThat(machine.trace().all(TraceEvent.InterruptTaken.class)).hasSizeGreaterThan(20);
        assertThat(machine.trace().all(TraceEvent.FaultTaken.class)).noneMatch(fault -> fault.cpl() == 0);
        assertThat(FixtureRun.differences(fixture, booted, true)).isEmpty();
    }
}
