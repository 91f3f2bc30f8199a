package ringspec.engine;

import java.util.Set;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.Vector;
import ringspec.cpu.exec.EffectiveAddress;
import ringspec.cpu.exec.Operation;
import ringspec.isa.Operand;

/**
 * Tells #SS from #GP: a reference to a non-canonical address raises #SS(0) if it was made through SS, that is, by an operand with
 * RSP or RBP as base, or by the stack accesses that an instruction implies (SDM vol. 1, 3.3.7.1 and 3.7.5).
 */
final class StackReference {

    private static final Set<String> IMPLIED = Set.of("PUSH", "POP", "PUSHF", "PUSHFQ", "POPF", "POPFQ", "CALL", "RET",
            "RETF",
            "RETFQ", "ENTER", "LEAVE", "IRET", "IRETD", "IRETQ");

    private StackReference() {
    }

    /** The fault that counts, for an instruction that raised one and has changed nothing. */
    static Fault refine(Cpu cpu, Operation operation, Fault fault) {
        return fault.isNonCanonical() && isThroughStack(cpu, operation, fault.address()) ? Fault.of(Vector.SS, 0)
                : fault;
    }

    private static boolean isThroughStack(Cpu cpu, Operation operation, long address) {
        boolean implied = IMPLIED.contains(operation.instruction.mnemonic());
        for (Operand operand : operation.instruction.operands()) {
            if (operand instanceof Operand.Mem memory) {
                boolean stackOperand = memory.segment().number() == SegmentRegister.SS;
                long linear = new EffectiveAddress(operation.instruction, memory, operation.offset).linear(cpu);
                // An instruction with both kinds of reference: the address tells which one failed.
                if (!implied || stackOperand || linear == address) {
                    return stackOperand;
                }
            }
        }
        return implied;
    }
}
