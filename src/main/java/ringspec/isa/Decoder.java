package ringspec.isa;

import java.util.List;

import ringspec.isa.Operand.Imm;
import ringspec.isa.Operand.Mem;
import ringspec.isa.Operand.Reg;
import ringspec.isa.Operand.Rel;
import ringspec.isa.Register.Kind;

/**
 * Bytes to instructions, in 64-bit mode: the generic encoding rules of SDM vol. 2, chapter 2, over the instruction table.
 * <p>
 * Where processors differ this follows Intel: near branches ignore 66. Prefixes in any order and number are accepted up to 15 bytes; the
 * last of F2 and F3 counts, and goes before 66 as a mandatory prefix; a REX that another prefix follows is ignored; ES, CS, SS and DS
 * overrides are ignored and don't cancel an FS or GS override.
 */
public final class Decoder {

    /** The longest instruction in bytes. */
    public static final int MAX_LENGTH = 15;

    private static final Decoded TOO_LONG = new Decoded.TooLong();
    private static final int REX_W = 8;
    private static final int REX_R = 4;
    private static final int REX_X = 2;
    private static final int REX_B = 1;

    private final byte[] bytes;
    private final int start;
    /** Bytes that may be read, at most 15. */
    private final int available;
    private int at;
    private int rex;
    private boolean lock;
    private boolean operandSizePrefix;
    private int addressSize = 64;
    private int repeatPrefix;
    private Register segmentOverride;
    private int opcodeOffset;
    private int opcode;
    private int modRmOffset = -1;
    private int modRm;
    private int displacementSize;
    private Register base;
    private Register index;
    private int scale = 1;
    private InstructionForm form;

    private Decoder(byte[] bytes, int offset, int limit) {
        this.bytes = bytes;
        this.start = offset;
        this.available = Math.min(limit - offset, MAX_LENGTH);
    }

    /**
     * Decodes the instruction at an offset. Never throws for any content, and reads neither past the limit nor more than 15 bytes.
     *
     * @param bytes  holds the instruction
     * @param offset of its first byte, 0 to limit
     * @param limit  end of the readable bytes, exclusive, at most the array's length
     */
    public static Decoded decode(byte[] bytes, int offset, int limit) {
        return new Decoder(bytes, offset, limit).decode();
    }

    private Decoded decode() {
        if (!prefixes()) {
            return missing(1);
        }
        opcodeOffset = at;
        int map = 0;
        opcode = next();
        if (opcode == 0x0F) {
            if (at >= available) {
                return missing(1);
            }
            map = 1;
            opcode = next();
            if (opcode == 0x38 || opcode == 0x3A) {
                map = opcode == 0x38 ? 2 : 3;
                if (at >= available) {
                    return missing(1);
                }
                opcode = next();
            }
        }
        DecodeIndex.Opcode rows = DecodeIndex.find(map, opcode);
        if (rows == null) {
            return new Decoded.Invalid(at);
        }
        if (rows.modRm) {
            if (at >= available) {
                return missing(1);
            }
            modRmOffset = at;
            modRm = next();
        }
        int prefixClass = repeatPrefix == 0xF3 ? 2 : repeatPrefix == 0xF2 ? 3 : operandSizePrefix ? 1 : 0;
        int sizeSlot = (rex & REX_W) != 0 ? 2 : operandSizePrefix ? 0 : 1;
        form = rows.find(prefixClass, modRm, sizeSlot, addressSize == 32 ? 1 : 0, rex & REX_B);
        if (form == null) {
            return new Decoded.Invalid(at);
        }
        return decodeOperands(rows.modRm);
    }

    /** Reads prefixes up to the opcode; false if the bytes end before it. */
    private boolean prefixes() {
        while (at < available) {
            int b = bytes[start + at] & 0xFF;
            if (b >= 0x40 && b <= 0x4F) {
                rex = b;
                at++;
                continue;
            }
            switch (b) {
                case 0x66 -> operandSizePrefix = true;
                case 0x67 -> addressSize = 32;
                case 0xF0 -> lock = true;
                case 0xF2, 0xF3 -> repeatPrefix = b;
                case 0x64 -> segmentOverride = Register.FS;
                case 0x65 -> segmentOverride = Register.GS;
                case 0x26, 0x2E, 0x36, 0x3E -> {
                    // Ignored in 64-bit mode (SDM vol. 2, 2.1.1), but they still void a REX before them
                }
                default -> {
                    return true;
                }
            }
            rex = 0;
            at++;
        }
        return false;
    }

    private Decoded decodeOperands(boolean hasModRm) {
        boolean memory = hasModRm && modRm < 0xC0 && form.encoding().fixedModRm() < 0 && !form.attributes()
                .ignoresMod();
        if (memory && !address()) {
            return missing(1);
        }
        List<OperandSpec> specs = form.operands();
        int rest = displacementSize;
        for (int i = 0; i < specs.size(); i++) {
            OperandSpec spec = specs.get(i);
            rest += spec.role() == OperandSpec.Role.MOFFS ? addressSize / 8 : spec.size();
        }
        if (at + rest > available) {
            return missing(at + rest - available);
        }
        long displacement = signed(displacementSize);
        Operand[] operands = new Operand[specs.size()];
        for (int i = 0; i < operands.length; i++) {
            operands[i] = operand(specs.get(i), memory, displacement, i == 0);
            if (operands[i] == null) {
                return new Decoded.Invalid(at);
            }
        }
        if (lock && !(form.lockable() && operands[0] instanceof Mem)) {
            return new Decoded.Invalid(at);
        }
        return instruction(operands);
    }

    private Instruction instruction(Operand[] operands) {
        int size = form.operandSize();
        if (size == 0) {
            size = (rex & REX_W) != 0 ? 64 : operandSizePrefix ? 16 : 32;
        }
        Repeat repeat = !form.repeatable() || repeatPrefix == 0 ? Repeat.NONE : repeatPrefix == 0xF3 ? Repeat.REP
                : Repeat.REPNE;
        long low = 0;
        long high = 0;
        for (int i = at - 1; i >= 0; i--) {
            long b = bytes[start + i] & 0xFF;
            if (i < 8) {
                low = low << 8 | b;
            } else {
                high = high << 8 | b;
            }
        }
        return new Instruction(form, List.of(operands), at, size, addressSize, lock, repeat, low, high, opcodeOffset,
                modRmOffset);
    }

    /** Reads the SIB byte and decides base, index and displacement size (SDM vol. 2, tables 2-2, 2-3 and 2-7); false if bytes lack. */
    private boolean address() {
        int mod = modRm >> 6;
        int rm = modRm & 7;
        Kind kind = addressSize == 64 ? Kind.GPR64 : Kind.GPR32;
        displacementSize = mod == 1 ? 1 : mod == 2 ? 4 : 0;
        if (rm == 4) {
            if (at >= available) {
                return false;
            }
            int sib = next();
            scale = 1 << (sib >> 6);
            int indexNumber = sib >> 3 & 7 | (rex & REX_X) << 2;
            index = indexNumber == 4 ? null : Register.of(kind, indexNumber);
            rm = sib & 7;
            if (rm == 5 && mod == 0) {
                displacementSize = 4;
            } else {
                base = Register.of(kind, rm | (rex & REX_B) << 3);
            }
        } else if (rm == 5 && mod == 0) {
            displacementSize = 4;
            base = Register.RIP;
        } else {
            base = Register.of(kind, rm | (rex & REX_B) << 3);
        }
        return true;
    }

    /** The operand, or null if the encoding names a register that isn't there. */
    private Operand operand(OperandSpec spec, boolean memory, long displacement, boolean destination) {
        return switch (spec.role()) {
            case REG -> register(spec.registerKind(), modRm >> 3 & 7, rex & REX_R, destination);
            case RM -> memory ? memory(spec, displacement) : register(spec.registerKind(), modRm & 7, (rex
                    & REX_B) << 2, destination);
            case OPCODE -> register(spec.registerKind(), opcode & 7, (rex & REX_B) << 2, destination);
            case IMM -> new Imm(form.unsignedImmediates() ? unsigned(spec.size()) : signed(spec.size()), spec.size());
            case REL -> new Rel(signed(spec.size()), spec.size());
            case MOFFS -> new Mem(segment(Register.DS), segmentOverride != null, null, null, 1,
                    addressSize == 64 ? signed(8) : unsigned(4), spec.memorySize(), addressSize);
            case FIXED -> Reg.of(spec.fixed());
            case CONSTANT -> new Imm(spec.constant(), 0);
            case STRING_DI -> new Mem(Register.ES, false, general(7), null, 1, 0, spec.memorySize(), addressSize);
            case STRING_SI -> implied(spec, 6);
            case XLAT -> implied(spec, 3);
        };
    }

    private Mem implied(OperandSpec spec, int number) {
        return new Mem(segment(Register.DS), segmentOverride != null, general(number), null, 1, 0, spec.memorySize(),
                addressSize);
    }

    private Register general(int number) {
        return Register.of(addressSize == 64 ? Kind.GPR64 : Kind.GPR32, number);
    }

    private Mem memory(OperandSpec spec, long displacement) {
        // RSP and RBP as the base mean the stack segment; R12 and R13 don't (SDM vol. 1, table 3-5)
        boolean stack = base != null && base.kind() != Kind.RIP && (base.number() == 4 || base.number() == 5);
        return new Mem(segment(stack ? Register.SS : Register.DS), segmentOverride != null, base, index, scale,
                displacement,
                spec.memorySize(), addressSize);
    }

    private Register segment(Register otherwise) {
        return segmentOverride != null ? segmentOverride : otherwise;
    }

    private Operand register(Kind kind, int low, int extension, boolean destination) {
        int number = low | (extension != 0 ? 8 : 0);
        return switch (kind) {
            case GPR8 -> Reg.of(rex == 0 && number >= 4 ? Register.of(Kind.GPR8_HIGH, number - 4) : Register.of(kind,
                    number));
            // REX.R is ignored; 6 and 7 are no segments, and CS can't be loaded by MOV
            case SEGMENT -> low > 5 || destination && low == 1 ? null : Reg.of(Register.of(kind, low));
            case CONTROL -> number == 0 || number >= 2 && number <= 4 || number == 8 ? Reg.of(Register.of(kind, number))
                    : null;
            case DEBUG -> number > 7 ? null : Reg.of(Register.of(kind, number));
            default -> Reg.of(Register.of(kind, number));
        };
    }

    /** The answer when so many more bytes are needed than may be read. */
    private Decoded missing(int count) {
        return available + count > MAX_LENGTH ? TOO_LONG : new Decoded.Truncated(count);
    }

    private int next() {
        return bytes[start + at++] & 0xFF;
    }

    private long unsigned(int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (long) next() << i * 8;
        }
        return value;
    }

    private long signed(int size) {
        int shift = 64 - size * 8;
        return size == 0 ? 0 : unsigned(size) << shift >> shift;
    }
}
