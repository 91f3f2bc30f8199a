package ringspec.cpu.exec;

import java.util.Set;
import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentAccess;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/**
 * How a memory operand of 16-bit and 32-bit code goes through its segment.
 *
 * @param segment ES to GS by {@link ringspec.cpu.SegmentRegister} number
 * @param mask what an offset is truncated to: 16 or 32 ones
 * @param size bytes accessed, 0 if none are
 * @param writes whether the operand is written: it must lie in a writable segment then
 */
record SegmentedReference(int segment, long mask, int size, boolean writes) {

    /** Instructions that only read their first operand where that is memory, but for those that {@link #onlyReads} knows by other signs. */
    private static final Set<String> READERS = Set.of("CMP", "TEST", "BT", "PUSH", "CALL", "JMP", "MUL", "DIV", "IDIV",
            "LGDT", "LIDT", "LLDT", "LTR", "LMSW", "VERR", "VERW", "NOP", "CLFLUSH", "CLFLUSHOPT", "CLWB", "PREFETCH",
            "LDMXCSR", "VLDMXCSR", "FXRSTOR", "XRSTOR", "XRSTORS", "FLD", "FILD", "FBLD", "FLDCW", "FLDENV", "FRSTOR",
            "FADD", "FIADD", "FSUB", "FISUB", "FSUBR", "FISUBR", "FMUL", "FIMUL", "FDIV", "FIDIV", "FDIVR", "FIDIVR",
            "FCOM", "FCOMP", "FICOM", "FICOMP");

    /** Stores whose address is implied. */
    private static final Set<String> MASKED_STORES = Set.of("MASKMOVQ", "MASKMOVDQU", "VMASKMOVDQU");

    /** The reference that an operand of an instruction makes. */
    static SegmentedReference of(Instruction instruction, Operand.Mem operand) {
        int size = switch (instruction.mnemonic()) {
            // INVLPG looks at no segment limit; the others touch a cache line that holds the byte.
            case "LEA", "INVLPG" -> 0;
            case "CLFLUSH", "CLFLUSHOPT", "CLWB", "MONITOR" -> 1;
            default -> operand.size();
        };
        boolean masked = MASKED_STORES.contains(instruction.mnemonic());
        if (masked) {
            // The whole operand must lie within the limit, whatever the mask.
            size = instruction.mnemonic().equals("MASKMOVQ") ? 8 : 16;
        }
        boolean first = !instruction.operands().isEmpty() && instruction.operand(0) == operand;
        boolean writes = masked || first && !onlyReads(instruction);
        return new SegmentedReference(operand.segment().number(), (1L << operand.addressSize()) - 1, size, writes);
    }

    private static boolean onlyReads(Instruction instruction) {
        // The one-operand IMUL multiplies with memory; the others write a register.
        return READERS.contains(instruction.mnemonic()) || instruction.mnemonic().equals("IMUL");
    }

    /** The linear address of an untruncated sum, if the segment lets the access pass. */
    long linear(Cpu cpu, long sum) {
        return SegmentAccess.linear(cpu, segment, sum & mask, size, writes);
    }

    /** The offset in the segment. */
    long offset(long sum) {
        return sum & mask;
    }
}
