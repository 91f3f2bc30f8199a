package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.isa.Instruction;

/** Raises #UD: UD0, UD1, UD2, and whatever the table knows but this processor does not have. */
final class UndefinedOperation extends Operation {

    UndefinedOperation(Instruction instruction, int offset) {
        super(instruction, offset);
    }

    @Override
    public void execute(Cpu cpu) {
        throw Fault.undefinedOpcode();
    }

    @Override
    public boolean endsBlock() {
        return true;
    }
}
