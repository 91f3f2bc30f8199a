package ringspec.cpu.exec;

import ringspec.cpu.ProcessorModel;
import ringspec.isa.Instruction;

/** Where decoded instructions get their semantics: {@link Operations#bind}, or a processor that has some differently. */
@FunctionalInterface
public interface OperationBinder {

    /** The processor as it should be. */
    OperationBinder FAITHFUL = Operations::bind;

    /**
     * Binds an instruction.
     *
     * @param offset offset of its first byte in its page, 0 to 4095
     * @param model the processor's model
     */
    Operation bind(Instruction instruction, int offset, ProcessorModel model);
}
