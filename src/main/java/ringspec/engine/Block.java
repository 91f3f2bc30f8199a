package ringspec.engine;

import ringspec.cpu.exec.Operation;
import ringspec.memory.Frame;

/**
 * Instructions of one page that run one after the other. Safely shared by the machines that share the page, since all that ever
 * changes is a guess at the next block.
 */
final class Block {

    /** So long that the cost per block vanishes, so short that little is decoded in vain. */
    static final int MAX_LENGTH = 64;

    private final Operation[] operations;
    private final boolean flowsOn;
    private final int offset;
    /** The table of the frame that the block was decoded from and is found in; null if it is in none. */
    private final Block[] home;
    /** Blocks that came next some time, null at first. Forks on other threads may set them, too: any value will do. */
    private Block successor;
    private Block otherSuccessor;

    /** At least one operation; the array must not change any more. */
    Block(Operation[] operations, Block[] home) {
        this.operations = operations;
        this.offset = operations[0].offset;
        this.home = home;
        Operation last = operations[operations.length - 1];
        this.flowsOn = !last.endsBlock() || last.isBranch();
    }

    /** The operations; not to be changed. */
    Operation[] operations() {
        return operations;
    }

    /** True if nothing that {@link ringspec.cpu.Cpu#stopBlock} doesn't tell of can come between the block and the next one. */
    boolean flowsOn() {
        return flowsOn;
    }

    /** The block at a page offset of a frame, if it came next before and still stands there, else null. */
    Block successor(Frame frame, int pageOffset) {
        Block next = successor;
        if (next == null || next.offset != pageOffset) {
            next = otherSuccessor;
            if (next == null || next.offset != pageOffset) {
                return null;
            }
        }
        return next.home == frame.decoded ? next : null;
    }

    /** Remembers the block that came next, the last two being kept. */
    void setSuccessor(Block next) {
        if (next.home != null) {
            otherSuccessor = successor;
            successor = next;
        }
    }
}
