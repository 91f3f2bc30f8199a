package ringspec.isa.assembler;

import ringspec.isa.InstructionForm;
import ringspec.isa.OperandSpec;
import ringspec.isa.OperandSpec.Role;
import ringspec.isa.Register;
import ringspec.isa.Register.Kind;

/** Whether one operand is of the kind that one column of a row takes; numbers are looked at by the encoder. */
final class SpecMatcher {

    private SpecMatcher() {
    }

    static boolean fits(InstructionForm form, OperandSpec spec, AsmOperand operand) {
        return switch (operand) {
            case AsmOperand.Reg reg -> fitsRegister(form, spec, reg.register());
            case AsmOperand.Mem mem -> fitsMemory(form, spec, mem);
            case AsmOperand.Imm imm -> fitsImmediate(form, spec, imm);
            case AsmOperand.Far far -> spec.role() == Role.FAR && (far.size() == 0 || far.size() + 2 == spec.size());
        };
    }

    private static boolean fitsRegister(InstructionForm form, OperandSpec spec, Register register) {
        if (spec.role() == Role.FIXED) {
            return spec.fixed() == register;
        }
        if (spec.registerKind() == null) {
            return false;
        }
        if (spec.role() == Role.RM && loadsSegment(form)) {
            // only 16 bits are loaded, so every width encodes the same move and the shortest is taken
            return register.kind() == Kind.GPR16 || register.kind() == Kind.GPR32 || register.kind() == Kind.GPR64;
        }
        if (spec.role() == Role.RM && spec.registerKind() == Kind.GPR32 && register.kind() == Kind.GPR64
                && storesSelector(form)) {
            return true; // a 32-bit destination is zero-extended, which saves REX.W
        }
        return spec.registerKind() == register.kind() || spec.registerKind() == Kind.GPR8 && register
                .kind() == Kind.GPR8_HIGH;
    }

    private static boolean loadsSegment(InstructionForm form) {
        return form.mnemonic().equals("MOV") && form.operands().getFirst().registerKind() == Kind.SEGMENT;
    }

    private static boolean storesSelector(InstructionForm form) {
        return switch (form.mnemonic()) {
            case "MOV" -> form.operands().getLast().registerKind() == Kind.SEGMENT;
            case "SLDT", "STR" -> true;
            default -> false;
        };
    }

    private static boolean fitsMemory(InstructionForm form, OperandSpec spec, AsmOperand.Mem mem) {
        boolean farPointer = spec.text().startsWith("m16:");
        boolean transfers = form.mnemonic().equals("CALL") || form.mnemonic().equals("JMP");
        // GNU says FWORD PTR for m16:64, too, where a register tells the size
        boolean anySize = spec.memorySize() == 0 || spec.isBlock() || farPointer && !transfers && mem
                .size() == 6 && spec.memorySize() == 10;
        if (!spec.memory() || mem.size() != 0 && !anySize && mem.size() != spec.memorySize()) {
            return false;
        }
        if (mem.far() && !farPointer || farPointer && transfers && mem.size() == 0 && !mem.far()) {
            return false;
        }
        return switch (spec.role()) {
            case RM -> mem.hasVectorIndex() ? spec.indexKind() == mem.index().kind() : !spec.vectorIndex();
            case MOFFS -> mem.isBareAddress() && mem.displacement() != null;
            case STRING_DI -> isPlain(mem, 7) && (mem.segment() == null || mem.segment() == Register.ES);
            case STRING_SI -> isPlain(mem, 6);
            case XLAT -> isPlain(mem, 3);
            default -> false;
        };
    }

    /** Whether the address is one register of a number and nothing else. */
    private static boolean isPlain(AsmOperand.Mem mem, int number) {
        return mem.base() != null && mem.base().number() == number && mem.index() == null && mem.displacement() == null
                && mem.addressing() == AsmOperand.Addressing.ABSOLUTE;
    }

    private static boolean fitsImmediate(InstructionForm form, OperandSpec spec, AsmOperand.Imm imm) {
        return switch (spec.role()) {
            case REL -> imm.jump() == 0 || (imm.jump() == 1) == (spec.size() == 1);
            case CONSTANT -> imm.size() <= 1;
            case IMM -> switch (imm.size()) {
                case 0 -> true;
                case 2 -> spec.size() == 2 || form.operandSize() == 16;
                case 8 -> spec.size() == 8 || form.operandSize() == 64;
                default -> spec.size() == imm.size();
            };
            default -> false;
        };
    }
}
