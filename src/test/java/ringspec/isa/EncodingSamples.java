package ringspec.isa;

import java.io.ByteArrayOutputStream;
import java.util.Random;

import ringspec.isa.InstructionForm.SizeRule;
import ringspec.isa.OperandSpec.Role;

/** Makes random valid encodings of a form straight from its row, independently of decoder and assembler. Seeded, so reproducible. */
public final class EncodingSamples {

    private static final int[] EDGE_BYTES = {0, 1, 0x7F, 0x80, 0xFF};
    private static final int[] CONTROL_REGISTERS = {0, 2, 3, 4, 8};

    private final Random random;

    /** Samples that the seed determines. */
    public EncodingSamples(long seed) {
        this.random = new Random(seed);
    }

    /** One encoding of the form, with random registers, addressing, immediates and meaningful prefixes. */
    public byte[] sample(InstructionForm form) {
        Encoding encoding = form.encoding();
        boolean memory = memory(form);
        boolean anyMemory = memory || form.operands().stream().anyMatch(EncodingSamples::impliedMemory);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean address32 = form.attributes().has("a32") || anyMemory && chance(6);
        if (address32) {
            out.write(0x67);
        }
        if (anyMemory && chance(5) && overridable(form)) {
            out.write(chance(2) ? 0x64 : 0x65);
        }
        if (form.needsOperandSizePrefix() || form.sizeRule() == SizeRule.SELECTED && form.attributes().has("o16")) {
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
        writeRexAndOpcode(out, form, memory, address32);
        for (OperandSpec operand : form.operands()) {
            writeImmediate(out, operand.role() == Role.MOFFS ? (address32 ? 4 : 8) : operand.size());
        }
        return out.toByteArray();
    }

    private void writeRexAndOpcode(ByteArrayOutputStream out, InstructionForm form, boolean memory, boolean address32) {
        Encoding encoding = form.encoding();
        int modRm = encoding.fixedModRm();
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        int rex = encoding.rexW() ? 0x48 : 0;
        if (encoding.modRm() && modRm < 0) {
            int reg = encoding.digit() >= 0 ? encoding.digit() : regField(form);
            rex |= reg >= 8 ? 0x44 : 0;
            int rm = random.nextInt(8);
            int mod = memory ? random.nextInt(3) : 3;
            tail.write(mod << 6 | (reg & 7) << 3 | rm);
            boolean sib = memory && rm == 4;
            int sibByte = random.nextInt(256);
            if (sib) {
                tail.write(sibByte);
                rex |= chance(3) ? 0x42 : 0;
            }
            rex |= chance(3) ? 0x41 : 0;
            boolean wide = memory && (mod == 2 || mod == 0 && (rm == 5 || sib && (sibByte & 7) == 5));
            writeImmediate(tail, wide ? 4 : memory && mod == 1 ? 1 : 0);
        } else if (modRm >= 0) {
            tail.write(modRm);
        }
        int opcode = encoding.opcode();
        if (encoding.plusRegister()) {
            int register = random.nextInt(16);
            rex |= register >= 8 ? 0x41 : register == 0 && opcode == 0x90 ? 0x41 : 0;
            opcode += register & 7;
        }
        boolean byteRegister = form.operands().stream().anyMatch(o -> o.registerKind() == Register.Kind.GPR8 && o
                .role() != Role.FIXED);
        if (rex == 0 && byteRegister && !memory && chance(2)) {
            rex = 0x40;
        }
        if (rex != 0) {
            out.write(rex);
        }
        if (encoding.map() > 0) {
            out.write(0x0F);
        }
        if (encoding.map() > 1) {
            out.write(encoding.map() == 2 ? 0x38 : 0x3A);
        }
        out.write(opcode);
        out.writeBytes(tail.toByteArray());
    }

    private int regField(InstructionForm form) {
        for (int i = 0; i < form.operands().size(); i++) {
            OperandSpec operand = form.operands().get(i);
            if (operand.role() == Role.REG) {
                return switch (operand.registerKind()) {
                    case SEGMENT -> i == 0 ? new int[]{0, 2, 3, 4, 5}[random.nextInt(5)] : random.nextInt(6);
                    case CONTROL -> CONTROL_REGISTERS[random.nextInt(5)];
                    case DEBUG -> random.nextInt(8);
                    default -> random.nextInt(16);
                };
            }
        }
        return random.nextInt(8);
    }

    private boolean memory(InstructionForm form) {
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
    private static boolean overridable(InstructionForm form) {
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
