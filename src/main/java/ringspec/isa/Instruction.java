package ringspec.isa;

import java.util.List;

/** A decoded instruction: a form with its actual operands and prefixes. Immutable. */
public final class Instruction implements Decoded {

    private final InstructionForm form;
    private final List<Operand> operands;
    private final int length;
    private final int operandSize;
    private final int addressSize;
    private final boolean lock;
    private final Repeat repeat;
    private final long low;
    private final long high;
    private final CodeSize codeSize;
    private final int opcodeOffset;
    private final int modRmOffset;

    Instruction(InstructionForm form, List<Operand> operands, int length, int operandSize, int addressSize,
            boolean lock, Repeat repeat,
            long low, long high, CodeSize codeSize, int opcodeOffset, int modRmOffset) {
        this.form = form;
        this.operands = operands;
        this.length = length;
        this.operandSize = operandSize;
        this.addressSize = addressSize;
        this.lock = lock;
        this.repeat = repeat;
        this.low = low;
        this.high = high;
        this.codeSize = codeSize;
        this.opcodeOffset = opcodeOffset;
        this.modRmOffset = modRmOffset;
    }

    /** The row of the table. */
    public InstructionForm form() {
        return form;
    }

    /** The upper-case mnemonic. */
    public String mnemonic() {
        return form.mnemonic();
    }

    /** The explicit operands, destination first. */
    public List<Operand> operands() {
        return operands;
    }

    /** The explicit operand at a position from 0. */
    public Operand operand(int position) {
        return operands.get(position);
    }

    /** The length in bytes, 1 to 15. */
    public int length() {
        return length;
    }

    /** The effective operand size in bits: 8, 16, 32 or 64. Where the form has none, what the prefixes say. */
    public int operandSize() {
        return operandSize;
    }

    /** The size of the code it was decoded from. */
    public CodeSize codeSize() {
        return codeSize;
    }

    /** The effective address size in bits: 64, 32 or 16. */
    public int addressSize() {
        return addressSize;
    }

    /** Whether a LOCK prefix is in effect. */
    public boolean lock() {
        return lock;
    }

    /** The repeat prefix in effect, {@link Repeat#NONE} unless the form is a string instruction. */
    public Repeat repeat() {
        return repeat;
    }

    /** The encoded byte at an offset from 0 to length - 1, as 0 to 255. */
    public int byteAt(int offset) {
        if (offset < 0 || offset >= length) {
            throw new IndexOutOfBoundsException("instruction byte " + offset + " of " + length);
        }
        return (int) (offset < 8 ? low >>> offset * 8 : high >>> (offset - 8) * 8) & 0xFF;
    }

    /** A copy of the encoded bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) byteAt(i);
        }
        return bytes;
    }

    /** Where the opcode starts, its map bytes included: the number of prefix bytes, REX included. */
    int opcodeOffset() {
        return opcodeOffset;
    }

    /** Where the ModRM byte is, or -1. */
    int modRmOffset() {
        return modRmOffset;
    }

    /** The form and its operands. */
    @Override
    public String toString() {
        return form.id() + " " + operands;
    }
}
