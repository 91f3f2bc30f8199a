package ringspec.steps;

import io.cucumber.java.ParameterType;
import java.util.List;

/** What stands for what in the steps' sentences. */
public final class ParameterTypes {

    private final Values values;

    public ParameterTypes(Values values) {
        this.values = values;
    }

    /** A number, see {@link Values}; not evaluated before the step runs. */
    @ParameterType(Values.PATTERN)
    public Value value(String text) {
        return new Value(text, values);
    }

    /** Several numbers: 0x1111, TYPE_PROCESS. */
    @ParameterType("\\w+(?:, \\w+)+")
    public List<Value> listOfValues(String list) {
        return java.util.Arrays.stream(list.split(", ")).map(this::value).toList();
    }

    /** A register by its name in the manuals. */
    @ParameterType("R[A-D]X|R[SD]I|R[SB]P|R(?:[89]|1[0-5])|RIP|RFLAGS|CPL|[CDEFGS]S|[FG]S_BASE|CR[0-8]|MXCSR")
    public String register(String name) {
        return name;
    }

    /** Several registers: RAX, RBX and RCX. */
    @ParameterType("[A-Z][A-Z0-9]+(?:, [A-Z][A-Z0-9]+)*(?: and [A-Z][A-Z0-9]+)?")
    public List<String> registers(String names) {
        return List.of(names.split(", | and "));
    }

    /** An MSR by its name in the manuals. */
    @ParameterType("[A-Z]+(?:_[A-Z]+)*")
    public String msr(String name) {
        return name;
    }

    /** A flag of RFLAGS, or IOPL. */
    @ParameterType("CF|PF|AF|ZF|SF|TF|IF|DF|OF|IOPL|NT|RF|VM|AC|ID")
    public String flag(String name) {
        return name;
    }

    /** The name of a bit of a register. */
    @ParameterType("[A-Z]+[0-9]*")
    public String bitName(String name) {
        return name;
    }

    /** A label of the program. */
    @ParameterType("[a-z_]\\w*")
    public String label(String name) {
        return name;
    }

    /** An exception: #UD, #PF(0x15). */
    @ParameterType("#[A-Z]{2}(?:\\(0x[0-9A-Fa-f]+\\))?")
    public ExpectedFault fault(String text) {
        return ExpectedFault.parse(text);
    }

    /** The user or the kernel page tables of the running process. */
    @ParameterType("user|kernel")
    public PageTables tables(String name) {
        return PageTables.valueOf(name.toUpperCase(java.util.Locale.ROOT));
    }

    /** Whether a page is there. */
    @ParameterType("mapped|not mapped")
    public boolean mapped(String text) {
        return text.equals("mapped");
    }

    /** Whether an interrupt line is masked. */
    @ParameterType("masked|not masked")
    public boolean masked(String text) {
        return text.equals("masked");
    }

    /** A type of trace event. */
    @ParameterType("[A-Z][A-Za-z]+")
    public String event(String name) {
        return name;
    }

    /** Which of a process's two PML4s. */
    public enum PageTables {
        USER, KERNEL
    }
}
