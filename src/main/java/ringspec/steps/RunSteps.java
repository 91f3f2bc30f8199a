package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.List;

/** How far the machine runs. */
public final class RunSteps {

    private final World world;

    public RunSteps(World world) {
        this.world = world;
    }

    @When("it runs to its end")
    public void toEnd() {
        world.runner().toEnd();
    }

    @When("it runs to its end, with a look at all page tables at every way into and out of ring 0")
    public void toEndLooking() {
        List<String> found = new ArrayList<>();
        int looks = world.runner().toEndStoppingAt(List.of("syscall_entry", "syscall_exit", "interrupt_dispatch",
                "switch_thread", "gate_switched"), () -> {
                    if (found.isEmpty()) {
                        world.invariants().writableExecutablePages().forEach(page -> found.add("%s, at RIP 0x%x"
                                .formatted(page,
                                        world.cpu().rip)));
                    }
                });
        assertThat(looks).as("looks at the page tables").isGreaterThan(10);
        assertThat(found).as("pages that were writable and executable").isEmpty();
    }

    @When("it runs on for {int} instructions, or to its end")
    public void runOn(int instructions) {
        world.runner().on(instructions);
    }

    @When("it runs to {label}")
    public void toLabel(String label) {
        world.runner().toUserAddress(world.programSymbol(label), label);
    }

    @When("it runs to address {value}")
    public void toAddress(Value address) {
        world.runner().toUserAddress(address.get(), address.text());
    }

    @When("it enters ring 3")
    public void toRing3() {
        world.runner().toFirstUserInstruction(1);
    }

    @When("process {int} enters ring 3")
    public void processToRing3(int process) {
        world.runner().toFirstUserInstruction(process);
    }

    @When("process {int} returns from its system call {int}")
    public void returnsFrom(int process, int call) {
        world.runner().toReturnFromCall(process, call);
    }

    @When("it is back in ring 3")
    public void backToRing3() {
        world.runner().toRing3();
    }

    @When("it has executed {int} instructions in ring 3")
    public void executedInRing3(int count) {
        world.runner().toFirstUserInstruction(1);
        world.runner().steps(count);
    }

    @When("it reaches LSTAR")
    public void toLstar() {
        world.runner().toAddress(world.registers().msr("LSTAR"), "LSTAR");
    }

    @When("it reaches the dispatch")
    public void toDispatch() {
        world.runner().toAddress(world.kernelSymbol("syscall_dispatch"), "the dispatch of a system call");
    }

    @When("it reaches the kernel symbol {word}")
    public void toKernelSymbol(String symbol) {
        world.runner().toAddress(world.kernelSymbol(symbol), symbol);
    }

    @When("the processor enters a handler")
    public void toHandler() {
        world.runner().toAnyHandler();
    }

    @When("it reaches the handler of system call {int}")
    public void toHandlerOf(int number) {
        world.runner().toAddress(world.kernel().handler(number), "the handler of system call " + number);
    }

    @When("it reaches a SYSCALL in ring 3")
    public void toSyscallInstruction() {
        world.runner().toInstruction("syscall", 3);
    }

    @When("it reaches the SYSRET")
    public void toSysretInstruction() {
        world.runner().toInstruction("sysretq", 0);
    }

    @When("the processor executes one instruction")
    public void oneInstruction() {
        world.runner().steps(1);
    }

    @When("an interrupt with vector {value} arrives")
    public void interrupt(Value vector) {
        world.machine().injectInterrupt((int) vector.get());
    }

    @When("the registers are remembered")
    public void remember() {
        world.rememberRegisters();
    }

    @When("the trace is cleared")
    public void clearTrace() {
        world.machine().trace().clear();
    }

    @When("memory accesses are traced")
    public void traceMemory() {
        world.machine().trace().clear();
        world.machine().trace().detail = true;
    }
}
