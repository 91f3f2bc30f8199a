package ringspec.engine;

import java.util.function.LongFunction;
import ringspec.isa.Decoded;
import ringspec.isa.Disassembler;
import ringspec.isa.Instruction;

/**
 * An instruction that an engine executed, for the story before a failure.
 *
 * @param rip its linear address
 * @param cr3 the address space it ran in
 * @param decoded what memory holds there by now
 */
public record RecentInstruction(long rip, long cr3, Decoded decoded) {

    /** Its disassembly, with plain addresses. */
    public String text() {
        return text(_ -> null);
    }

    /**
     * Its disassembly.
     *
     * @param symbols names an address ({@code main+0x10}), or gives null where it knows no name
     */
    public String text(LongFunction<String> symbols) {
        return decoded instanceof Instruction instruction ? Disassembler.format(instruction, rip, symbols)
                : "(bytes no longer there)";
    }
}
