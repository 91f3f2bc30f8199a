package ringspec.isa;

import java.util.List;
import java.util.Set;

/**
 * One row of the instruction table: one encoding of one operation with its operands. Interned: there is one object per row, so forms
 * compare by identity and {@link #index()} can index arrays.
 */
public final class InstructionForm {

    /** How the operand size of the form comes about (SDM vol. 2, table 3-4 and appendix A.2.5). */
    public enum SizeRule {
        /** The opcode has one operand size or none: 66 and REX.W select nothing. */
        NONE,
        /** 32 bits by default, 16 with 66, 64 with REX.W: this form is one of them. */
        SELECTED,
        /** 64 bits by default and with REX.W, 16 with 66; there is no 32-bit form (PUSH, POP, ENTER, ..). */
        DEFAULT_64,
        /** 64 bits whatever the prefixes (near branches, moves to control registers). */
        FORCED_64
    }

    private final int index;
    private final String category;
    private final String mnemonic;
    private final String printedMnemonic;
    private final List<OperandSpec> operands;
    private final Encoding encoding;
    private final String cpuid;
    private final FormAttributes attributes;
    private final int operandSize;
    private final SizeRule sizeRule;
    private final boolean unsignedImmediates;
    private final boolean only64;
    private final boolean encodesVvvv;
    private final Register.Kind vectorIndex;

    InstructionForm(int index, String category, String mnemonic, List<OperandSpec> operands, Encoding encoding,
            String cpuid,
            FormAttributes attributes) {
        this.index = index;
        this.category = category;
        this.mnemonic = mnemonic;
        this.operands = List.copyOf(operands);
        this.encoding = encoding;
        this.cpuid = cpuid;
        this.attributes = attributes;
        this.printedMnemonic = attributes.value("print", mnemonic.toLowerCase(java.util.Locale.ROOT));
        this.unsignedImmediates = attributes.has("unsigned");
        this.sizeRule = attributes.has("d64") ? SizeRule.DEFAULT_64
                : attributes.has("f64") ? SizeRule.FORCED_64 : explicitSize() != 0 ? SizeRule.SELECTED : SizeRule.NONE;
        this.operandSize = sizeRule == SizeRule.DEFAULT_64 || sizeRule == SizeRule.FORCED_64 ? 64
                : sizeRule == SizeRule.SELECTED ? explicitSize() : firstWidth() == 8 || attributes.has("o8") ? 8 : 0;
        this.encodesVvvv = operands.stream().anyMatch(operand -> operand.role() == OperandSpec.Role.VVVV);
        this.vectorIndex = operands.stream().map(OperandSpec::indexKind).filter(java.util.Objects::nonNull).findFirst()
                .orElse(null);
        boolean wideVex = encoding.vex() != null && encoding.vex().w() == 1
                && operands.stream().anyMatch(operand -> operand.registerKind() == Register.Kind.GPR64);
        this.only64 = attributes.has("only64") || encoding.rexW() || wideVex || sizeRule == SizeRule.DEFAULT_64
                || sizeRule == SizeRule.FORCED_64;
    }

    /** The size that the row states: o16/o32/o64, else REX.W, else the width of the first operand; 0 if none selects. */
    private int explicitSize() {
        for (int size : new int[]{16, 32, 64}) {
            if (attributes.has("o" + size)) {
                return size;
            }
        }
        if (attributes.has("any") || attributes.has("o8")) {
            return 0;
        }
        if (encoding.rexW()) {
            return 64;
        }
        int width = firstWidth();
        return width == 16 || width == 32 || width == 64 ? width : 0;
    }

    /**
     * The width in bits of the first operand if it is a general-purpose register or memory that the opcode implies, else 0. Memory by
     * ModRM alone says nothing: its size belongs to the operation (FXSAVE, MOVLPS).
     */
    private int firstWidth() {
        if (operands.isEmpty()) {
            return 0;
        }
        OperandSpec first = operands.getFirst();
        if (first.registerKind() != null) {
            return first.registerKind().ordinal() <= Register.Kind.GPR64.ordinal() ? first.registerKind().bits() : 0;
        }
        return first.memory() && first.role() != OperandSpec.Role.RM ? first.memorySize() * 8 : 0;
    }

    /** The row's position in the table, from 0; not stable between versions. */
    public int index() {
        return index;
    }

    /** The row as the table prints it, unique: {@code ADD r/m64, imm8 | REX.W + 83 /0 ib}. */
    public String id() {
        String size = attributes.has("o16") ? " o16" : attributes.has("o32") ? " o32" : "";
        return signature() + " | " + encoding.text() + size + (attributes.has("no64") ? " no64" : "");
    }

    /** Mnemonic and operands: {@code ADD r/m64, imm8}. */
    public String signature() {
        StringBuilder text = new StringBuilder(mnemonic);
        for (int i = 0; i < operands.size(); i++) {
            text.append(i == 0 ? " " : ", ").append(operands.get(i).text());
        }
        return text.toString();
    }

    /** The group of instructions the row stands in: the name of its table file. */
    public String category() {
        return category;
    }

    /** The upper-case mnemonic, normalised: JE, never JZ. */
    public String mnemonic() {
        return mnemonic;
    }

    /** What the disassembler prints for the mnemonic, where the GNU tools differ from the SDM ({@code movabs}). */
    public String printedMnemonic() {
        return printedMnemonic;
    }

    /** What the disassembler prints for the mnemonic in code of a size, where no operand shows the form's size. */
    public String printedMnemonic(CodeSize codeSize) {
        if (codeSize.is64()) {
            return printedMnemonic;
        }
        String legacy = printedMnemonic.equals("movabs") ? "mov" : printedMnemonic;
        return codeSize == CodeSize.BITS_16 ? SizeSuffix.in16(this, legacy) : legacy;
    }

    /** Other upper-case mnemonics the assembler accepts for this row (JZ for JE). */
    public Set<String> aliases() {
        return attributes.aliases();
    }

    /** The operands in the SDM's order, destination first. */
    public List<OperandSpec> operands() {
        return operands;
    }

    /** The encoding. */
    public Encoding encoding() {
        return encoding;
    }

    /** The CPUID feature that offers the form (SSE2, RDRAND), or "-" if every 64-bit processor has it. */
    public String cpuid() {
        return cpuid;
    }

    /** The remaining properties of the row. */
    public FormAttributes attributes() {
        return attributes;
    }

    /** The operand size in bits: 8, 16, 32 or 64, or 0 where the form has none and prefixes decide nothing. */
    public int operandSize() {
        return operandSize;
    }

    /** How prefixes select the operand size. */
    public SizeRule sizeRule() {
        return sizeRule;
    }

    /** Whether code of a size can have the form: legacy and compatibility mode lack some, 64-bit mode others. */
    public boolean existsIn(CodeSize codeSize) {
        return codeSize.is64() ? !attributes.has("no64") : !only64;
    }

    /** The kind of the vector of indices in the memory operand's address (VSIB), or null for an ordinary address. */
    Register.Kind vectorIndex() {
        return vectorIndex;
    }

    /** Whether VEX.vvvv holds an operand; else it must be 1111b. */
    boolean encodesVvvv() {
        return encodesVvvv;
    }

    /** Whether the form has a VEX prefix. */
    public boolean isVex() {
        return encoding.vex() != null;
    }

    /** Whether an encoder must emit 66 to get the operand size of this form (besides a mandatory prefix). */
    public boolean needsOperandSizePrefix() {
        return sizeRule == SizeRule.SELECTED && operandSize == 16 && encoding.vex() == null;
    }

    /** Whether immediates are zero-extended rather than sign-extended. */
    public boolean unsignedImmediates() {
        return unsignedImmediates;
    }

    /** Whether LOCK is allowed when the destination is memory. */
    public boolean lockable() {
        return attributes.lockable();
    }

    /** Whether REP and REPNE repeat the instruction. */
    public boolean repeatable() {
        return attributes.repeatable();
    }

    @Override
    public String toString() {
        return id();
    }
}
