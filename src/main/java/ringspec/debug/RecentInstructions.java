package ringspec.debug;

import java.util.HexFormat;
import java.util.List;
import java.util.function.LongFunction;
import ringspec.engine.RecentInstruction;
import ringspec.isa.Instruction;
import ringspec.machine.Machine;

/** The story before a failure: the instructions that ran last, disassembled. */
public final class RecentInstructions {

    /** How many instructions are worth reading. */
    public static final int DEFAULT_LIMIT = 24;

    private static final HexFormat BYTES = HexFormat.ofDelimiter(" ");

    private RecentInstructions() {
    }

    /**
     * The text of the last {@value #DEFAULT_LIMIT} instructions of a machine, the oldest first.
     *
     * @param symbols names an address ({@code main+0x10}), or gives null where it knows no name
     */
    public static String of(Machine machine, LongFunction<String> symbols) {
        return format(machine.recentInstructions(DEFAULT_LIMIT), symbols);
    }

    /**
     * The text of some instructions. A line tells where another address space is loaded, since the same address may then be
     * other code.
     *
     * @param symbols names an address, or gives null where it knows no name
     */
    public static String format(List<RecentInstruction> instructions, LongFunction<String> symbols) {
        if (instructions.isEmpty()) {
            return "No instruction has run.\n";
        }
        StringBuilder text = new StringBuilder(2048);
        long cr3 = ~instructions.getFirst().cr3();
        String label = "";
        for (RecentInstruction recent : instructions) {
            if (recent.cr3() != cr3) {
                cr3 = recent.cr3();
                text.append("CR3 = 0x%x\n".formatted(cr3));
                label = "";
            }
            String name = symbols.apply(recent.rip());
            String base = name == null ? "" : name.replaceFirst("\\+0x[0-9a-f]+$", "");
            if (!base.equals(label)) {
                text.append(base.isEmpty() ? "" : name + ":\n");
                label = base;
            }
            String bytes = recent.decoded() instanceof Instruction instruction ? BYTES.formatHex(instruction.bytes())
                    : "";
            text.append("  %016x  %-30s  %s\n".formatted(recent.rip(), bytes, recent.text(symbols)));
        }
        return text.toString();
    }
}
