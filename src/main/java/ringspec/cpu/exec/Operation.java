package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/**
 * A decoded instruction bound to its semantics.
 *
 * <p>Operations are immutable and shared between machines; they know their offset in the code page but not its linear
 * address, which is {@link Cpu#codePage} while they run.
 *
 * <p>{@link #execute} either completes the instruction or throws a {@link ringspec.cpu.Fault} having changed nothing that a
 * restart would see (SDM vol. 3A, 6.6). An operation that ends a block finds {@link Cpu#rip} set to the next instruction and
 * changes it if control goes elsewhere; others must not look at it.
 */
public abstract class Operation {

    /** What was decoded. */
    public final Instruction instruction;

    /** Offset of the instruction's first byte in its page, 0 to 4095. */
    public final int offset;

    /** Length in bytes, 1 to 15. */
    public final int length;

    /** Binds an instruction at a page offset. */
    protected Operation(Instruction instruction, int offset) {
        this.instruction = instruction;
        this.offset = offset;
        this.length = instruction.length();
    }

    /**
     * Executes the instruction.
     *
     * @param cpu the processor
     */
    public abstract void execute(Cpu cpu);

    /** Linear address of the instruction. */
    public final long address(Cpu cpu) {
        return cpu.codePage + offset;
    }

    /** Linear address of the next instruction. */
    public final long next(Cpu cpu) {
        return cpu.codePage + offset + length;
    }

    /**
     * True if nothing may follow it in a block: it transfers control or changes what the engine must look at before the next
     * instruction (privilege, translation, interrupts).
     */
    public boolean endsBlock() {
        return false;
    }

    /** True if it ends its block only because control may go elsewhere: a near branch. */
    public boolean isBranch() {
        return false;
    }
}
