package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.equal;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.java.en.Then;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import ringspec.cpu.Cpu;
import ringspec.steps.ParameterTypes.PageTables;
import ringspec.subject.KernelView.Process;
import ringspec.trace.Trace.Stamped;
import ringspec.trace.TraceEvent;

/** What the machine's trace says. */
public final class TraceSteps {

    private final World world;

    public TraceSteps(World world) {
        this.world = world;
    }

    @Then("the trace holds a(n) {event} event")
    public void holds(String event) {
        assertThat(events(event)).as("%s events since the trace was cleared", event).isNotEmpty();
    }

    @Then("the trace holds no {event} event")
    public void holdsNone(String event) {
        assertThat(texts(event)).as("%s events since the trace was cleared", event).isEmpty();
    }

    @Then("the trace holds exactly {int} {event} event(s)")
    public void holdsExactly(int count, String event) {
        assertThat(texts(event)).as("%s events since the trace was cleared", event).hasSize(count);
    }

    @Then("every traced write went to the kernel's half")
    public void writesToKernel() {
        assertThat(world.trace().all(TraceEvent.MemoryWrite.class).stream()
                .filter(write -> write.cpl() == 0 && write.linear() >= 0).map(TraceSteps::text)).as(
                        "writes to the user's half")
                .isEmpty();
    }

    @Then("that SYSRET had operand size {int} and went to {value}")
    public void sysretWentTo(int operandSize, Value target) {
        assertThat(world.trace().all(TraceEvent.Sysret.class)).as("SYSRETs since the trace was cleared").isNotEmpty();
        TraceEvent.Sysret sysret = world.trace().all(TraceEvent.Sysret.class).getLast();
        assertThat(sysret.operandSize()).as("operand size of SYSRET").isEqualTo(operandSize);
        equal("target of SYSRET", sysret.target(), target.get());
    }

    @Then("an IRETQ returned to CS {value} and SS {value}")
    public void interruptReturn(Value cs, Value ss) {
        List<TraceEvent.InterruptReturn> returns = world.trace().all(TraceEvent.InterruptReturn.class);
        assertThat(returns).as("IRETQs").isNotEmpty();
        equal("CS that IRETQ loaded", returns.getLast().cs(), cs.get());
        equal("SS that IRETQ loaded", returns.getLast().ss(), ss.get());
    }

    @Then("no SYSRET or IRETQ went to {value}")
    public void neverWentTo(Value address) {
        long forbidden = address.get();
        assertThat(world.trace().all(TraceEvent.Sysret.class)).as("SYSRETs to %s", address)
                .filteredOn(sysret -> sysret.target() == forbidden).isEmpty();
        assertThat(world.trace().all(TraceEvent.InterruptReturn.class)).as("IRETQs to %s", address)
                .filteredOn(iret -> iret.rip() == forbidden).isEmpty();
    }

    @Then("every SYSRET and IRETQ to ring 3 went to a canonical address")
    public void neverNonCanonical() {
        List<Long> targets = new ArrayList<>();
        world.trace().all(TraceEvent.Sysret.class).forEach(sysret -> targets.add(sysret.target()));
        world.trace().all(TraceEvent.InterruptReturn.class).stream().filter(iret -> (iret.cs() & 3) == 3)
                .forEach(iret -> targets.add(iret.rip()));
        assertThat(targets.stream().filter(target -> !Cpu.isCanonical(target)).map(RegisterSteps::hex))
                .as("targets of SYSRETs and IRETQs that are not canonical").isEmpty();
    }

    @Then("the last SYSRET went out with the {tables} PML4 of process {int}")
    public void sysretAddressSpace(PageTables tables, int process) {
        Process p = world.process(process);
        equal("CR3 at SYSRET", world.trace().all(TraceEvent.Sysret.class).getLast().cr3(),
                tables == PageTables.USER ? p.userCr3() : p.kernelCr3());
    }

    /** Between two SYSCALLs the kernel starts copying from ring 3 once at the most, so that it can't see two versions. */
    @Then("user memory is read at most once by each system call")
    public void readOnce() {
        List<String> twice = new ArrayList<>();
        int reads = 0;
        for (Stamped stamped : world.trace().events()) {
            if (stamped.event() instanceof TraceEvent.Syscall) {
                reads = 0;
            } else if (stamped.event() instanceof TraceEvent.UserCopy copy && copy.begin() && !copy.write()
                    && ++reads > 1) {
                twice.add("0x%x, after %d instructions".formatted(copy.address(), stamped.time()));
            }
        }
        assertThat(twice).as("further reads of user memory within one system call").isEmpty();
    }

    @Then("the last privileged event was a SYSRETQ to {value}")
    public void lastWasSysret(Value target) {
        TraceEvent last = world.trace().events().getLast().event();
        if (!(last instanceof TraceEvent.Sysret sysret)) {
            throw new AssertionError("the last event before ring 3 was no SYSRET but " + text(last));
        }
        assertThat(sysret.operandSize()).as("operand size of SYSRET").isEqualTo(64);
        equal("target of SYSRET", sysret.target(), target.get());
    }

    @Then("before it CR3 was loaded with the PML4 that is now in use")
    public void cr3WasLoaded() {
        List<TraceEvent.ControlRegisterWrite> loads = world.trace().all(TraceEvent.ControlRegisterWrite.class).stream()
                .filter(write -> write.register() == 3).toList();
        assertThat(loads).as("loads of CR3").isNotEmpty();
        equal("last value loaded into CR3", loads.getLast().after(), world.registers().get("CR3"));
    }

    @Then("RFLAGS.AC was set in ring 0 only while user memory was copied")
    public void acOnlyInUserCopy() {
        boolean copying = false;
        boolean ac = false;
        List<String> outside = new ArrayList<>();
        for (Stamped stamped : world.trace().events()) {
            switch (stamped.event()) {
                case TraceEvent.UserCopy copy -> {
                    copying = copy.begin();
                    if (!copying && ac) {
                        outside.add("still after the copy of %s ended, after %d instructions".formatted(hex(copy
                                .address()),
                                stamped.time()));
                    }
                }
                case TraceEvent.AccessCheckFlag flag -> {
                    ac = flag.ac();
                    if (ac && !copying) {
                        outside.add("at RIP %s, after %d instructions".formatted(hex(flag.rip()), stamped.time()));
                    }
                }
                default -> {
                }
            }
        }
        assertThat(outside).as("places where ring 0 set AC outside UserCopy").isEmpty();
    }

    @Then("user memory was copied at least once")
    public void copiedOnce() {
        assertThat(world.trace().all(TraceEvent.UserCopy.class)).as("UserCopy events").isNotEmpty();
    }

    @Then("at least {int} system calls were made")
    public void systemCalls(int count) {
        assertThat(world.trace().all(TraceEvent.Syscall.class).size()).as("SYSCALLs").isGreaterThanOrEqualTo(count);
    }

    @Then("as many SYSRETs as SYSCALLs went back to ring 3")
    public void balanced() {
        // The process's first entry adds a SYSRET, its last call, which ends it, has none.
        assertThat(world.trace().all(TraceEvent.Sysret.class)).as("SYSRETs")
                .hasSameSizeAs(world.trace().all(TraceEvent.Syscall.class));
    }

    @Then("no handler was entered")
    public void noHandler() {
        List<Long> handlers = world.kernel().handlers();
        assertThat(world.trace().all(TraceEvent.Hypercall.class)).as("entries of handlers of the dispatch table")
                .filteredOn(call -> handlers.contains(call.rip())).isEmpty();
    }

    private List<String> texts(String type) {
        return events(type).stream().map(TraceSteps::text).toList();
    }

    /** An event with its addresses in hexadecimal. */
    static String text(TraceEvent event) {
        return Pattern.compile("(?<==)-?\\d{5,}").matcher(event.toString()).replaceAll(number -> hex(Long.parseLong(
                number
                        .group())));
    }

    private List<TraceEvent> events(String type) {
        List<String> known = java.util.Arrays.stream(TraceEvent.class.getPermittedSubclasses()).map(
                Class::getSimpleName)
                .toList();
        assertThat(known).as("types of trace events").contains(type);
        return world.trace().events().stream().map(Stamped::event)
                .filter(event -> event.getClass().getSimpleName().equals(type)).toList();
    }
}
