package ringspec.isa.assembler;

import java.io.ByteArrayOutputStream;
import java.util.List;
import ringspec.isa.Encoding;
import ringspec.isa.InstructionForm;
import ringspec.isa.OperandSpec;
import ringspec.isa.Register;
import ringspec.isa.Register.Kind;

/** One attempt at encoding an instruction by one row. */
final class Encoder {

    private final InstructionForm form;
    private final Encoding encoding;
    private final List<Slot> slots;
    private final Prefixes prefixes;
    private final long address;
    private final int column;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(16);

    /** Operands by their place in the encoding; null where there is none. */
    private Register reg;
    private Register opcodeRegister;
    private Register rmRegister;
    private Slot memory;
    private int relativeAt = -1;
    private int relativeSize;
    private Slot relative;
    private int displacementSize;

    Encoder(Candidate candidate, Prefixes prefixes, long address, int column) {
        this.form = candidate.form();
        this.encoding = form.encoding();
        this.slots = candidate.slots();
        this.prefixes = prefixes;
        this.address = address;
        this.column = column;
    }

    int length() {
        return out.size();
    }

    /** How many of the bytes are immediates. */
    int immediateLength() {
        return encoding.immediates().stream().mapToInt(Integer::intValue).sum();
    }

    boolean hasRexW() {
        return encoding.rexW();
    }

    /**
     * Encodes.
     *
     * @throws Mistake if the row can't say a number, or prefixes and registers can't be combined
     */
    void encode() {
        assign();
        AsmOperand.Mem mem = memory == null ? null : (AsmOperand.Mem) memory.operand();
        out.writeBytes(new LegacyPrefixes(form, prefixes, mem, memory != null && memory == slots.getFirst()).bytes());
        rex();
        opcode();
        modRm();
        immediates();
        if (out.size() > 15) {
            throw new Mistake(column, "the instruction would have " + out.size() + " bytes, the most is 15");
        }
        if (relative != null) {
            checkReach();
        }
    }

    /** Holds later passes to at least the sizes of this encoding, where they depend on addresses. */
    void settle() {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            OperandSpec spec = form.operands().get(i);
            switch (spec.role()) {
                case REL -> slot.grow(spec.size());
                case IMM -> growUnlessFixed(slot, spec.size());
                case RM -> growUnlessFixed(slot, slot == memory ? displacementSize : 0);
                case MOFFS -> growUnlessFixed(slot, 8);
                default -> {
                    // the encoding holds no number for it
                }
            }
        }
    }

    private static void growUnlessFixed(Slot slot, int size) {
        if (!slot.value().fixed()) {
            slot.grow(size);
        }
    }

    private void assign() {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            Register register = slot.operand() instanceof AsmOperand.Reg operand ? operand.register() : null;
            switch (form.operands().get(i).role()) {
                case REG -> reg = register;
                case OPCODE -> opcodeRegister = register;
                case RM, MOFFS, STRING_SI, STRING_DI, XLAT -> {
                    rmRegister = register;
                    boolean source = form.operands().get(i).role() == OperandSpec.Role.STRING_SI; // it can have a segment
                    memory = register == null && (memory == null || source) ? slot : memory;
                }
                default -> {
                    // in the immediate bytes, or implied by the opcode
                }
            }
        }
        if (encoding.opcode() == 0x90 && encoding.plusRegister() && opcodeRegister.number() == 0 && form
                .operandSize() == 32) {
            throw new Mistake(column, "90 is NOP, which leaves the upper half of RAX as it is");
        }
    }

    private void rex() {
        AsmOperand.Mem mem = memory == null || rmIsImplied() ? null : (AsmOperand.Mem) memory.operand();
        int bits = encoding.rexW() ? 8 : 0;
        bits |= extended(reg) ? 4 : 0;
        bits |= mem != null && extended(mem.index()) ? 2 : 0;
        bits |= extended(rmRegister) || extended(opcodeRegister) || mem != null && extended(mem.base()) ? 1 : 0;
        if (bits != 0 || isNewByte(reg) || isNewByte(rmRegister) || isNewByte(opcodeRegister)) {
            for (Register register : new Register[]{reg, rmRegister, opcodeRegister}) {
                if (register != null && register.kind() == Kind.GPR8_HIGH) {
                    throw new Mistake(column, register
                            + " can't be named in an instruction with a REX prefix, which another operand needs");
                }
            }
            out.write(0x40 | bits);
        }
    }

    private boolean rmIsImplied() {
        return form.operands().stream().anyMatch(FormMatcher::isImplied);
    }

    private static boolean extended(Register register) {
        return register != null && register.kind() != Kind.SEGMENT && register.number() >= 8;
    }

    /** SPL, BPL, SIL and DIL: with REX they take the place of AH, CH, DH and BH. */
    private static boolean isNewByte(Register register) {
        return register != null && register.kind() == Kind.GPR8 && register.number() >= 4 && register.number() < 8;
    }

    private static int low(Register register) {
        return register.kind() == Kind.GPR8_HIGH ? register.number() + 4 : register.number() & 7;
    }

    private void opcode() {
        if (encoding.map() != 0) {
            out.write(0x0F);
        }
        if (encoding.map() >= 2) {
            out.write(encoding.map() == 2 ? 0x38 : 0x3A);
        }
        out.write(encoding.opcode() | (encoding.plusRegister() ? low(opcodeRegister) : 0));
        if (encoding.fixedModRm() >= 0) {
            out.write(encoding.fixedModRm());
        }
    }

    private void modRm() {
        if (!encoding.modRm() || encoding.fixedModRm() >= 0) {
            return;
        }
        // SETcc has /r but no register operand: the field is ignored
        int field = (encoding.digit() >= 0 ? encoding.digit() : reg == null ? 0 : low(reg)) << 3;
        if (rmRegister != null) {
            out.write(0xC0 | field | low(rmRegister));
            return;
        }
        AsmOperand.Mem mem = (AsmOperand.Mem) memory.operand();
        if (mem.addressing() != AsmOperand.Addressing.ABSOLUTE) {
            out.write(field | 5);
            relativeTo(memory, 4);
        } else if (mem.base() == null) {
            out.write(field | 4);
            out.write(scale(mem) | (mem.index() == null ? 4 : low(mem.index())) << 3 | 5);
            displacement(mem, 4);
        } else {
            based(mem, field);
        }
    }

    private void based(AsmOperand.Mem mem, int field) {
        int base = low(mem.base());
        long value = addressNumber(mem);
        int size = value == 0 && base != 5 ? 0 : Bits.fitsSigned(value, 8) ? 1 : 4;
        size = Math.max(size, memory.minimum());
        int mod = size == 0 ? 0 : size == 1 ? 0x40 : 0x80;
        if (mem.index() != null || base == 4) {
            out.write(mod | field | 4);
            out.write(scale(mem) | (mem.index() == null ? 4 : low(mem.index())) << 3 | base);
        } else {
            out.write(mod | field | base);
        }
        displacement(mem, size);
    }

    private static int scale(AsmOperand.Mem mem) {
        return Integer.numberOfTrailingZeros(mem.scale()) << 6;
    }

    /** The displacement: with 32-bit registers the address wraps at 32 bits, so an unsigned number of 32 bits serves too. */
    private long addressNumber(AsmOperand.Mem mem) {
        long value = memory.number();
        if (mem.addressSize() == 32 && Bits.fits(value, 32)) {
            return Bits.signExtend(value, 32);
        }
        if (!Bits.fitsSigned(value, 32)) {
            throw new Mistake(mem.column(), mem.isBareAddress()
                    ? "the address " + Bits.show(value)
                            + " is out of reach for an absolute operand, which is 32 bits sign-extended: write "
                            + "[rel symbol], or load the address into a register"
                    : "the displacement " + Bits.show(value) + " doesn't fit in 32 bits: expected " + Bits.signedRange(
                            32));
        }
        return value;
    }

    private void displacement(AsmOperand.Mem mem, int size) {
        displacementSize = size;
        store(addressNumber(mem), size);
    }

    private void store(long value, int size) {
        byte[] bytes = new byte[size];
        Bits.store(bytes, 0, value, size);
        out.writeBytes(bytes);
    }

    private void relativeTo(Slot slot, int size) {
        relative = slot;
        relativeAt = out.size();
        relativeSize = size;
        store(0, size);
    }

    private void immediates() {
        for (int i = 0; i < slots.size(); i++) {
            OperandSpec spec = form.operands().get(i);
            Slot slot = slots.get(i);
            switch (spec.role()) {
                case IMM -> immediate(spec, slot);
                case CONSTANT -> {
                    if (slot.number() != spec.constant() || !slot.value().fixed()) {
                        throw new Mistake(slot.operand().column(), "only " + spec.constant() + " is possible here");
                    }
                }
                case REL -> {
                    if (spec.size() < slot.minimum()) {
                        throw new Mistake(slot.operand().column(), "needs " + slot.minimum() + " bytes");
                    }
                    relativeTo(slot, spec.size());
                }
                case MOFFS -> store(slot.number(), 8);
                default -> {
                    // encoded already
                }
            }
        }
    }

    private void immediate(OperandSpec spec, Slot slot) {
        long value = slot.number();
        int width = form.unsignedImmediates() || form.operandSize() == 0 ? spec.size() * 8 : form.operandSize();
        int column = slot.operand().column();
        if (!Bits.fits(value, width)) {
            throw new Mistake(column, "%s doesn't fit in the %d bits of %s: expected %s".formatted(Bits.show(value),
                    width, form.signature(),
                    Bits.range(width)));
        }
        long extended = Bits.signExtend(value, width);
        boolean fits = width == spec.size() * 8 || Bits.fitsSigned(extended, spec.size() * 8);
        if (!fits || spec.size() < slot.minimum()) {
            throw new Mistake(column,
                    "%s doesn't fit in the sign-extended %s of %s: expected %s; load it into a register first"
                            .formatted(Bits.show(value), spec.text(), form.signature(), Bits.signedRange(spec.size()
                                    * 8)));
        }
        store(extended, spec.size());
    }

    /** From the end of the instruction to the target; 0 as long as nothing is laid out. */
    private long distance() {
        if (!relative.isLaidOut()) {
            return 0;
        }
        boolean bare = relative.operand() instanceof AsmOperand.Mem mem && mem.addressing() == AsmOperand.Addressing.RIP
                && !relative.value().address();
        return bare ? relative.number() : relative.number() - (address + out.size());
    }

    private void checkReach() {
        long distance = distance();
        if (!Bits.fitsSigned(distance, relativeSize * 8)) {
            throw new Mistake(relative.operand().column(), "the target %s is %s bytes away: %s reaches %s".formatted(
                    Bits.show(relative.number()), Bits.show(distance), form.signature(), Bits.signedRange(relativeSize
                            * 8)));
        }
    }

    /** The encoding. */
    byte[] bytes() {
        byte[] bytes = out.toByteArray();
        if (relative != null) {
            Bits.store(bytes, relativeAt, distance(), relativeSize);
        }
        return bytes;
    }
}
