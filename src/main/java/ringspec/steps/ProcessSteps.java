package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.equal;

import io.cucumber.java.en.Then;
import java.util.List;
import ringspec.cpu.Vector;
import ringspec.debug.Disassembly;
import ringspec.machine.Stop;
import ringspec.subject.FaultRecord;
import ringspec.trace.TraceEvent;

/** How processes end, and what faulted. */
public final class ProcessSteps {

    private final World world;

    public ProcessSteps(World world) {
        this.world = world;
    }

    @Then("process {int} was killed by {fault} at {value}")
    public void killedAt(int process, ExpectedFault fault, Value rip) {
        FaultRecord record = killed(process, fault);
        equal("RIP of the fault", record.rip(), rip.get());
        assertArose(record, 3);
    }

    @Then("process {int} was killed by {fault} with CR2 {value}")
    public void killedWithCr2(int process, ExpectedFault fault, Value cr2) {
        FaultRecord record = killed(process, fault);
        equal("CR2 of the fault", record.cr2(), cr2.get());
        assertArose(record, 3);
    }

    @Then("process {int} was killed by {fault} with KPTI and {fault} without, CR2 {value}")
    public void killedDependingOnKpti(int process, ExpectedFault with, ExpectedFault without, Value cr2) {
        killedWithCr2(process, world.kpti() ? with : without, cr2);
    }

    /** The kernel ended it by its own decision: the record says #GP, but the processor raised nothing. */
    @Then("process {int} was killed by {fault} as if in ring 3")
    public void killedAsIf(int process, ExpectedFault fault) {
        killed(process, fault);
    }

    @Then("process {int} ended by itself")
    public void endedByItself(int process) {
        assertThat(world.kernel().faults(process)).as("fault records of process %d", process).isEmpty();
        assertThat(world.kernel().isAlive(process)).as("process %d is alive", process).isFalse();
        assertThat(world.process(process).id() == process).as("process %d ever ran in ring 3", process).isTrue();
    }

    @Then("no fault happened in ring 0")
    public void noFaultInRing0() {
        assertThat(world.trace().all(TraceEvent.FaultTaken.class).stream().filter(fault -> fault.cpl() == 0)
                .map(fault -> "%s at RIP 0x%x, %s".formatted(ExpectedFault.text(fault.vector(), fault.errorCode()),
                        fault.rip(), Disassembly.at(world.machine(), fault.rip())))).as("faults with CPL 0").isEmpty();
    }

    @Then("the last fault was {fault} in ring 0")
    public void lastFault(ExpectedFault expected) {
        List<TraceEvent.FaultTaken> faults = world.trace().all(TraceEvent.FaultTaken.class);
        assertThat(faults).as("faults, expected %s in ring 0; RIP is 0x%x, CPL %d", expected, world.cpu().rip, world
                .cpu()
                .cpl()).isNotEmpty();
        TraceEvent.FaultTaken last = faults.getLast();
        assertThat(ExpectedFault.text(last.vector(), last.errorCode())).as("last fault").isEqualTo(expected.toString());
        assertThat(last.cpl()).as("CPL at which %s arose", expected).isZero();
        world.expectFaultInRing0();
    }

    @Then("the serial output is {string}")
    public void serialIs(String expected) {
        assertThat(world.serial()).as("serial output").isEqualTo(expected.translateEscapes());
    }

    @Then("the serial output contains {string}")
    public void serialContains(String expected) {
        assertThat(world.serial()).as("serial output").contains(expected.translateEscapes());
    }

    @Then("the machine ended with exit code {int}")
    public void exitCode(int code) {
        assertThat(world.runner().lastStop()).as("why the machine stopped").isEqualTo(new Stop.Exited(code));
    }

    private FaultRecord killed(int process, ExpectedFault expected) {
        List<FaultRecord> records = world.kernel().faults(process);
        assertThat(records).as("what the kernel recorded of faults of process %d, expected to be killed by %s; %s",
                process,
                expected, world.faultsAndOutput()).hasSize(1);
        FaultRecord record = records.getFirst();
        assertThat(ExpectedFault.text(record.vector(), expected.errorCode().isPresent() ? record.errorCode() : -1))
                .as("what killed process %d (%s)", process, record).isEqualTo(expected.toString());
        assertThat(world.kernel().isAlive(process)).as("process %d is alive", process).isFalse();
        return record;
    }

    /** The kernel's record agrees with what the processor did. */
    private void assertArose(FaultRecord record, int cpl) {
        assertThat(world.trace().all(TraceEvent.FaultTaken.class)).as("faults that the processor took, like %s", record)
                .anyMatch(fault -> fault.cpl() == cpl && fault.vector() == record.vector() && fault.rip() == record
                        .rip()
                        && (fault.vector() != Vector.PF || fault.cr2() == record.cr2()
                                && fault.errorCode() == record.errorCode()));
    }
}
