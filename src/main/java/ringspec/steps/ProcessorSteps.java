package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import ringspec.cpu.Vector;
import ringspec.debug.Bits;
import ringspec.machine.Stop;

/** The processor alone: what it does when there is no kernel, seen in the stack frame that the first exception leaves. */
public final class ProcessorSteps {

    private static final long BUDGET = 100_000;
    private static final int RIP = 0;
    private static final int CS = 8;
    private static final int RFLAGS = 16;
    private static final int RSP = 24;

    private final World world;
    private Stop stop;

    public ProcessorSteps(World world) {
        this.world = world;
    }

    /** See {@link ringspec.subject.BareMachine}. */
    @Given("the processor in ring 0 with the program")
    public void bareMachine(String program) {
        world.useBareMachine(program);
    }

    @When("the processor runs to its first halt")
    public void run() {
        stop = world.bare().machine().run(BUDGET);
    }

    @When("the processor runs to {label}")
    public void runTo(String label) {
        long address = world.programSymbol(label);
        world.machine().addBreakpoint(address);
        stop = world.machine().run(BUDGET);
        world.machine().removeBreakpoint(address);
        assertThat(world.registers().get("RIP")).as("%s is reached; %s", label, where()).isEqualTo(address);
    }

    @When("it runs on to its first halt")
    public void runOn() {
        run();
    }

    @Then("it delivers {fault} at {value}")
    public void delivers(ExpectedFault fault, Value at) {
        int vector = world.bare().haltedInHandler();
        assertThat(vector).as("the vector that was delivered, for %s; %s", fault, where()).isEqualTo(fault.vector());
        fault.errorCode().ifPresent(code -> assertThat(hex(stack(0))).as("error code of %s", Vector.name(vector))
                .isEqualTo(hex(code)));
        long rip = saved(RIP);
        assertThat(rip).as("saved RIP = %s (%s), expected %s = %s", hex(rip), world.nameOf(rip), at, hex(at.get()))
                .isEqualTo(at.get());
    }

    @Then("it halts before {label} without an exception")
    public void halts(String label) {
        assertThat(world.bare().haltedInHandler()).as("the vector that was delivered, -1 = none; %s", where())
                .isEqualTo(-1);
        assertThat(world.registers().get("RIP")).as("RIP at the HLT, %s; %s", label, where())
                .isEqualTo(world.programSymbol(label));
    }

    @Then("the processor shuts down")
    public void shutsDown() {
        assertThat(stop).as("why the machine stopped; %s", where()).isInstanceOf(Stop.TripleFault.class);
    }

    @Then("the saved CPL is {int}")
    public void savedCpl(int cpl) {
        assertThat(saved(CS) & 3).as("RPL of the saved CS = %s", hex(saved(CS))).isEqualTo(cpl);
    }

    @Then("the saved RSP is {value}")
    public void savedRsp(Value expected) {
        RegisterSteps.equal("saved RSP", saved(RSP), expected.get());
    }

    @Then("the saved RFLAGS.{flag} is {int}")
    public void savedFlag(String flag, int expected) {
        assertThat(Bits.flag(saved(RFLAGS), flag)).as("RFLAGS.%s in the saved RFLAGS = %s", flag, hex(saved(RFLAGS)))
                .isEqualTo(expected);
    }

    private long saved(int field) {
        int vector = world.bare().haltedInHandler();
        assertThat(vector).as("the vector that was delivered, -1 = none; %s", where()).isNotNegative();
        return stack(field + (Vector.hasErrorCode(vector) ? 8 : 0));
    }

    private long stack(int offset) {
        return world.machine().ram().read64(world.registers().get("RSP") + offset);
    }

    private String where() {
        return "the machine stopped with %s at RIP %s, CPL %d, after the exceptions %s".formatted(stop,
                hex(world.registers().get("RIP")), world.registers().get("CPL"), world.faultsTaken());
    }
}
