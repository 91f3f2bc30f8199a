package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.List;
import ringspec.cpu.Cpu;
import ringspec.cpu.Vector;
import ringspec.machine.Machine;

/** Events before every single instruction of a stretch of code. */
public final class DisturbanceSteps {

    /** The size of the frame that the processor pushes: SS, RSP, RFLAGS, CS, RIP. */
    private static final int PUSHED = 5 * 8;

    private final World world;
    private final Disturbances disturbances;

    public DisturbanceSteps(World world, Disturbances disturbances) {
        this.world = world;
        this.disturbances = disturbances;
    }

    @When("an interrupt with vector {value} arrives before each instruction up to {label}, on a machine of its own")
    public void interrupts(Value vector, String label) {
        disturbances.disturb(label, (int) vector.get(), machine -> machine.injectInterrupt((int) vector.get()),
                _ -> true);
    }

    @When("an NMI arrives before each instruction up to {label}, on a machine of its own")
    public void nmis(String label) {
        disturbances.disturb(label, Vector.NMI, Machine::injectNmi, _ -> true);
    }

    @When("a debug exception hits each kernel instruction up to {label}, on a machine of its own")
    public void debugExceptions(String label) {
        disturbances.disturb(label, Vector.DB, DisturbanceSteps::breakHere, cpu -> cpu.cpl() == 0);
    }

    /** An instruction breakpoint in DR0, enabled by DR7.G0. */
    private static void breakHere(Machine machine) {
        Cpu cpu = machine.cpu();
        cpu.dr[0] = cpu.rip;
        cpu.dr[7] |= 2;
        cpu.stopBlock = true;
    }

    @Then("at least {int} instructions were disturbed")
    public void atLeast(int count) {
        assertThat(disturbances.runs().size()).as("instructions before which the event came").isGreaterThanOrEqualTo(
                count);
    }

    @Then("every interrupt was taken exactly once, with CPL 3")
    public void takenInRing3() {
        assertThat(disturbances.runs()).as("interrupts that were taken otherwise")
                .filteredOn(run -> !run.taken().equals(List.of(3))).isEmpty();
    }

    @Then("^every (?:NMI|debug exception) was taken at once, on the stack of IST(\\d)$")
    public void takenOnIst(int number) {
        long top = world.kernel().ist(number);
        assertThat(disturbances.runs()).as("events that were taken otherwise, TSS.IST%d being 0x%x", number, top)
                .filteredOn(run -> run.taken().size() != 1 || run.taken().getFirst() != run.cpl()
                        || run.entries().getFirst().rsp() != top - PUSHED)
                .isEmpty();
    }

    @Then("every interrupt landed on TSS.RSP0")
    public void landedOnRsp0() {
        assertThat(disturbances.runs()).as("interrupts that landed elsewhere than 0x%x", disturbances.rsp0())
                .filteredOn(run -> run.entries().getFirst().rsp() != disturbances.rsp0() - PUSHED).isEmpty();
    }

    @Then("every register and the result are as without the interrupt")
    public void nothingChanged() {
        List<String> wrong = new ArrayList<>();
        for (Disturbances.Run run : disturbances.runs()) {
            disturbances.undisturbed().forEach((name, value) -> {
                if (!value.equals(run.registers().get(name))) {
                    wrong.add("%s: %s is 0x%x, without the event 0x%x".formatted(run, name, run.registers().get(name),
                            value));
                }
            });
        }
        assertThat(wrong).as("registers that differ from an undisturbed run").isEmpty();
    }
}
