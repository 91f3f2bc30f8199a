package ringspec.steps;

import io.cucumber.java.en.When;
import java.util.List;
import ringspec.debug.Bits;
import ringspec.debug.Registers;
import ringspec.steps.ParameterTypes.PageTables;

/** What the debugger changes behind the kernel's back. */
public final class DebuggerSteps {

    private final World world;

    public DebuggerSteps(World world) {
        this.world = world;
    }

    @When("the debugger sets RFLAGS.{flag} to {int}")
    public void setFlag(String flag, int value) {
        world.registers().set("RFLAGS", Bits.withFlag(world.registers().get("RFLAGS"), flag, value));
    }

    @When("the debugger fills the registers {registers} with a pattern")
    public void fill(List<String> names) {
        for (String name : names) {
            // The register's number in every byte: a swap, a shift or a truncation shows.
            world.registers().set(name, 0x1101_0101_0101_0101L * (Registers.GENERAL.indexOf(name) + 1)
                    & 0x7FFF_FFFF_FFFF_FFFFL);
        }
    }

    @When("the debugger fills the general registers but RAX with a pattern")
    public void fillAll() {
        fill(Registers.GENERAL.stream().filter(name -> !name.equals("RAX")).toList());
        world.fillVectorRegisters();
    }

    @When("the debugger fills the vector registers with a pattern")
    public void fillVectors() {
        world.fillVectorRegisters();
    }

    @When("the debugger sets {register} to {value}")
    public void setRegister(String register, Value value) {
        world.registers().set(register, value.get());
    }

    @When("the debugger sets the save area's {word} to {value}")
    public void setSaved(String register, Value value) {
        world.kernel().writeSaveArea(register, value.get());
    }

    @When("the debugger makes the page at {value} executable")
    public void makeExecutable(Value address) {
        world.makeUserPageExecutable(address.get());
    }

    @When("the debugger plants {string} there, with RBX = {value}")
    public void plant(String instruction, Value rbx) {
        world.plant(instruction, rbx.get());
    }

    @When("the debugger makes ring 0 execute at {value}, under the {tables} page tables")
    public void executeInRing0(Value address, PageTables tables) {
        world.executeInRing0(address.get(), tables);
    }
}
