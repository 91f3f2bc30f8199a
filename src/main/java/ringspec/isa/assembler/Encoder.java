package ringspec.isa.assembler;

import java.io.ByteArrayOutputStream;
import java.util.List;
import ringspec.isa.CodeSize;
import ringspec.isa.Encoding;
import ringspec.isa.InstructionForm;
import ringspec.isa.OperandSpec;
import ringspec.isa.Register;
import ringspec.isa.Register.Kind;

/** One attempt at encoding an instruction by one row. */
final class Encoder {

    private static final int BX = 3;
    private static final int BP = 5;
    private static final int SI = 6;

    private final CodeSize codeSize;
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
    private Register vexRegister;
    private Register immediateRegister;
    private Slot memory;
    private int relativeAt = -1;
    private int relativeSize;
    private Slot relative;
    private int displacementSize;

    Encoder(CodeSize codeSize, Candidate candidate, Prefixes prefixes, long address, int column) {
        this.codeSize = codeSize;
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

    /** Whether REX.W or VEX.W is set. */
    boolean isWide() {
        return encoding.rexW() || form.isVex() && encoding.vex().w() == 1;
    }

    /**
     * Encodes.
     *
     * @throws Mistake if the row can't say a number, or prefixes and registers can't be combined
     */
    void encode() {
        assign();
        AsmOperand.Mem mem = memory == null ? null : (AsmOperand.Mem) memory.operand();
        out.writeBytes(new LegacyPrefixes(codeSize, form, prefixes, mem, memory != null && memory == slots.getFirst())
                .bytes());
        if (form.isVex()) {
            vex();
        } else {
            rex();
        }
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
                case MOFFS -> growUnlessFixed(slot, codeSize.addressSize() / 8);
                case FAR -> growUnlessFixed(slot, spec.size() - 2);
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
                case VVVV -> vexRegister = register;
                case IS4 -> immediateRegister = register;
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
        AsmOperand.Mem mem = explicitMemory();
        int bits = (encoding.rexW() ? 8 : 0) | extensions(mem);
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

    /** The operand that ModRM describes, or null. */
    private AsmOperand.Mem explicitMemory() {
        return memory == null || rmIsImplied() ? null : (AsmOperand.Mem) memory.operand();
    }

    /** The bits R, X and B of a REX or VEX prefix. */
    private int extensions(AsmOperand.Mem mem) {
        int bits = extended(reg) ? 4 : 0;
        bits |= mem != null && extended(mem.index()) ? 2 : 0;
        return bits | (extended(rmRegister) || extended(opcodeRegister) || mem != null && extended(mem.base()) ? 1 : 0);
    }

    /** The VEX prefix, in two bytes if they can say it (SDM vol. 2, 2.3.5). */
    private void vex() {
        int bits = extensions(explicitMemory());
        int register = vexRegister == null ? 0 : vexRegister.number();
        if (immediateRegister != null) {
            extended(immediateRegister);
        }
        extended(vexRegister);
        int last = (~register & 15) << 3 | (encoding.vex().length() == 1 ? 4 : 0) | switch (encoding.prefix()) {
            case P66 -> 1;
            case F3 -> 2;
            case F2 -> 3;
            default -> 0;
        };
        if (encoding.map() == 1 && encoding.vex().w() != 1 && (bits & 3) == 0) {
            out.write(0xC5);
            out.write((bits & 4) == 0 ? last | 0x80 : last);
        } else {
            out.write(0xC4);
            out.write((~bits & 7) << 5 | encoding.map());
            out.write(encoding.vex().w() == 1 ? last | 0x80 : last);
        }
    }

    private boolean rmIsImplied() {
        return form.operands().stream().anyMatch(FormMatcher::isImplied);
    }

    private boolean extended(Register register) {
        boolean extended = register != null && register.kind() != Kind.SEGMENT && register.number() >= 8;
        if (!codeSize.is64() && (extended || isNewByte(register))) {
            throw new Mistake(column, register + " needs a REX prefix, which only 64-bit code has");
        }
        return extended;
    }

    /** SPL, BPL, SIL and DIL: with REX they take the place of AH, CH, DH and BH. */
    private static boolean isNewByte(Register register) {
        return register != null && register.kind() == Kind.GPR8 && register.number() >= 4 && register.number() < 8;
    }

    private static int low(Register register) {
        return register.kind() == Kind.GPR8_HIGH ? register.number() + 4 : register.number() & 7;
    }

    private void opcode() {
        if (encoding.map() != 0 && !form.isVex()) {
            out.write(0x0F);
        }
        if (encoding.map() >= 2 && !form.isVex()) {
            out.write(encoding.map() == 2 ? 0x38 : 0x3A);
        }
        out.write(encoding.opcode() | (encoding.plusRegister() ? low(opcodeRegister) : 0));
        if (encoding.fixedModRm() >= 0) {
            out.write(encoding.fixedModRm() + (encoding.plusStack() && rmRegister != null ? rmRegister.number() : 0));
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
        if (mem.addressSize(codeSize) == 16) {
            based16(mem, field);
        } else if (!codeSize.is64() && mem.base() == null && mem.index() == null) {
            out.write(field | 5);
            displacement(mem, 4);
        } else if (mem.addressing() != AsmOperand.Addressing.ABSOLUTE) {
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

    private void based16(AsmOperand.Mem mem, int field) {
        if (mem.base() == null) {
            out.write(field | 6);
            displacement(mem, 2);
            return;
        }
        int index = mem.index() == null ? -1 : mem.index().number() - SI;
        int rm = switch (mem.base().number()) {
            case BX -> index < 0 ? 7 : index;
            case BP -> index < 0 ? 6 : 2 + index;
            default -> 4 + mem.base().number() - SI;
        };
        long value = addressNumber(mem);
        int size = value == 0 && rm != 6 ? 0 : Bits.fitsSigned(value, 8) ? 1 : 2;
        size = Math.max(size, memory.minimum());
        out.write((size == 0 ? 0 : size == 1 ? 0x40 : 0x80) | field | rm);
        displacement(mem, size);
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
        int width = mem.addressSize(codeSize);
        if (width <= 32 && Bits.fits(value, width)) {
            return Bits.signExtend(value, width);
        }
        if (width <= 32) {
            throw new Mistake(mem.column(), "the displacement " + Bits.show(value) + " doesn't fit in " + width
                    + " bits: expected " + Bits.range(width));
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
                case MOFFS -> moffs(slot);
                case FAR -> far(spec, slot);
                case IS4 -> out.write(immediateRegister.number() << 4);
                default -> {
                    // encoded already
                }
            }
        }
    }

    private void moffs(Slot slot) {
        int width = codeSize.addressSize();
        if (width < 64 && !Bits.fits(slot.number(), width)) {
            throw new Mistake(slot.operand().column(), "the address " + Bits.show(slot.number()) + " doesn't fit in "
                    + width + " bits");
        }
        store(slot.number(), width / 8);
    }

    private void far(OperandSpec spec, Slot slot) {
        AsmOperand.Far far = (AsmOperand.Far) slot.operand();
        int size = spec.size() - 2;
        if (!Bits.fits(slot.number(), size * 8) || size < slot.minimum() || !Bits.fits(far.selector(), 16)) {
            throw new Mistake(far.column(), "%s:%s doesn't fit in a far pointer of %s".formatted(Bits.show(far
                    .selector()), Bits.show(slot.number()), spec.text()));
        }
        store(slot.number(), size);
        store(far.selector(), 2);
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
        if (!codeSize.is64() && relativeSize * 8 == form.operandSize()) {
            return; // the sum is cut to the operand size, so every target is in reach
        }
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
