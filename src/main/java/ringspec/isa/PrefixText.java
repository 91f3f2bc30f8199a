package ringspec.isa;

import ringspec.isa.Encoding.Prefix;
import ringspec.isa.InstructionForm.SizeRule;
import ringspec.isa.Operand.Mem;
import ringspec.isa.Operand.Reg;
import ringspec.isa.OperandSpec.Role;

/**
 * The prefixes that the operands and the mnemonic don't already show, as objdump writes them before the mnemonic: {@code lock},
 * {@code rep}, and the superfluous ones ({@code data16 cs nop WORD PTR [rax+rax*1+0x0]}).
 */
final class PrefixText {

    private static final int OPERAND_SIZE = 0x66;
    private static final int ADDRESS_SIZE = 0x67;
    private static final int LOCK = 0xF0;
    private static final int REPNE = 0xF2;
    private static final int REP = 0xF3;

    private final Instruction instruction;
    private final InstructionForm form;

    private PrefixText(Instruction instruction) {
        this.instruction = instruction;
        this.form = instruction.form();
    }

    /** The prefix words, each followed by a blank; empty for most instructions. */
    static String of(Instruction instruction) {
        return instruction.opcodeOffset() == 0 ? "" : new PrefixText(instruction).text();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int count = instruction.opcodeOffset();
        for (int i = 0; i < count; i++) {
            int prefix = instruction.byteAt(i);
            String word = (prefix & 0xF0) == 0x40 ? rex(prefix, i == count - 1) : name(prefix, isLast(prefix, i));
            text.append(word).append(word.isEmpty() ? "" : " ");
        }
        return text.toString();
    }

    /** Whether no prefix of the kind follows; objdump counts F2 and F3 apart. */
    private boolean isLast(int prefix, int at) {
        for (int i = at + 1; i < instruction.opcodeOffset(); i++) {
            int later = instruction.byteAt(i);
            if (later == prefix || isSegment(prefix) && isSegment(later)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSegment(int prefix) {
        return switch (prefix) {
            case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65 -> true;
            default -> false;
        };
    }

    /** Whether mnemonic or operands show the prefix already. */
    private boolean used(int prefix) {
        Prefix mandatory = form.encoding().prefix();
        return switch (prefix) {
            case OPERAND_SIZE -> isExchange(instruction) || mandatory == Prefix.P66 || (instruction
                    .codeSize() == CodeSize.BITS_16
                            ? InstructionTable.get().hasNarrowSibling(form) && usesOperandSize(32) : usesOperandSize(
                                    16))
                    && !isShortBranch();
            case ADDRESS_SIZE -> form.attributes().has("a32") || form.attributes().has("a16")
                    || hasMemory() && !isBare32In16() && form.operands().stream().noneMatch(operand -> operand
                            .role() == Role.MOFFS);
            case REP, REPNE -> mandatory.value() == prefix;
            case 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65 -> segmentShown();
            default -> false;
        };
    }

    /** Whether an operand size makes GNU see the XCHG with itself that a NOP once was; in 64-bit mode that is a row of its own. */
    static boolean isExchange(Instruction instruction) {
        return instruction.form().encoding().opcode() == 0x90 && instruction.form().operands().isEmpty()
                && instruction.form().encoding().prefix() == Prefix.ANY && instruction.form().encoding().map() == 0
                && instruction.operandSize() != instruction.codeSize().operandSize() && !instruction.codeSize().is64();
    }

    /** Whether the segment that an override names is in truth the NOTRACK hint. */
    static boolean hidesSegment(Instruction instruction, Mem mem) {
        return mem.segment() == Register.DS && mem.segmentOverridden() && new PrefixText(instruction)
                .isIndirectBranch();
    }

    /** Whether the operands show a segment; objdump then hides the last segment prefix, even one that has no effect. */
    private boolean segmentShown() {
        return instruction.operands().stream().anyMatch(o -> o instanceof Mem mem && mem.segmentOverridden()
                && !hidesSegment(instruction, mem))
                || form.operands().stream().anyMatch(o -> o.role() == Role.STRING_SI || o.role() == Role.XLAT);
    }

    private boolean isShortBranch() {
        return form.operands().size() == 1 && form.operands().getFirst().role() == Role.REL && form.operands()
                .getFirst().size() == 1;
    }

    /** objdump shows 67 in 16-bit code if the address has no register to show its width. */
    private boolean isBare32In16() {
        return instruction.codeSize() == CodeSize.BITS_16 && instruction.operands().stream().anyMatch(
                o -> o instanceof Mem mem && mem.base() == null && mem.index() == null);
    }

    private boolean hasMemory() {
        return instruction.operands().stream().anyMatch(Mem.class::isInstance);
    }

    /** Whether the size that 66 or REX.W selects is what the text shows. */
    private boolean usesOperandSize(int bits) {
        return form.operandSize() == bits && (form.sizeRule() == SizeRule.SELECTED || bits == 16)
                && !(hasMemory() && storesWordAlways()) && !(bits == 64 && isFar64());
    }

    /** SLDT, STR, SMSW and moves of segment registers: the size matters to a register operand only. */
    private boolean storesWordAlways() {
        return form.operands().stream().anyMatch(operand -> operand.role() == Role.RM && operand.register() && operand
                .memorySize() == 2)
                && form.operands().stream().noneMatch(o -> o.role() == Role.REG && o
                        .registerKind() != Register.Kind.SEGMENT)
                && form.operands().stream().noneMatch(o -> o.text().equals("r/m16"));
    }

    /** GNU prints FWORD PTR for m16:64 too, and the REX.W that makes it one; likewise with the x87 environment. */
    private boolean isFar64() {
        if (form.operands().size() != 1) {
            return false;
        }
        String operand = form.operands().getFirst().text();
        return operand.equals("m16:64") || operand.equals("m28byte") || operand.equals("m108byte");
    }

    private String rex(int rex, boolean inEffect) {
        int used = 0;
        for (int i = 0; i < form.operands().size(); i++) {
            OperandSpec spec = form.operands().get(i);
            Operand operand = instruction.operand(i);
            used |= switch (spec.role()) {
                case REG -> spec.registerKind() == Register.Kind.SEGMENT ? 0 : 4;
                case RM -> operand instanceof Mem && (instruction.byteAt(instruction.modRmOffset()) & 7) == 4 ? 3 : 1;
                case OPCODE -> 1;
                default -> 0;
            };
            if (operand instanceof Reg reg && reg.register().kind() == Register.Kind.GPR8 && (reg.register().number()
                    & 4) != 0
                    && spec.role() != Role.FIXED) {
                used |= 0x40;
            }
        }
        used |= usesOperandSize(64) ? 8 : 0;
        used &= rex;
        used |= (used & 0xF) != 0 ? 0x40 : 0;
        if (inEffect && used == rex) {
            return "";
        }
        String bits = ((rex & 8) != 0 ? "W" : "") + ((rex & 4) != 0 ? "R" : "") + ((rex & 2) != 0 ? "X" : "") + ((rex
                & 1) != 0 ? "B" : "");
        return bits.isEmpty() ? "rex" : "rex." + bits;
    }

    private String name(int prefix, boolean last) {
        if (last && used(prefix)) {
            return "";
        }
        return switch (prefix) {
            case OPERAND_SIZE -> instruction.codeSize() == CodeSize.BITS_16 ? "data32" : "data16";
            case ADDRESS_SIZE -> "addr" + instruction.codeSize().otherAddressSize();
            case LOCK -> "lock";
            case REP -> last && elides(REP) ? "xrelease" : last && repeats() ? "rep" : "repz";
            case REPNE -> last && elides(REPNE) ? "xacquire" : last && isBoundedBranch() ? "bnd" : "repnz";
            case 0x26 -> "es";
            case 0x2E -> "cs";
            case 0x36 -> "ss";
            case 0x3E -> isIndirectBranch() ? "notrack" : "ds";
            case 0x64 -> "fs";
            case 0x65 -> "gs";
            default -> throw new IllegalStateException("not a prefix: " + Integer.toHexString(prefix));
        };
    }

    /** Whether F3 is REP here, not REPE. */
    private boolean repeats() {
        return form.repeatable() && !form.attributes().repeatsOnZero();
    }

    /** Whether F2 or F3 is a hint of hardware lock elision, which does nothing else (SDM vol. 1, 17.3.3). */
    private boolean elides(int prefix) {
        return hasMemory() && (instruction.lock() || form.mnemonic().equals("XCHG")
                || prefix == REP && isLastRepeat(prefix) && form.mnemonic().equals("MOV") && switch (form.encoding()
                        .opcode()) {
                    case 0x88, 0x89, 0xC6, 0xC7 -> form.encoding().map() == 0;
                    default -> false;
                });
    }

    private boolean isLastRepeat(int prefix) {
        for (int i = instruction.opcodeOffset() - 1; i >= 0; i--) {
            int other = instruction.byteAt(i);
            if (other == REP || other == REPNE) {
                return other == prefix;
            }
        }
        return false;
    }

    private boolean isNearBranch() {
        if (!form.attributes().has("no64")) {
            return form.category().equals("branch") && form.sizeRule() == SizeRule.FORCED_64;
        }
        return switch (form.mnemonic()) {
            case "CALL", "JMP" -> !form.operands().getFirst().text().contains("16:");
            case "RET" -> true;
            default -> form.operands().size() == 1 && form.operands().getFirst().role() == Role.REL;
        };
    }

    /** Whether F2 is the BND prefix: on near branches, but not on LOOP and JRCXZ. */
    private boolean isBoundedBranch() {
        return isNearBranch() && !(form.encoding().map() == 0 && (form.encoding().opcode() & 0xFC) == 0xE0);
    }

    /** Whether a DS prefix is NOTRACK: a hint of control-flow enforcement. */
    private boolean isIndirectBranch() {
        return isNearBranch() && form.operands().stream().anyMatch(operand -> operand.role() == Role.RM);
    }
}
