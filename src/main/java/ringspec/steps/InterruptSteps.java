package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import ringspec.trace.TraceEvent;

/** Interrupt lines, and what became of interrupts. */
public final class InterruptSteps {

    private final World world;

    public InterruptSteps(World world) {
        this.world = world;
    }

    /** A pulse, as a device with an edge-triggered line gives it. */
    @When("interrupt line {int} is raised")
    public void raise(int line) {
        world.machine().raiseLine(line, true);
        world.machine().raiseLine(line, false);
    }

    @Then("interrupt line {int} is {masked}")
    public void isMasked(int line, boolean masked) {
        assertThat(world.machine().ioApic().isMasked(line)).as("line %d is masked at the I/O APIC", line).isEqualTo(
                masked);
    }

    @Then("the interrupt with vector {value} was taken")
    public void wasTaken(Value vector) {
        assertThat(world.trace().all(TraceEvent.InterruptTaken.class)).as("interrupts that were taken")
                .anyMatch(taken -> taken.vector() == vector.get());
    }

    @Then("each interrupt got exactly one EOI")
    public void oneEoiEach() {
        assertThat(count(world.trace().all(TraceEvent.EndOfInterrupt.class).stream().map(
                TraceEvent.EndOfInterrupt::vector)
                .toList())).as("EOIs by vector, against interrupts that went into service")
                .isEqualTo(count(world.trace().all(TraceEvent.InterruptInService.class).stream()
                        .map(TraceEvent.InterruptInService::vector).toList()));
    }

    private static Map<Integer, Long> count(List<Integer> vectors) {
        return vectors.stream().collect(Collectors.groupingBy(vector -> vector, Collectors.counting()));
    }
}
