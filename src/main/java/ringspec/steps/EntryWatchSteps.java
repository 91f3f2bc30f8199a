package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.List;
import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.debug.AddressSpace.Page;
import ringspec.debug.Disassembly;
import ringspec.trace.TraceEvent;

/** The way through ring 0 and back, watched from outside, whoever the kernel is. */
public final class EntryWatchSteps {

    /** An unknown call takes some dozens; a kernel may do what it likes, but not for ever. */
    private static final int MOST_STEPS = 1_000_000;
    private static final long NEAR = 0x1000;

    private final World world;

    public EntryWatchSteps(World world) {
        this.world = world;
    }

    @When("it goes back to ring 3, with a look at RFLAGS.IF wherever ring 0 has ring 3's RSP")
    public void backToRing3Watched() {
        Cpu cpu = world.cpu();
        long userRsp = world.registers().get("RSP");
        List<String> on = new ArrayList<>();
        int looks = 0;
        int others = 0;
        for (int i = 0; cpu.cpl() == 0; i++) {
            if (i == MOST_STEPS || cpu.shutdown || cpu.halted) {
                throw new AssertionError("ring 3 was not reached again: RIP %s after %d steps; %s".formatted(hex(
                        cpu.rip), i, world.faultsAndOutput()));
            }
            if (world.registers().get("RSP") == userRsp) {
                looks++;
                if (cpu.flags.has(Rflags.IF)) {
                    on.add("%s: %s".formatted(hex(cpu.rip), Disassembly.at(world.machine(), cpu.rip)));
                }
            } else {
                others++;
            }
            world.machine().step();
        }
        assertThat(looks).as("instructions of ring 0 with ring 3's RSP").isPositive();
        assertThat(others).as("instructions of ring 0 with an RSP of its own").isPositive();
        assertThat(on).as("instructions of ring 0 that ran with ring 3's RSP and with interrupts on").isEmpty();
    }

    @When("^an? (NMI|debug exception) strikes here$")
    public void strike(String what) {
        Cpu cpu = world.cpu();
        if (what.equals("NMI")) {
            world.machine().injectNmi();
        } else {
            cpu.dr[0] = cpu.rip;
            cpu.dr[7] |= 2;
            world.expectFaultInRing0();
        }
        world.machine().step();
    }

    @Then("vector {int} was delivered onto a supervisor stack that is not at RSP {value}")
    public void deliveredOnOwnStack(int vector, Value forbidden) {
        List<TraceEvent.HandlerEntered> entered = world.trace().all(TraceEvent.HandlerEntered.class);
        assertThat(entered).as("deliveries through the IDT; %s", world.faultsAndOutput()).isNotEmpty();
        assertThat(entered.getLast().vector()).as("the vector that was delivered last; %s", world.faultsAndOutput())
                .isEqualTo(vector);
        long rsp = entered.getLast().rsp();
        assertThat(Math.abs(rsp - forbidden.get())).as("distance of the handler's RSP = %s from ring 3's = %s, for %s",
                hex(rsp), hex(forbidden.get()), Vector.name(vector)).isGreaterThan(NEAR);
        assertThat(world.addressSpace().page(rsp).map(Page::user)).as("whether ring 3 can reach the handler's stack at "
                + "%s", hex(rsp)).contains(false);
    }

    @Then("ring 0 wrote nothing near ring 3's RSP")
    public void stackUntouched() {
        long rsp = world.registers().get("RSP");
        assertThat(world.trace().all(TraceEvent.MemoryWrite.class).stream().filter(write -> write.cpl() == 0
                && Math.abs(write.linear() - rsp) < NEAR).map(TraceSteps::text)).as(
                        "writes of ring 0 within a page of ring 3's RSP = %s", hex(rsp)).isEmpty();
    }

    @Then("ring 3 first took {fault} at {value}")
    public void firstFaultOfRing3(ExpectedFault expected, Value rip) {
        RegisterSteps.equal("RIP of the first exception in ring 3", firstFault(3, expected).rip(), rip.get());
    }

    /** At the kernel's first instruction RSP is ring 3's, so that the delivery of what was planted there may fault in its turn. */
    @Then("ring 0 first took {fault}")
    public void firstFaultOfRing0(ExpectedFault expected) {
        firstFault(0, expected);
        world.expectFaultInRing0();
    }

    private TraceEvent.FaultTaken firstFault(int cpl, ExpectedFault expected) {
        List<TraceEvent.FaultTaken> faults = world.trace().all(TraceEvent.FaultTaken.class).stream()
                .filter(fault -> fault.cpl() == cpl).toList();
        assertThat(faults).as("exceptions in ring %d, expected %s; %s", cpl, expected, world.faultsAndOutput())
                .isNotEmpty();
        TraceEvent.FaultTaken first = faults.getFirst();
        assertThat(ExpectedFault.text(first.vector(), first.errorCode())).as("the first exception in ring %d", cpl)
                .isEqualTo(expected.toString());
        return first;
    }

    @When("the debugger makes ring 0 execute at {value}")
    public void executeInRing0(Value address) {
        world.registers().set("RIP", address.get());
        world.expectFaultInRing0();
    }
}
