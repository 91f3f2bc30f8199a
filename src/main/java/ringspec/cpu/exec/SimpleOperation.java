package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/** An operation whose semantics is a function of the processor alone: for what is too rare to deserve a class. */
final class SimpleOperation extends Operation {

    /** What an instruction does. */
    @FunctionalInterface
    interface Body {
        void execute(Cpu cpu);
    }

    private final Body body;
    private final boolean endsBlock;
    private final boolean branch;

    private SimpleOperation(Instruction instruction, int offset, Body body, boolean endsBlock, boolean branch) {
        super(instruction, offset);
        this.body = body;
        this.endsBlock = endsBlock;
        this.branch = branch;
    }

    /** An operation within a block. */
    static Operation of(Instruction instruction, int offset, Body body) {
        return new SimpleOperation(instruction, offset, body, false, false);
    }

    /** An operation that ends its block, so that {@link Cpu#rip} is the next instruction while it runs. */
    static Operation last(Instruction instruction, int offset, Body body) {
        return new SimpleOperation(instruction, offset, body, true, false);
    }

    /** A near branch, likewise. */
    static Operation branch(Instruction instruction, int offset, Body body) {
        return new SimpleOperation(instruction, offset, body, true, true);
    }

    @Override
    public void execute(Cpu cpu) {
        body.execute(cpu);
    }

    @Override
    public boolean endsBlock() {
        return endsBlock;
    }

    @Override
    public boolean isBranch() {
        return branch;
    }
}
