package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.List;
import ringspec.kernel.ErrorCode;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.subject.FrameView;
import ringspec.subject.KernelState;

/** The kernel's structures as a whole, and the frames that it hands out. */
public final class KernelStateSteps {

    private final World world;
    private final List<Refusal> refusals = new ArrayList<>();
    private KernelState remembered;
    private FrameView.Counts counted;
    private long rememberedFrame;
    private long lastResult;

    /**
     * A call that was refused for lack of frames.
     *
     * @param frames how many were free
     * @param changes what it changed all the same
     */
    public record Refusal(int frames, List<String> changes) {
    }

    public KernelStateSteps(World world) {
        this.world = world;
    }

    @When("the kernel's state is remembered")
    public void remember() {
        remembered = KernelState.of(world.machine(), world.kernel());
    }

    @Then("the kernel's state is as remembered")
    public void asRemembered() {
        assertThat(KernelState.of(world.machine(), world.kernel()).differencesFrom(remembered))
                .as("structures of the kernel that changed").isEmpty();
    }

    @When("the free frames are counted")
    public void countFrames() {
        counted = world.kernel().frames().counts(1);
    }

    @Then("as many frames are free as were counted")
    public void asManyFree() {
        assertThat(world.kernel().frames().counts(1).free()).as("free frames").isEqualTo(counted.free());
    }

    @Then("{int} more frames belong to ring 3, and {int} to {int} fewer are free")
    public void moreFrames(int more, int least, int most) {
        FrameView.Counts now = world.kernel().frames().counts(1);
        assertThat(now.user() - counted.user()).as("frames for ring 3 since they were counted").isEqualTo(more);
        assertThat(counted.free() - now.free()).as("frames taken since they were counted").isBetween((long) least,
                (long) most);
    }

    @When("the frame of {value} is remembered")
    public void rememberFrame(Value address) {
        rememberedFrame = frame(1, address);
    }

    @Then("{value} lies in the remembered frame")
    public void inRememberedFrame(Value address) {
        assertThat(hex(frame(1, address))).as("frame of %s", address).isEqualTo(hex(rememberedFrame));
    }

    @Then("{value} of process {int} and {value} of process {int} lie in the same frame")
    public void sameFrame(Value address, int process, Value otherAddress, int otherProcess) {
        assertThat(hex(frame(process, address))).as("frame of %s in process %d", address, process)
                .isEqualTo(hex(frame(otherProcess, otherAddress)));
    }

    private long frame(int process, Value address) {
        return world.addressSpace(world.process(process).userCr3()).page(address.get())
                .orElseThrow(() -> new AssertionError("%s is not mapped for process %d".formatted(address, process)))
                .physical();
    }

    @Then("{value} is {mapped} for process {int}")
    public void mappedFor(Value address, boolean mapped, int process) {
        assertThat(world.addressSpace(world.process(process).userCr3()).page(address.get()).isPresent())
                .as("%s is mapped for process %d", address, process).isEqualTo(mapped);
    }

    @Then("the lower half of process {int} is empty")
    public void lowerHalfEmpty(int process) {
        assertThat(world.addressSpace(world.process(process).userCr3()).lowerHalf()).as("user pages of process %d",
                process)
                .isEmpty();
    }

    @Then("the PML4s of process {int} are its own")
    public void ownPml4s(int process) {
        List<Long> all = new ArrayList<>(List.of(world.kernel().bootPml4()));
        world.kernel().processes().forEach(p -> {
            all.add(p.kernelCr3());
            if (p.userCr3() != p.kernelCr3()) {
                all.add(p.userCr3());
            }
        });
        assertThat(all).as("PML4s of all processes and of the kernel").doesNotHaveDuplicates()
                .contains(world.process(process).kernelCr3());
    }

    @Then("process {int} is alive")
    public void isAlive(int process) {
        assertThat(world.kernel().isAlive(process)).as("process %d is alive", process).isTrue();
    }

    @Then("process {int} is not alive")
    public void isNotAlive(int process) {
        assertThat(world.kernel().isAlive(process)).as("process %d is alive", process).isFalse();
    }

    @Then("process {int} has {int} thread(s)")
    public void threads(int process, int count) {
        assertThat(world.process(process).stackTops()).as("threads of process %d, by RSP0", process).hasSize(count);
    }

    @Then("thread {int} of process {int} is blocked")
    public void isBlocked(int thread, int process) {
        assertThat(world.kernel().threadState(world.process(process), thread)).as("state of thread %d of process %d",
                thread,
                process).isEqualTo("BLOCKED");
    }

    @Then("thread {int} of process {int} is ready")
    public void isReady(int thread, int process) {
        assertThat(world.kernel().threadState(world.process(process), thread)).as("state of thread %d of process %d",
                thread,
                process).isEqualTo("READY");
    }

    @Then("the kernel stacks of process {int} do not overlap")
    public void stacksApart(int process) {
        List<Long> tops = world.process(process).stackTops().stream().sorted().toList();
        assertThat(tops).as("threads of process %d, by RSP0", process).hasSizeGreaterThan(1);
        for (int i = 1; i < tops.size(); i++) {
            assertThat(tops.get(i) - tops.get(i - 1)).as(
                    "bytes from RSP0 %s to RSP0 %s: four pages of stack and at least one that isn't mapped", hex(tops
                            .get(i - 1)),
                    hex(tops.get(i))).isGreaterThan(0x4000);
        }
    }

    @Then("the TLB holds no translation of {value}")
    public void notInTlb(Value address) {
        assertThat(world.translations()).as("pages that the TLB holds").doesNotContain(hex(address.get() & -4096));
    }

    /** The frames are withheld behind the kernel's back, on a fork for each number. */
    @When("{string} is run with every number of free frames from 0 up to what it needs, on to {string}")
    public void sweep(String from, String to) {
        world.runner().toUserAddress(world.programSymbol(from), from);
        for (int frames = 0; frames < 200; frames++) {
            SubjectUnderTest.Started attempt = world.started().fork();
            Machine machine = attempt.machine();
            attempt.view().frames().withhold(frames);
            KernelState before = KernelState.of(machine, attempt.view());
            machine.addBreakpoint(world.programSymbol(to));
            Stop stop = machine.run(1_000_000);
            world.alsoRan(machine);
            assertThat(stop).as("why the run with %d free frames ended, serial output \"%s\"", frames, Programs.text(
                    machine.serialOutput())).isEqualTo(new Stop.Breakpoint(world.programSymbol(to)));
            lastResult = machine.cpu().gpr[0];
            if (lastResult != ErrorCode.NOMEM.result()) {
                return;
            }
            refusals.add(new Refusal(frames, KernelState.of(machine, attempt.view()).differencesFrom(before)));
        }
    }

    @Then("at least {int} attempts were refused with NOMEM")
    public void refused(int count) {
        assertThat(refusals).as("attempts that were refused with NOMEM").hasSizeGreaterThanOrEqualTo(count);
    }

    @Then("every refused attempt left the kernel's state as it was")
    public void refusedUnchanged() {
        assertThat(refusals).as("refused attempts that changed something").filteredOn(r -> !r.changes().isEmpty())
                .isEmpty();
    }

    @Then("the last attempt succeeded")
    public void lastSucceeded() {
        assertThat(lastResult).as("RAX of the last attempt").isNotNegative();
    }
}
