package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/** An operation that ends its block only because control may go elsewhere in the code segment. */
abstract class NearBranch extends Operation {

    NearBranch(Instruction instruction, int offset) {
        super(instruction, offset);
    }

    @Override
    public final boolean endsBlock() {
        return true;
    }

    @Override
    public final boolean isBranch() {
        return true;
    }
}
