package ringspec.isa;

import java.util.Map;

/**
 * What an instruction form allows as one operand, in the SDM's notation (vol. 2, 3.1.1.3).
 *
 * @param text         as the table prints it: {@code r/m64}, {@code xmm2/m128}, {@code imm8}, {@code CL}
 * @param role         where the encoding holds it
 * @param registerKind the kind of register allowed, or null if none is
 * @param memory       whether a memory operand is allowed
 * @param memorySize   bytes accessed in memory, 0 for none or decided by the state
 * @param fixed        the one register allowed, or null
 * @param constant     the implied constant for {@link Role#CONSTANT}
 * @param size         for an immediate or relative operand its encoded size in bytes, else 0
 */
public record OperandSpec(String text, Role role, Register.Kind registerKind, boolean memory, int memorySize,
        Register fixed,
        int constant, int size) {

    /** Where the encoding holds the operand. */
    public enum Role {
        /** ModRM.reg, extended by REX.R. */
        REG,
        /** ModRM.rm, extended by REX.B, or memory by ModRM, SIB and displacement. */
        RM,
        /** The low three bits of the opcode, extended by REX.B. */
        OPCODE,
        /** An immediate after the ModRM bytes. */
        IMM,
        /** A branch displacement. */
        REL,
        /** An absolute offset of address size after the opcode. */
        MOFFS,
        /** A register that the opcode implies. */
        FIXED,
        /** A constant that the opcode implies. */
        CONSTANT,
        /** Memory at ES:RDI (or EDI), no override possible. */
        STRING_DI,
        /** Memory at DS:RSI (or ESI), the segment can be overridden. */
        STRING_SI,
        /** Memory at DS:RBX + AL (XLAT). */
        XLAT
    }

    private static final Map<String, Integer> MEMORY = Map.ofEntries(Map.entry("m", 0), Map.entry("m8", 1), Map.entry(
            "m16", 2),
            Map.entry("m32", 4), Map.entry("m64", 8), Map.entry("m128", 16), Map.entry("m16&64", 10), Map.entry(
                    "m16:16", 4),
            Map.entry("m16:32", 6), Map.entry("m16:64", 10), Map.entry("m2byte", 2), Map.entry("m512byte", 512));

    /** Whether a register operand is allowed. */
    public boolean register() {
        return registerKind != null;
    }

    /**
     * Parses one operand.
     *
     * @param text     the operand as the table prints it
     * @param encoding the row's encoding, which decides the role of a plain register
     * @param regTaken whether another operand of the row is held in ModRM.reg for certain (Sreg, CRn, DRn)
     * @throws IllegalArgumentException if the notation is unknown
     */
    static OperandSpec parse(String text, Encoding encoding, boolean regTaken) {
        Register fixed = Register.find(text);
        if (fixed != null && text.equals(text.toUpperCase(java.util.Locale.ROOT))) {
            return new OperandSpec(text, Role.FIXED, fixed.kind(), false, 0, fixed, 0, 0);
        }
        switch (text) {
            case "Sreg" :
                return reg(text, Role.REG, Register.Kind.SEGMENT);
            case "CRn" :
                return reg(text, Role.REG, Register.Kind.CONTROL);
            case "DRn" :
                return reg(text, Role.REG, Register.Kind.DEBUG);
            case "1" :
                return new OperandSpec(text, Role.CONSTANT, null, false, 0, null, 1, 0);
            case "xmm1" :
                return reg(text, encoding.digit() >= 0 ? Role.RM : Role.REG, Register.Kind.XMM);
            case "xmm2" :
                return reg(text, Role.RM, Register.Kind.XMM);
            default :
                return parseSized(text, encoding, regTaken);
        }
    }

    private static OperandSpec parseSized(String text, Encoding encoding, boolean regTaken) {
        if (text.startsWith("imm")) {
            return new OperandSpec(text, Role.IMM, null, false, 0, null, 0, bits(text, 3) / 8);
        }
        if (text.startsWith("rel")) {
            return new OperandSpec(text, Role.REL, null, false, 0, null, 0, bits(text, 3) / 8);
        }
        if (text.startsWith("moffs")) {
            return new OperandSpec(text, Role.MOFFS, null, true, bits(text, 5) / 8, null, 0, 0);
        }
        if (text.startsWith("[")) {
            return parseImpliedMemory(text);
        }
        int slash = text.indexOf('/');
        String memory = text.startsWith("m") ? text : slash < 0 ? null : text.substring(slash + 1);
        if (memory != null && !MEMORY.containsKey(memory)) {
            throw unknown(text);
        }
        int memorySize = memory == null ? 0 : MEMORY.get(memory);
        if (text.startsWith("m")) {
            return new OperandSpec(text, Role.RM, null, true, memorySize, null, 0, 0);
        }
        Register.Kind kind = kind(text, slash, memorySize);
        if (slash > 0) {
            return new OperandSpec(text, Role.RM, kind, true, memorySize, null, 0, 0);
        }
        Role role = encoding.plusRegister() ? Role.OPCODE : regTaken || encoding.digit() >= 0 ? Role.RM : Role.REG;
        return reg(text, role, kind);
    }

    /** {@code [rDI]8}: 8 bits at ES:RDI; likewise {@code [rSI]} and {@code [rBX+AL]}. */
    private static OperandSpec parseImpliedMemory(String text) {
        int close = text.indexOf(']');
        Role role = switch (text.substring(0, close + 1)) {
            case "[rDI]" -> Role.STRING_DI;
            case "[rSI]" -> Role.STRING_SI;
            case "[rBX+AL]" -> Role.XLAT;
            default -> throw unknown(text);
        };
        return new OperandSpec(text, role, null, true, bits(text, close + 1) / 8, null, 0, 0);
    }

    private static Register.Kind kind(String text, int slash, int memorySize) {
        String register = slash < 0 ? text : text.substring(0, slash);
        if (register.equals("r")) {
            register = "r" + memorySize * 8;
        }
        return switch (register) {
            case "r8" -> Register.Kind.GPR8;
            case "r16" -> Register.Kind.GPR16;
            case "r32" -> Register.Kind.GPR32;
            case "r64" -> Register.Kind.GPR64;
            case "xmm2" -> Register.Kind.XMM;
            default -> throw unknown(text);
        };
    }

    private static OperandSpec reg(String text, Role role, Register.Kind kind) {
        return new OperandSpec(text, role, kind, false, 0, null, 0, 0);
    }

    private static int bits(String text, int from) {
        try {
            return Integer.parseInt(text.substring(from));
        } catch (NumberFormatException e) {
            throw unknown(text);
        }
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("unknown operand \"" + text
                + "\": expected the SDM's notation, such as r/m64, r32, imm8, rel32, m128, xmm2/m64, Sreg, CRn, AL or [rDI]8");
    }

    @Override
    public String toString() {
        return text;
    }
}
