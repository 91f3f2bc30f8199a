package ringspec.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import ringspec.cpu.Cpu;
import ringspec.cpu.Msr;
import ringspec.debug.Bits;
import ringspec.debug.Registers;
import ringspec.kernel.ErrorCode;

/** What registers hold. */
public final class RegisterSteps {

    private final World world;

    public RegisterSteps(World world) {
        this.world = world;
    }

    @Then("{register} is {value}")
    public void registerIs(String name, Value expected) {
        long value = world.registers().get(name);
        String what = name;
        if (name.equals("RIP")) {
            what = "RIP, at %s, expected %s".formatted(world.nameOf(value), expected);
        } else if (expected.text().startsWith("ERROR_")) {
            what = "%s, %s, expected %s".formatted(name, errorName(value), expected);
        }
        equal(what, value, expected.get());
    }

    private static String errorName(long result) {
        return Arrays.stream(ErrorCode.values()).filter(error -> error.result() == result).map(error -> "ERROR_" + error
                .name()).findFirst().orElse("which is no error");
    }

    @Then("{register} is negative")
    public void registerIsNegative(String name) {
        assertThat(world.registers().get(name)).as("%s, %s", name, hex(world.registers().get(name))).isNegative();
    }

    @Then("{register} is not negative")
    public void registerIsNotNegative(String name) {
        assertThat(world.registers().get(name)).as("%s, as a signed number", name).isNotNegative();
    }

    @Then("{register} is below {value}")
    public void registerIsBelow(String name, Value limit) {
        long actual = world.registers().get(name);
        assertThat(Long.compareUnsigned(actual, limit.get())).as("%s = %s is below %s", name, hex(actual), limit)
                .isNegative();
    }

    @Then("{register} is a kernel address")
    public void registerIsKernelAddress(String name) {
        assertKernelAddress(name, world.registers().get(name));
    }

    @Then("MSR {msr} is a kernel address")
    public void msrIsKernelAddress(String name) {
        assertKernelAddress("MSR " + name, world.registers().msr(name));
    }

    @Then("the registers {registers} are 0")
    public void registersAreZero(List<String> names) {
        assertThat(names.stream().filter(name -> world.registers().get(name) != 0)
                .map(name -> name + " = " + hex(world.registers().get(name)))).as("registers that are not 0").isEmpty();
    }

    @Then("all vector registers are 0")
    public void vectorsAreZero() {
        assertThat(world.cpu().xmm).as("halves of XMM0 to XMM15, low half first").containsOnly(0L);
        assertThat(world.cpu().ymmHigh).as("bits 255:128 of YMM0 to YMM15, low half first").containsOnly(0L);
    }

    @Then("the x87 unit is as FNINIT leaves it")
    public void fpuIsInitial() {
        Cpu cpu = world.cpu();
        assertThat(cpu.fpu.control).as("x87 control word").isEqualTo(0x37F);
        assertThat(cpu.fpu.status).as("x87 status word").isZero();
        assertThat(cpu.fpu.tag).as("x87 abridged tag word, 0 = all empty").isZero();
        assertThat(cpu.fpu.significand).as("x87 significands").containsOnly(0L);
        assertThat(cpu.fpu.signExponent).as("x87 signs and exponents").containsOnly(0);
    }

    @Then("RFLAGS.{flag} is {int}")
    public void flagIs(String flag, int expected) {
        long rflags = world.registers().get("RFLAGS");
        assertThat(Bits.flag(rflags, flag)).as("RFLAGS.%s, RFLAGS = %s", flag, hex(rflags)).isEqualTo(expected);
    }

    @Then("bit {flag} of {register} is {int}")
    public void flagOfRegisterIs(String flag, String register, int expected) {
        long value = world.registers().get(register);
        assertThat(Bits.flag(value, flag)).as("bit %s of %s = %s", flag, register, hex(value)).isEqualTo(expected);
    }

    @Then("bit {bitName} of CR{int} is {int}")
    public void bitOfControlRegisterIs(String bit, int number, int expected) {
        long value = world.registers().get("CR" + number);
        world.requireFeature(bit);
        assertThat(Bits.controlRegister(number, value, bit)).as("CR%d.%s, CR%d = %s", number, bit, number, hex(value))
                .isEqualTo(expected);
    }

    @Then("bit {bitName} of MSR EFER is {int}")
    public void bitOfEferIs(String bit, int expected) {
        long value = world.rdmsr(Msr.EFER);
        assertThat(Bits.efer(value, bit)).as("EFER.%s; RDMSR gives EFER = %s", bit, hex(value)).isEqualTo(expected);
    }

    @Then("bits {int}:{int} of MSR {msr} are {value}")
    public void bitsOfMsrAre(int high, int low, String msr, Value expected) {
        long value = world.rdmsr(msrNumber(msr));
        equal("%s[%d:%d]; RDMSR gives %s".formatted(msr, high, low, hex(value)), Bits.range(value, high, low), expected
                .get());
    }

    @Then("bits {int}:{int} of {register} are {value}")
    public void bitsOfRegisterAre(int high, int low, String register, Value expected) {
        equal("%s[%d:%d]".formatted(register, high, low), Bits.range(world.registers().get(register), high, low),
                expected.get());
    }

    @Then("bits {value} of {register} are set")
    public void bitsAreSet(Value mask, String register) {
        long value = world.registers().get(register);
        assertThat(hex(value & mask.get())).as("%s = %s, masked by %s", register, hex(value), mask).isEqualTo(hex(mask
                .get()));
    }

    @Then("RFLAGS is R11 and not SFMASK")
    public void maskedFlags() {
        long expected = world.registers().get("R11") & ~world.registers().msr("SFMASK");
        equal("RFLAGS", world.registers().get("RFLAGS"), expected);
    }

    @Then("the address in MSR {msr} is canonical")
    public void isCanonical(String msr) {
        long address = world.registers().msr(msr);
        assertThat(Cpu.isCanonical(address)).as("MSR %s = %s is canonical", msr, hex(address)).isTrue();
        assertThat(address).as("MSR %s", msr).isNotZero();
    }

    @Then("no register differs from the remembered ones")
    public void nothingDiffers() {
        assertThat(differences(Set.of())).as("registers that differ").isEmpty();
    }

    @Then("only {registers} differ from the remembered registers")
    public void onlyDiffer(List<String> names) {
        assertThat(differences(Set.copyOf(names))).as("other registers that differ").isEmpty();
    }

    @Then("no register holds a kernel address")
    public void nothingLeaks() {
        // Small negative numbers are results; from -4096 down an upper-half value is an address.
        List<String> leaks = world.registers().snapshot().entrySet().stream().filter(r -> r.getValue() < -4095)
                .map(r -> r.getKey() + " = " + hex(r.getValue())).toList();
        assertThat(leaks).as("registers with a value of the kernel's half").isEmpty();
    }

    private static int msrNumber(String name) {
        return switch (name) {
            case "STAR" -> Msr.STAR;
            case "LSTAR" -> Msr.LSTAR;
            case "SFMASK" -> Msr.SFMASK;
            default -> throw new IllegalArgumentException("no step reads MSR %s; STAR, LSTAR and SFMASK are known"
                    .formatted(
                            name));
        };
    }

    @Then("the vector registers, MXCSR and the x87 control word are the remembered ones")
    public void vectorRegistersKept() {
        assertThat(world.remembered().keySet()).as("registers that were remembered").filteredOn(
                RegisterSteps::isVectorState).hasSize(66);
        assertThat(differences(Set.of())).as("registers that differ").filteredOn(
                difference -> isVectorState(difference.substring(0, difference.indexOf(" was ")))).isEmpty();
    }

    private static boolean isVectorState(String register) {
        return register.startsWith("XMM") || register.startsWith("YMM") || register.equals("MXCSR") || register.equals(
                "x87 control word");
    }

    private List<String> differences(Set<String> allowed) {
        Map<String, Long> before = world.remembered();
        Map<String, Long> after = world.registers().snapshot();
        List<String> differences = new ArrayList<>();
        for (String name : new TreeSet<>(before.keySet())) {
            if (!allowed.contains(name) && !before.get(name).equals(after.get(name))) {
                differences.add("%s was %s and is %s".formatted(name, hex(before.get(name)), hex(after.get(name))));
            }
        }
        return differences;
    }

    static void equal(String what, long actual, long expected) {
        assertThat(hex(actual)).as(what).isEqualTo(hex(expected));
    }

    static void assertKernelAddress(String what, long address) {
        assertThat(address).as("%s = %s lies in the upper half", what, hex(address)).isNegative();
        assertThat(Cpu.isCanonical(address)).as("%s = %s is canonical", what, hex(address)).isTrue();
    }

    static String hex(long value) {
        return "0x%x".formatted(value);
    }
}
