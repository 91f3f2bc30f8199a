package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/** Binds decoded instructions of one mnemonic to their semantics. */
@FunctionalInterface
interface OperationFactory {

    /**
     * @param instruction what was decoded
     * @param offset offset of its first byte in its page, 0 to 4095
     * @return the immutable operation; null if this form of the mnemonic has no semantics
     */
    Operation bind(Instruction instruction, int offset);

    /** One factory for 64-bit code and one for code of other sizes. */
    static OperationFactory bySize(OperationFactory bits64, OperationFactory legacy) {
        return (instruction, offset) -> (instruction.codeSize().is64() ? bits64 : legacy).bind(instruction, offset);
    }
}
