package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import ringspec.cpu.Cpu;
import ringspec.debug.AddressSpace;
import ringspec.debug.AddressSpace.Page;
import ringspec.kernel.KernelLayout;
import ringspec.machine.Machine;
import ringspec.subject.NamedElf;

/** Where the kernel puts processes when it is told to choose (D42). */
public final class AslrSteps {

    private static final int STEPS = 1_000_000;

    /**
     * Where init began with a seed.
     *
     * @param image its lowest page
     * @param stackTop the address above its highest page
     */
    public record Start(long seed, long image, long rip, long stackTop, long rsp) {

        @Override
        public String toString() {
            return "seed %d: image 0x%x, RIP 0x%x, stack 0x%x, RSP 0x%x".formatted(seed, image, rip, stackTop, rsp);
        }
    }

    private final World world;
    private final List<Start> first = new ArrayList<>();
    private final List<Start> second = new ArrayList<>();
    private int exitCode;

    public AslrSteps(World world) {
        this.world = world;
    }

    @Given("addresses are chosen by the seed {int}")
    public void seed(int seed) {
        world.useAslr(seed);
    }

    @When("it enters ring 3 twice with each of the seeds {int}, {int} and {int}")
    public void startTwice(int one, int two, int three) {
        for (int seed : new int[]{one, two, three}) {
            first.add(start(seed));
            second.add(start(seed));
        }
    }

    private Start start(long seed) {
        SubjectUnderTest.Started started = SubjectUnderTest.on(world.model(), world.kpti(), OptionalLong.of(seed))
                .start(world.programs().modules());
        Machine machine = started.machine();
        Cpu cpu = machine.cpu();
        for (int i = 0; i < CurrentSubject.patience(STEPS) && cpu.cpl() == 0; i++) {
            machine.step();
        }
        world.alsoRan(machine);
        assertThat(cpu.cpl()).as("CPL with seed %d", seed).isEqualTo(3);
        List<Page> pages = new AddressSpace(machine.ram(), cpu.cr3).lowerHalf();
        return new Start(seed, pages.getFirst().linear(), cpu.rip, pages.getLast().last() + 1, cpu.gpr[Cpu.RSP]);
    }

    @Then("each seed gave the same image and stack both times")
    public void sameAgain() {
        assertThat(second).as("where init began the second time").isNotEmpty().isEqualTo(first);
    }

    @Then("no two seeds gave the same image or the same stack")
    public void allDiffer() {
        assertThat(first).as("images").extracting(Start::image).doesNotHaveDuplicates();
        assertThat(first).as("stacks").extracting(Start::stackTop).doesNotHaveDuplicates();
        assertThat(first).as("RSP against the end of the stack").allMatch(start -> start.rsp() == start.stackTop());
    }

    @Then("every image and every stack lies on a page boundary")
    public void pageAligned() {
        ProgramFile file = new ProgramFile(world.programs().modules().getFirst().bytes());
        for (Start start : first) {
            assertThat((start.rip() - file.entry()) % KernelLayout.PAGE).as("slide of the image modulo 4096, %s", start)
                    .isZero();
            assertThat(start.rip()).as("RIP, %s", start).isEqualTo(file.loadedAt(start.image()).entry());
            assertThat(start.stackTop() % KernelLayout.PAGE).as("end of the stack modulo 4096, %s", start).isZero();
        }
    }

    @When("the fixture {string} is offered as init without the option")
    public void offered(String id) {
        SubjectUnderTest.Started started = SubjectUnderTest.on(world.model(), world.kpti(), OptionalLong.empty())
                .start(List.of(new NamedElf(id, Programs.fixtures().get(id).bytes())));
        started.machine().run(CurrentSubject.patience(STEPS));
        world.alsoRan(started.machine());
        exitCode = started.machine().exitCode().orElse(-1);
    }

    @Then("the kernel refused it")
    public void refused() {
        assertThat(exitCode).as("exit code of the machine").isEqualTo(KernelLayout.EXIT_INIT_REFUSED);
    }
}
