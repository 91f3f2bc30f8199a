package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.steps.RegisterSteps.equal;
import static ringspec.steps.RegisterSteps.hex;

import io.cucumber.java.en.Then;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What lies in memory, and in the kernel's save area. */
public final class MemorySteps {

    private final World world;
    private final Values values;

    public MemorySteps(World world, Values values) {
        this.world = world;
        this.values = values;
    }

    @Then("memory is zero from {value} to {value}")
    public void isZero(Value from, Value to) {
        byte[] bytes = world.readUser(from.get(), (int) (to.get() - from.get() + 1));
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                throw new AssertionError("memory from %s to %s is not zero: the byte at %s is 0x%02x".formatted(from,
                        to, hex(from
                                .get() + i), bytes[i] & 0xFF));
            }
        }
    }

    @Then("the 64-bit words at {value} start with {listOfValues}")
    public void startWith(Value address, List<Value> expected) {
        for (int i = 0; i < expected.size(); i++) {
            equal("word %d at %s".formatted(i, address), world.readUser64(address.get() + 8L * i), expected.get(i)
                    .get());
        }
    }

    @Then("the 64-bit word at {value} is {value}")
    public void wordIs(Value address, Value expected) {
        equal("64-bit word at " + address, world.readUser64(address.get()), expected.get());
    }

    @Then("no 64-bit word from {value} to {value} is a kernel address")
    public void noKernelAddress(Value from, Value to) {
        List<String> found = new ArrayList<>();
        for (long at = from.get(); at <= to.get(); at += 8) {
            long word = world.readUser64(at);
            if (word < -4095) {
                found.add("0x%x at 0x%x".formatted(word, at));
            }
        }
        assertThat(found).as("words of the upper half from %s to %s", from, to).isEmpty();
    }

    @Then("{int} bytes at {value} are those at {value}")
    public void sameBytes(int count, Value address, Value other) {
        assertThat(world.readUser(address.get(), count)).as("%d bytes at %s", count, address)
                .isEqualTo(world.readUser(other.get(), count));
    }

    /** "0, 0, 0 and then 61 times -2". */
    @Then("^the 64-bit words at (\\w+) are ([^\"]*)$")
    public void wordsAre(String address, String list) {
        List<String> expected = new ArrayList<>();
        for (String part : list.split(", | and then ")) {
            Matcher times = Pattern.compile("(\\d+) times (\\S+)").matcher(part);
            if (times.matches()) {
                for (int i = 0; i < Integer.parseInt(times.group(1)); i++) {
                    expected.add(hex(values.of(times.group(2))));
                }
            } else {
                expected.add(hex(values.of(part)));
            }
        }
        List<String> actual = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            actual.add(hex(world.readUser64(values.of(address) + 8L * i)));
        }
        assertThat(actual).as("64-bit words at %s", address).isEqualTo(expected);
    }

    @Then("the save area holds the remembered registers")
    public void saveAreaHolds() {
        List<String> wrong = new ArrayList<>();
        ringspec.debug.Registers.GENERAL.stream().filter(name -> !name.equals("RCX") && !name.equals("R11")).forEach(
                name -> {
                    long saved = world.kernel().saveArea(name);
                    long expected = world.remembered().get(name);
                    if (saved != expected) {
                        wrong.add("%s is %s in the save area and was %s".formatted(name, hex(saved), hex(expected)));
                    }
                });
        assertThat(wrong).as("registers that the save area holds wrongly").isEmpty();
    }

    @Then("the save area's {word} is {value}")
    public void saveAreaWord(String register, Value expected) {
        equal(register + " in the save area", world.kernel().saveArea(register), expected.get());
    }

    @Then("{register} lies within {value} bytes below TSS.RSP0")
    public void belowRsp0(String register, Value size) {
        long rsp0 = world.kernel().rsp0();
        long value = world.registers().get(register);
        assertThat(rsp0 - value).as("bytes from %s = %s up to TSS.RSP0 = %s", register, hex(value), hex(rsp0))
                .isBetween(0L, size.get() - 1);
    }

    @Then("the page of TSS.RSP0 belongs to the running thread's kernel stack")
    public void rsp0IsThreads() {
        equal("TSS.RSP0", world.kernel().rsp0(), world.kernel().currentStackTop());
    }

    @Then("TSS.RSP0 is not that of process {int}")
    public void rsp0IsNotThatOf(int process) {
        assertThat(world.process(process).stackTops().stream().map(RegisterSteps::hex)).as(
                "RSP0 of the threads of process %d",
                process).isNotEmpty().doesNotContain(hex(world.kernel().rsp0()));
    }

    @Then("{register} lies in the stack of IST{int}")
    public void inIst(String register, int number) {
        long top = world.kernel().ist(number);
        assertThat(top - world.registers().get(register)).as("bytes from %s up to TSS.IST%d = %s", register, number,
                hex(top))
                .isBetween(1L, 4096L);
    }

    @Then("entry {int} of the table at {word} is {value}")
    public void tableEntry(int index, String table, Value expected) {
        equal("entry %d of %s".formatted(index, table), world.kernel().read64(world.kernelSymbol(table) + 8L * index),
                expected.get());
    }

    @Then("the handler's arguments are {listOfValues}")
    public void arguments(List<Value> expected) {
        for (int i = 0; i < expected.size(); i++) {
            argument(i + 1, expected.get(i));
        }
    }

    /** Handlers follow the System V calling convention. */
    @Then("the handler's argument {int} is {value}")
    public void argument(int number, Value expected) {
        String register = List.of("RDI", "RSI", "RDX", "RCX", "R8", "R9").get(number - 1);
        equal("argument %d, in %s".formatted(number, register), world.registers().get(register), expected.get());
    }

    @Then("every page below the kernel stack of process {int} is as it was before")
    public void belowStackUntouched(int process) {
        assertThat(world.writesBelowKernelStack(process)).as("writes below the kernel stack of process %d", process)
                .isEmpty();
    }
}
