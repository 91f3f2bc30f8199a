package ringspec.isa.assembler;

import java.util.List;
import ringspec.isa.InstructionForm;

/**
 * A row of the table that fits an instruction's operands by their kind.
 *
 * @param form  the row
 * @param slots the operands in the row's order; none for a string instruction written without operands
 */
record Candidate(InstructionForm form, List<Slot> slots) {
}
