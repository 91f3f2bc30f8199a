package ringspec.isa.assembler;

import java.util.List;
import ringspec.isa.InstructionForm;
import ringspec.isa.OperandSpec;

/**
 * A row of the table that fits an instruction's operands by their kind.
 *
 * @param form  the row
 * @param slots the operands in the row's order; none for a string instruction written without operands
 */
record Candidate(InstructionForm form, List<Slot> slots) {

    /** Whether the row holds a label's address as a 64-bit offset. */
    boolean offsetOfLabel() {
        for (int i = 0; i < slots.size(); i++) {
            if (form.operands().get(i).role() == OperandSpec.Role.MOFFS && !slots.get(i).value().fixed()) {
                return true;
            }
        }
        return false;
    }
}
