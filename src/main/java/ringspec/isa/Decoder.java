package ringspec.isa;

import java.util.List;

import ringspec.isa.Operand.Imm;
import ringspec.isa.Operand.Mem;
import ringspec.isa.Operand.Reg;
import ringspec.isa.Operand.Rel;
import ringspec.isa.Register.Kind;

/**
 * Bytes to instructions, in code of any size: the generic encoding rules of SDM vol. 2, chapter 2, over the instruction table.
 * <p>
 * Where processors differ this follows Intel: near branches ignore 66 in 64-bit mode. Prefixes in any order and number are accepted up to
 * 15 bytes; the last of F2 and F3 counts, and goes before 66 as a mandatory prefix; a REX that another prefix follows is ignored. In
 * 64-bit mode ES, CS, SS and DS overrides are ignored and don't cancel an FS or GS override; elsewhere the last override counts.
 */
public final class Decoder {

    /** The longest instruction in bytes. */
    public static final int MAX_LENGTH = 15;

    private static final Decoded TOO_LONG = new Decoded.TooLong();
    private static final int REX_W = 8;
    private static final int REX_R = 4;
    private static final int REX_X = 2;
    private static final int REX_B = 1;
    private static final int BX = 3;
    private static final int BP = 5;
    private static final int SI = 6;

    private final CodeSize codeSize;
    private final byte[] bytes;
    private final int start;
    /** Bytes that may be read, at most 15. */
    private final int available;
    private int at;
    private int rex;
    private boolean lock;
    private boolean operandSizePrefix;
    private int addressSize;
    /** VEX.vvvv, not inverted; 0 without VEX. */
    private int vvvv;
    /** The index into the rows of an opcode for operand sizes, or VEX.L and VEX.W. */
    private int sizeSlot;
    private int prefixClass;
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

    private Decoder(CodeSize codeSize, byte[] bytes, int offset, int limit) {
        this.codeSize = codeSize;
        this.addressSize = codeSize.addressSize();
        this.bytes = bytes;
        this.start = offset;
        this.available = Math.min(limit - offset, MAX_LENGTH);
    }

    /**
     * Decodes the instruction at an offset in 64-bit mode. Never throws for any content, and reads neither past the limit nor more than 15
     * bytes.
     *
     * @param bytes  holds the instruction
     * @param offset of its first byte, 0 to limit
     * @param limit  end of the readable bytes, exclusive, at most the array's length
     */
    public static Decoded decode(byte[] bytes, int offset, int limit) {
        return decode(CodeSize.BITS_64, bytes, offset, limit);
    }

    /**
     * Decodes the instruction at an offset. Never throws for any content, and reads neither past the limit nor more than 15 bytes.
     *
     * @param codeSize the size of the code segment
     * @param bytes    holds the instruction
     * @param offset   of its first byte, 0 to limit
     * @param limit    end of the readable bytes, exclusive, at most the array's length
     */
    public static Decoded decode(CodeSize codeSize, byte[] bytes, int offset, int limit) {
        return new Decoder(codeSize, bytes, offset, limit).decode();
    }

    private Decoded decode() {
        boolean is64 = codeSize.is64();
        if (!(is64 ? prefixes64() : prefixesLegacy())) {
            return missing(1);
        }
        opcodeOffset = at;
        opcode = next();
        DecodeIndex.Opcode[][] index = is64 ? DecodeIndex.LONG : DecodeIndex.LEGACY;
        DecodeIndex.Opcode rows;
        if ((opcode & 0xFE) == 0xC4) {
            if (at >= available) {
                return missing(1);
            }
            // Outside 64-bit mode a VEX prefix is an LES or LDS whose ModRM names a register (SDM vol. 2, 2.3.5)
            if (is64 || (bytes[start + at] & 0xC0) == 0xC0) {
                return decodeVex(index);
            }
        }
        int map = 0;
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
        rows = index[map][opcode];
        prefixClass = repeatPrefix == 0xF3 ? 2 : repeatPrefix == 0xF2 ? 3 : operandSizePrefix ? 1 : 0;
        sizeSlot = (rex & REX_W) != 0 ? 2 : operandSizePrefix == (codeSize != CodeSize.BITS_16) ? 0 : 1;
        return decodeRow(rows);
    }

    /** The bytes from a VEX prefix on (SDM vol. 2, 2.3.5), whose first is read. */
    private Decoded decodeVex(DecodeIndex.Opcode[][] index) {
        if (rex != 0 || lock || operandSizePrefix || repeatPrefix != 0) {
            return new Decoded.Invalid(at);
        }
        int payload = next() ^ 0xF8; // R, vvvv inverted; of the three-byte form R, X, B are, too
        int map = 1;
        rex = payload >> 5 & REX_R;
        if (opcode == 0xC4) {
            if (at >= available) {
                return missing(1);
            }
            map = payload & 0x1F ^ 0x18;
            rex = payload >> 5;
            payload = next() ^ 0x78;
            rex |= payload >> 4 & REX_W;
        }
        if (map == 0 || map > 3) {
            return new Decoded.Invalid(at);
        }
        if (at >= available) {
            return missing(1);
        }
        vvvv = payload >> 3 & 15;
        if (!codeSize.is64()) {
            rex &= REX_W;
            vvvv &= 7;
        }
        prefixClass = payload & 3;
        sizeSlot = (payload >> 1 & 2) + (rex >> 3);
        opcode = next();
        return decodeRow(index[DecodeIndex.VEX_MAPS + map][opcode]);
    }

    private Decoded decodeRow(DecodeIndex.Opcode rows) {
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
        form = rows.find(prefixClass, modRm, sizeSlot, addressSize == 32 ? 1 : 0, rex & REX_B);
        if (form == null || vvvv != 0 && !form.encodesVvvv()) {
            return new Decoded.Invalid(at);
        }
        return decodeOperands(rows.modRm);
    }

    /** Reads prefixes up to the opcode in 64-bit mode; false if the bytes end before it. */
    private boolean prefixes64() {
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

    /** Reads prefixes up to the opcode outside 64-bit mode; false if the bytes end before it. */
    private boolean prefixesLegacy() {
        while (at < available) {
            int b = bytes[start + at] & 0xFF;
            switch (b) {
                case 0x66 -> operandSizePrefix = true;
                case 0x67 -> addressSize = codeSize.otherAddressSize();
                case 0xF0 -> lock = true;
                case 0xF2, 0xF3 -> repeatPrefix = b;
                case 0x26, 0x2E, 0x36, 0x3E -> segmentOverride = Register.of(Kind.SEGMENT, b >> 3 & 3);
                case 0x64 -> segmentOverride = Register.FS;
                case 0x65 -> segmentOverride = Register.GS;
                default -> {
                    return true;
                }
            }
            at++;
        }
        return false;
    }

    private Decoded decodeOperands(boolean hasModRm) {
        boolean memory = hasModRm && modRm < 0xC0 && form.encoding().fixedModRm() < 0 && !form.attributes()
                .ignoresMod();
        if (form.vectorIndex() != null && ((modRm & 7) != 4 || addressSize == 16)) {
            return new Decoded.Invalid(at); // VSIB needs an SIB byte
        }
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
        if (form.vectorIndex() != null && sharesVectorRegister()) {
            return new Decoded.Invalid(at);
        }
        if (lock && !(form.lockable() && operands[0] instanceof Mem)) {
            return new Decoded.Invalid(at);
        }
        return instruction(operands);
    }

    /** Whether two of a gather's destination, mask and index are one register: #UD (SDM vol. 2, VPGATHERDD). */
    private boolean sharesVectorRegister() {
        int destination = modRm >> 3 & 7 | (rex & REX_R) << 1;
        return destination == vvvv || destination == index.number() || vvvv == index.number();
    }

    private Instruction instruction(Operand[] operands) {
        int size = form.operandSize();
        if (size == 0) {
            size = (rex & REX_W) != 0 ? 64 : operandSizePrefix == (codeSize != CodeSize.BITS_16) ? 16 : 32;
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
        return new Instruction(form, List.of(operands), at, size, addressSize, lock, repeat, low, high, codeSize,
                opcodeOffset,
                modRmOffset);
    }

    /** Reads the SIB byte and decides base, index and displacement size (SDM vol. 2, tables 2-2, 2-3 and 2-7); false if bytes lack. */
    private boolean address() {
        int mod = modRm >> 6;
        int rm = modRm & 7;
        if (addressSize == 16) {
            address16(mod, rm);
            return true;
        }
        Kind kind = addressSize == 64 ? Kind.GPR64 : Kind.GPR32;
        displacementSize = mod == 1 ? 1 : mod == 2 ? 4 : 0;
        if (rm == 4) {
            if (at >= available) {
                return false;
            }
            int sib = next();
            scale = 1 << (sib >> 6);
            int indexNumber = sib >> 3 & 7 | (rex & REX_X) << 2;
            Kind vector = form.vectorIndex();
            index = vector != null ? Register.of(vector, indexNumber)
                    : indexNumber == 4 ? null : Register.of(kind, indexNumber);
            rm = sib & 7;
            if (rm == 5 && mod == 0) {
                displacementSize = 4;
            } else {
                base = Register.of(kind, rm | (rex & REX_B) << 3);
            }
        } else if (rm == 5 && mod == 0) {
            displacementSize = 4;
            base = codeSize.is64() ? Register.RIP : null;
        } else {
            base = Register.of(kind, rm | (rex & REX_B) << 3);
        }
        return true;
    }

    /** Base, index and displacement of a 16-bit address (SDM vol. 2, table 2-1). */
    private void address16(int mod, int rm) {
        displacementSize = mod == 1 ? 1 : mod == 2 || mod == 0 && rm == 6 ? 2 : 0;
        if (mod != 0 || rm != 6) {
            base = Register.of(Kind.GPR16, switch (rm) {
                case 0, 1, 7 -> BX;
                case 2, 3, 6 -> BP;
                default -> SI + (rm & 1);
            });
            index = rm < 4 ? Register.of(Kind.GPR16, SI + (rm & 1)) : null;
        }
    }

    /** The operand, or null if the encoding names a register that isn't there. */
    private Operand operand(OperandSpec spec, boolean memory, long displacement, boolean destination) {
        return switch (spec.role()) {
            case REG -> register(spec.registerKind(), modRm >> 3 & 7, rex & REX_R, destination);
            case RM -> memory ? memory(spec, displacement) : register(spec.registerKind(), modRm & 7, (rex
                    & REX_B) << 2, destination);
            case OPCODE -> register(spec.registerKind(), opcode & 7, (rex & REX_B) << 2, destination);
            case VVVV -> register(spec.registerKind(), vvvv & 7, vvvv & 8, destination);
            case IS4 -> {
                int number = next() >> 4;
                yield register(spec.registerKind(), number & 7, codeSize.is64() ? number & 8 : 0, destination);
            }
            case IMM -> new Imm(form.unsignedImmediates() ? unsigned(spec.size()) : signed(spec.size()), spec.size());
            case REL -> new Rel(signed(spec.size()), spec.size());
            case MOFFS -> new Mem(segment(Register.DS), segmentOverride != null, null, null, 1,
                    addressSize == 64 ? signed(8) : unsigned(addressSize / 8), spec.memorySize(), addressSize);
            case FAR -> {
                long offset = unsigned(spec.size() - 2);
                yield new Operand.Far((int) unsigned(2), offset, spec.size());
            }
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
        return Register.general(addressSize, number);
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
            case MM, ST -> Reg.of(Register.of(kind, low));
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
