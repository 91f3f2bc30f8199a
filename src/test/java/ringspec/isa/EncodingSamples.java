package ringspec.isa;

import java.io.ByteArrayOutputStream;
import java.util.Random;

import ringspec.isa.InstructionForm.SizeRule;
import ringspec.isa.OperandSpec.Role;
import ringspec.isa.Register.Kind;

/** Makes random valid encodings of a form straight from its row, independently of decoder and assembler. Seeded, so reproducible. */
public final class EncodingSamples {

    private static final int[] EDGE_BYTES = {0, 1, 0x7F, 0x80, 0xFF};
    private static final int[] CONTROL_REGISTERS = {0, 2, 3, 4, 8};
    private static final int[] SEGMENT_PREFIXES = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65};

    private final Random random;

    private boolean ignoredVexBits = true;
    private CodeSize codeSize;
    private InstructionForm form;
    private Encoding encoding;
    private int addressSize;
    private boolean memory;
    /** W, R, X and B as in a REX prefix. */
    private int extension;
    private int vvvv;
    private int reg;

    /** Samples that the seed determines. */
    public EncodingSamples(long seed) {
        this.random = new Random(seed);
    }

    /** These samples from here on, with VEX.L and VEX.W clear where the processor ignores them. */
    EncodingSamples withoutIgnoredVexBits() {
        ignoredVexBits = false;
        return this;
    }

    /** One encoding of the form, with random registers, addressing, immediates and meaningful prefixes: 64-bit code if it can be. */
    public byte[] sample(InstructionForm sampled) {
        return sample(sampled, sampled.existsIn(CodeSize.BITS_64) ? CodeSize.BITS_64 : CodeSize.BITS_32);
    }

    /** One encoding of the form for code of a size that has it. */
    public byte[] sample(InstructionForm sampled, CodeSize size) {
        form = sampled;
        encoding = sampled.encoding();
        codeSize = size;
        memory = memory();
        addressSize = addressSize();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        legacyPrefixes(out);
        byte[] tail = modRm();
        int opcode = opcode();
        if (form.isVex()) {
            writeVex(out);
        } else {
            writeRexAndMap(out);
        }
        out.write(opcode);
        out.writeBytes(tail);
        for (OperandSpec operand : form.operands()) {
            if (operand.role() == Role.IS4) {
                out.write(random.nextInt(registers()) << 4);
            } else {
                writeImmediate(out, operand.role() == Role.MOFFS ? addressSize / 8 : operand.size());
            }
        }
        return out.toByteArray();
    }

    private int registers() {
        return codeSize.is64() ? 16 : 8;
    }

    private int addressSize() {
        for (int size : new int[]{16, 32, 64}) {
            if (form.attributes().has("a" + size)) {
                return size;
            }
        }
        boolean vector = form.operands().stream().anyMatch(OperandSpec::vectorIndex);
        boolean other = vector ? codeSize == CodeSize.BITS_16 || codeSize.is64() && chance(6)
                : (memory || form.operands().stream().anyMatch(EncodingSamples::impliedMemory)) && chance(6);
        return other ? codeSize.otherAddressSize() : codeSize.addressSize();
    }

    private void legacyPrefixes(ByteArrayOutputStream out) {
        boolean anyMemory = memory || form.operands().stream().anyMatch(EncodingSamples::impliedMemory);
        if (addressSize != codeSize.addressSize()) {
            out.write(0x67);
        }
        if (anyMemory && chance(5) && overridable()) {
            out.write(SEGMENT_PREFIXES[codeSize.is64() ? 4 + random.nextInt(2) : random.nextInt(6)]);
        }
        if (form.isVex()) {
            return;
        }
        boolean other = codeSize == CodeSize.BITS_16
                ? form.operandSize() == 32 && InstructionTable.get().hasNarrowSibling(form)
                : form.operandSize() == 16;
        if (form.sizeRule() == SizeRule.SELECTED && other) {
            out.write(0x66);
        }
        if (memory && form.lockable() && form.operands().getFirst().role() == Role.RM && chance(4)) {
            out.write(0xF0);
        }
        if (form.repeatable() && chance(2)) {
            out.write(chance(2) ? 0xF3 : 0xF2);
        }
        if (encoding.prefix().value() >= 0) {
            out.write(encoding.prefix().value());
        }
    }

    /** ModRM, SIB and displacement; decides the extension bits for them. */
    private byte[] modRm() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        extension = encoding.rexW() ? 8 : 0;
        int fixed = encoding.fixedModRm();
        if (fixed >= 0) {
            out.write(fixed + (encoding.plusStack() ? random.nextInt(8) : 0));
        } else if (encoding.modRm()) {
            reg = encoding.digit() >= 0 ? encoding.digit() : regField();
            extension |= reg >= 8 ? 4 : 0;
            boolean vector = form.operands().stream().anyMatch(OperandSpec::vectorIndex);
            int rm = vector ? 4 : random.nextInt(8);
            int mod = memory ? random.nextInt(3) : 3;
            out.write(mod << 6 | (reg & 7) << 3 | rm);
            if (memory && addressSize == 16) {
                writeImmediate(out, mod == 1 ? 1 : mod == 2 || mod == 0 && rm == 6 ? 2 : 0);
                return out.toByteArray();
            }
            boolean sib = memory && rm == 4;
            int sibByte = vector ? vectorSib() : random.nextInt(256);
            if (sib) {
                out.write(sibByte);
                extension |= !vector && codeSize.is64() && chance(3) ? 2 : 0;
            }
            extension |= codeSize.is64() && hasExtendedRm() && chance(3) ? 1 : 0;
            boolean wide = memory && (mod == 2 || mod == 0 && (rm == 5 || sib && (sibByte & 7) == 5));
            writeImmediate(out, wide ? 4 : memory && mod == 1 ? 1 : 0);
        }
        return out.toByteArray();
    }

    /** A gather's destination, mask and index are three different registers. */
    private int vectorSib() {
        int index;
        do {
            index = random.nextInt(registers());
            vvvv = random.nextInt(registers());
        } while (index == reg || index == vvvv || vvvv == reg);
        extension |= index >= 8 ? 2 : 0;
        return random.nextInt(4) << 6 | (index & 7) << 3 | random.nextInt(8);
    }

    private boolean hasExtendedRm() {
        return memory || form.operands().stream().noneMatch(o -> o.role() == Role.RM && o.registerKind() == Kind.MM);
    }

    private int opcode() {
        int opcode = encoding.opcode();
        if (encoding.plusRegister()) {
            int register = opcode == 0x90 ? 1 + random.nextInt(registers() - 1) : random.nextInt(registers());
            extension |= register >= 8 ? 1 : 0;
            opcode += register & 7;
        }
        return opcode;
    }

    private void writeVex(ByteArrayOutputStream out) {
        int length = encoding.vex().length() >= 0 ? encoding.vex().length() : ignored();
        int w = encoding.vex().w() >= 0 ? encoding.vex().w() : ignored();
        boolean vector = form.operands().stream().anyMatch(OperandSpec::vectorIndex);
        boolean named = form.operands().stream().anyMatch(operand -> operand.role() == Role.VVVV);
        int register = vector ? vvvv : named ? random.nextInt(registers()) : 0;
        int last = (~register & 15) << 3 | length << 2 | switch (encoding.prefix()) {
            case P66 -> 1;
            case F3 -> 2;
            case F2 -> 3;
            default -> 0;
        };
        if (encoding.map() == 1 && w == 0 && (extension & 3) == 0 && chance(2)) {
            out.write(0xC5);
            out.write((extension & 4) == 0 ? last | 0x80 : last);
        } else {
            out.write(0xC4);
            out.write((~extension & 7) << 5 | encoding.map());
            out.write(w << 7 | last);
        }
    }

    private int ignored() {
        return ignoredVexBits ? random.nextInt(2) : 0;
    }

    private void writeRexAndMap(ByteArrayOutputStream out) {
        boolean byteRegister = form.operands().stream().anyMatch(o -> o.registerKind() == Kind.GPR8 && o
                .role() != Role.FIXED);
        if (extension != 0) {
            out.write(0x40 | extension);
        } else if (byteRegister && !memory && codeSize.is64() && chance(2)) {
            out.write(0x40);
        }
        if (encoding.map() > 0) {
            out.write(0x0F);
        }
        if (encoding.map() > 1) {
            out.write(encoding.map() == 2 ? 0x38 : 0x3A);
        }
    }

    private int regField() {
        for (int i = 0; i < form.operands().size(); i++) {
            OperandSpec operand = form.operands().get(i);
            if (operand.role() == Role.REG) {
                return switch (operand.registerKind()) {
                    case SEGMENT -> i == 0 ? new int[]{0, 2, 3, 4, 5}[random.nextInt(5)] : random.nextInt(6);
                    case CONTROL -> CONTROL_REGISTERS[random.nextInt(codeSize.is64() ? 5 : 4)];
                    case DEBUG, MM -> random.nextInt(8);
                    default -> random.nextInt(registers());
                };
            }
        }
        return random.nextInt(8);
    }

    private boolean memory() {
        for (OperandSpec operand : form.operands()) {
            if (operand.role() == Role.RM) {
                return operand.memory() && (!operand.register() || chance(2));
            }
        }
        return false;
    }

    private static boolean impliedMemory(OperandSpec operand) {
        return operand.role() == Role.STRING_DI || operand.role() == Role.STRING_SI || operand.role() == Role.XLAT
                || operand.role() == Role.MOFFS;
    }

    /** ES:RDI can't be overridden: a prefix there would be a superfluous one. */
    private boolean overridable() {
        return form.operands().stream().anyMatch(o -> o.memory() && o.role() != Role.STRING_DI);
    }

    private void writeImmediate(ByteArrayOutputStream out, int size) {
        int style = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            out.write(style == 0 ? 0 : style == 1 ? 0xFF : style == 2 && i == 0 ? EDGE_BYTES[random.nextInt(5)]
                    : style == 2 ? 0 : random.nextInt(256));
        }
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
