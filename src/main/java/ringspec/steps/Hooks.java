package ringspec.steps;

import io.cucumber.java.After;
import io.cucumber.java.Before;
import io.cucumber.java.Scenario;
import io.cucumber.java.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.opentest4j.TestAbortedException;
import ringspec.cpu.ProcessorModel;
import ringspec.debug.AddressSpacePicture;
import ringspec.debug.RecentInstructions;
import ringspec.debug.StateDump;
import ringspec.debug.WalkExplanation;
import ringspec.report.cucumber.ConformanceCollector;
import ringspec.spec.Specification;
import ringspec.subject.KernelView.Process;
import ringspec.subject.Offer;

/** Before and after each scenario: known clauses, machine-wide invariants, and what a reader of a failure wants to see. */
public final class Hooks {

    private final World world;

    public Hooks(World world) {
        this.world = world;
    }

    @Before
    public void clausesAreKnown(Scenario scenario) {
        List<String> clauses = clauses(scenario);
        if (clauses.isEmpty() && !isAboutProcessor(scenario)) {
            throw new IllegalStateException(
                    "this scenario names no clause; tag it with the ids that it checks, like @SYS-07, or with @processor "
                            + "if it is about the processor alone");
        }
        clauses.forEach(Specification.get()::clause);
    }

    /** Where the manuals differ, a scenario is about one vendor. */
    @Before("@INTEL")
    public void onlyIntel() {
        requireVendor(ProcessorModel.Vendor.INTEL);
    }

    /** Where the manuals differ, a scenario is about one vendor. */
    @Before("@AMD")
    public void onlyAmd() {
        requireVendor(ProcessorModel.Vendor.AMD);
    }

    private void requireVendor(ProcessorModel.Vendor vendor) {
        if (world.model().vendor() != vendor) {
            throw new TestAbortedException("this is about processors of " + vendor);
        }
    }

    /** The kernel's options are of no account where there is no kernel. */
    @Before("@processor")
    public void processorOnce() {
        if (!world.kpti()) {
            throw new TestAbortedException(
                    "there is no kernel in this scenario: it runs once for each processor model");
        }
    }

    /** What KPTI promises can't be asked of a kernel that was booted without it. */
    @Before("@KPTI")
    public void kptiIsOn() {
        if (!world.kpti()) {
            throw new TestAbortedException("the kernel runs without KPTI, which is a boot option");
        }
    }

    /** What any kernel must do is asked of any; the rest of those that were built by the specification. */
    @Before("not @any-kernel")
    public void kernelOfTheSpecification() {
        world.require(Offer.CONTRACT);
    }

    /** What a kernel shows before it has run a process says nothing of the boundary. A step without a definition isn't its fault. */
    @After(order = 1500)
    public void somethingHappened(Scenario scenario) {
        if (scenario.getStatus() == Status.PASSED && !world.hasRun()) {
            throw new AssertionError("nothing ran in this scenario: it needs a When step that lets the machine run");
        }
    }

    @After(order = 1000)
    public void invariantsHold(Scenario scenario) {
        if (world.hasMachine() && !scenario.isFailed() && world.offers(Offer.STRUCTURES) && world.hasEnteredRing3()) {
            List<String> broken = world.invariants().broken(world.isFaultInRing0Expected());
            if (!broken.isEmpty()) {
                throw new AssertionError("after the scenario these invariants do not hold:\n" + String.join("\n",
                        broken));
            }
        }
    }

    /** After the invariants, so that a broken one is explained, too: hooks run from the highest order down. */
    @After(order = 500)
    public void attach(Scenario scenario) {
        ConformanceCollector.keepTraceHash(scenario.getId(), world.traceHash());
        if (CurrentSubject.get().isPresent()) {
            // Whoever runs scenarios without a build tool has nowhere to put attachments, and thousands of runs to do.
            return;
        }
        if (!world.hasMachine() || !scenario.isFailed() && !world.kpti()) {
            // The same scenario with KPTI shows the same; without it only a failure is of interest.
            return;
        }
        String state = String.join("\n", StateDump.of(world.cpu()), RecentInstructions.of(world.machine(),
                world::nameOf),
                WalkExplanation.ofLastPageFault(world.machine()).orElse(""), "trace hash " + world.traceHash() + "\n");
        scenario.attach(state.getBytes(StandardCharsets.UTF_8), "text/plain",
                "registers, last instructions, page walk");
        if (isAboutProcessor(scenario) || !world.offers(Offer.STRUCTURES)) {
            return;
        }
        if (scenario.isFailed() || clauses(scenario).stream().anyMatch(Hooks::isAboutMemory)) {
            world.kernel().currentProcess().ifPresent(process -> attachPicture(scenario, process));
        }
    }

    private void attachPicture(Scenario scenario, Process process) {
        String svg = AddressSpacePicture.of("Process %d in ring 3".formatted(process.id()),
                world.addressSpace(process.userCr3()), world.regionNames(process));
        scenario.attach(svg.getBytes(StandardCharsets.UTF_8), "image/svg+xml", "address space of ring 3");
    }

    /** Families of clauses whose scenarios a picture of the address space explains. */
    private static boolean isAboutMemory(String clause) {
        return clause.matches("(?:MEM|LOAD|RING3|SEC|PROC)-.*");
    }

    private static boolean isAboutProcessor(Scenario scenario) {
        return scenario.getSourceTagNames().contains("@processor");
    }

    private static List<String> clauses(Scenario scenario) {
        return scenario.getSourceTagNames().stream().map(tag -> tag.substring(1))
                .filter(tag -> Specification.CLAUSE_ID.matcher(tag).matches()).toList();
    }
}
