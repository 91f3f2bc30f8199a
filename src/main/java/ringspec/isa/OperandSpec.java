package ringspec.isa;

import java.util.List;

/**
 * What an instruction form allows as one operand, in the SDM's notation (vol. 2, 3.1.1.3).
 *
 * @param text         as the table prints it: {@code r/m64}, {@code xmm2/m128}, {@code imm8}, {@code CL}
 * @param role         where the encoding holds it
 * @param registerKind the kind of register allowed, or null if none is
 * @param memory       whether a memory operand is allowed
 * @param memorySize   bytes accessed in memory, 0 for none or decided by the state; of a gather, the bytes of one element
 * @param indexKind    the kind of a vector index register ({@code vm32x}), or null for an ordinary address
 * @param fixed        the one register allowed, or null
 * @param constant     the implied constant for {@link Role#CONSTANT}
 * @param size         the encoded size in bytes of an immediate, relative, far or {@link Role#IS4} operand, else 0
 */
public record OperandSpec(String text, Role role, Register.Kind registerKind, boolean memory, int memorySize,
        Register.Kind indexKind, Register fixed, int constant, int size) {

    /** Where the encoding holds the operand. */
    public enum Role {
        /** ModRM.reg, extended by REX.R or VEX.R. */
        REG,
        /** ModRM.rm, extended by REX.B or VEX.B, or memory by ModRM, SIB and displacement. */
        RM,
        /** VEX.vvvv. */
        VVVV,
        /** Bits 7:4 of an immediate byte (/is4). */
        IS4,
        /** The low three bits of the opcode, extended by REX.B. */
        OPCODE,
        /** An immediate after the ModRM bytes. */
        IMM,
        /** A branch displacement. */
        REL,
        /** A far pointer after the opcode: offset, then selector. */
        FAR,
        /** An absolute offset of address size after the opcode. */
        MOFFS,
        /** A register that the opcode implies. */
        FIXED,
        /** A constant that the opcode implies. */
        CONSTANT,
        /** Memory at ES:RDI (or EDI, DI), no override possible. */
        STRING_DI,
        /** Memory at DS:RSI (or ESI, SI), the segment can be overridden. */
        STRING_SI,
        /** Memory at DS:RBX + AL (XLAT). */
        XLAT
    }

    /** Whether a register operand is allowed. */
    public boolean register() {
        return registerKind != null;
    }

    /** Whether it is memory of a size that no keyword names: the state of the x87 and the vector registers. */
    public boolean isBlock() {
        return memorySize > 10 && memorySize != 16 && memorySize != 32;
    }

    /** Whether the address has a vector of indices (VSIB). */
    public boolean vectorIndex() {
        return indexKind != null;
    }

    /**
     * Parses the operands of a row.
     *
     * @param texts    the operands as the table prints them, in order
     * @param encoding the row's encoding
     * @param en       the row's Op/En, a letter an operand, or "" where the notation of the operands tells their places
     * @throws IllegalArgumentException if the notation is unknown or doesn't fit the encoding
     */
    static List<OperandSpec> parse(List<String> texts, Encoding encoding, String en) {
        return new SpecParser(texts, encoding, en).parse();
    }

    @Override
    public String toString() {
        return text;
    }
}
