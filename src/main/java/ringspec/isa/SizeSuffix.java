package ringspec.isa;

import java.util.HashSet;
import java.util.Set;

/** The letter for the operand size that objdump gives to mnemonics whose operands don't show it: the size that isn't the default. */
final class SizeSuffix {

    /** Mnemonics that get w for 16 bits in 32- and 64-bit code, so d for 32 bits in 16-bit code. */
    private static final Set<String> SUFFIXED = suffixed();

    private SizeSuffix() {
    }

    private static Set<String> suffixed() {
        Set<String> narrow = new HashSet<>();
        Set<String> wide = new HashSet<>();
        for (InstructionForm form : InstructionTable.get().forms()) {
            if (form.attributes().has("o16") && form.printedMnemonic().endsWith("w")) {
                narrow.add(form.printedMnemonic().substring(0, form.printedMnemonic().length() - 1));
            } else if (form.attributes().has("o32")) {
                wide.add(form.printedMnemonic());
            }
        }
        narrow.retainAll(wide);
        return narrow;
    }

    private static boolean showsSize(Instruction instruction) {
        return instruction.operands().stream().anyMatch(operand -> switch (operand) {
            case Operand.Reg reg -> reg.register().isGeneral();
            case Operand.Mem mem -> instruction.form().operands().stream().noneMatch(OperandSpec::isBlock);
            case Operand.Rel rel -> rel.size() == 1;
            case Operand.Imm imm -> false;
            case Operand.Far far -> true;
        });
    }

    /**
     * The mnemonic to print.
     *
     * @param printed as the table has it for 32- and 64-bit code
     */
    static String adjust(Instruction instruction, String printed) {
        if (instruction.codeSize() != CodeSize.BITS_16) {
            return printed;
        }
        return showsSize(instruction) && !printed.endsWith("w") ? printed : in16(instruction.form(), printed);
    }

    /** The mnemonic in 16-bit code of a form whose operands don't show its size. */
    static String in16(InstructionForm form, String printed) {
        if (form.attributes().has("o16") && printed.endsWith("w")) {
            String name = printed.substring(0, printed.length() - 1);
            return SUFFIXED.contains(name) ? name : printed;
        }
        return form.attributes().has("o32") && SUFFIXED.contains(printed) ? printed + "d" : printed;
    }
}
