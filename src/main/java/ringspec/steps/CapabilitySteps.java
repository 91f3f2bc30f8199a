package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.java.en.Then;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.ObjectLayout;
import ringspec.kernel.cap.Rights;
import ringspec.subject.CapabilityView;
import ringspec.subject.KernelView.Process;

/** What capability tables hold, read from the kernel's memory. */
public final class CapabilitySteps {

    private final World world;

    public CapabilitySteps(World world) {
        this.world = world;
    }

    @Then("slot {int} of process {int} holds a(n) {word} with rights {int}")
    public void holds(int slot, int process, String type, int rights) {
        CapabilityView capability = holdsType(slot, process, type);
        assertThat(capability.rights()).as("rights of slot %d of process %d", slot, process).isEqualTo(rights);
    }

    @Then("slot {int} of process {int} holds a(n) {word}")
    public CapabilityView holdsType(int slot, int process, String type) {
        CapabilityView capability = capability(slot, process);
        assertThat(capability.isEmpty() ? "nothing" : capability.type().name()).as("type of slot %d of process %d",
                slot, process)
                .isEqualTo(type.toUpperCase(Locale.ROOT));
        return capability;
    }

    @Then("slot {int} of process {int} is empty")
    public void isEmpty(int slot, int process) {
        assertThat(capability(slot, process).isEmpty()).as("slot %d of process %d is empty: %s", slot, process,
                capability(slot, process)).isTrue();
    }

    @Then("slot {int} of process {int} and slot {int} of process {int} are different objects")
    public void different(int slot, int process, int otherSlot, int otherProcess) {
        assertThat(hex(capability(slot, process).object())).as("object of slot %d of process %d", slot, process)
                .isNotEqualTo(hex(capability(otherSlot, otherProcess).object()));
    }

    @Then("slot {int} of process {int} and slot {int} of process {int} are the same object")
    public void same(int slot, int process, int otherSlot, int otherProcess) {
        assertThat(hex(capability(slot, process).object())).as("object of slot %d of process %d", slot, process)
                .isEqualTo(hex(capability(otherSlot, otherProcess).object()));
    }

    @Then("slot {int} of process {int} is process {int}")
    public void isProcess(int slot, int process, int named) {
        assertThat(hex(capability(slot, process).object())).as("object of slot %d of process %d, expected process %d",
                slot, process, named).isEqualTo(hex(world.process(named).address()));
    }

    @Then("the capability table of process {int} is empty")
    public void tableIsEmpty(int process) {
        List<String> filled = new ArrayList<>();
        for (int slot = 0; slot < ObjectLayout.CAPABILITY_SLOTS; slot++) {
            if (!capability(slot, process).isEmpty()) {
                filled.add("slot %d: %s".formatted(slot, capability(slot, process)));
            }
        }
        assertThat(filled).as("filled slots of process %d", process).isEmpty();
    }

    @Then("the capability tables lie in frames of the kernel")
    public void tablesAreKernels() {
        for (Process process : world.kernel().processes()) {
            int frame = (int) (world.kernel().capabilityTable(process) >>> 12);
            assertThat(world.kernel().frames().kernels().get(frame)).as(
                    "frame 0x%x with the table of process %d is the kernel's",
                    frame, process.id()).isTrue();
        }
    }

    /** 1024 pairs of words, result and rights, for a from 0 to 31 and within it b from 0 to 31. */
    @Then("the {int} results at {value} say that b was given if a has GRANT and b is within a, and RIGHTS else")
    public void transferResults(int count, Value address) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int a = i / 32;
            int b = i % 32;
            long result = world.readUser64(address.get() + 16L * i);
            long rights = world.readUser64(address.get() + 16L * i + 8);
            boolean allowed = (a & Rights.GRANT) != 0 && (b & ~a) == 0;
            if (allowed ? result < 0 || rights != b : result != ErrorCode.RIGHTS.result()) {
                wrong.add("a=%d b=%d: result %d, rights %d".formatted(a, b, result, rights));
            }
        }
        assertThat(wrong).as("transfers with a wrong result").isEmpty();
    }

    private CapabilityView capability(int slot, int process) {
        return world.kernel().capability(world.process(process), slot);
    }
}
