package ringspec.engine;

import ringspec.cpu.exec.Operation;

/**
 * Instructions of one page that run one after the other. Immutable, and so safely shared by the machines that share the page.
 */
final class Block {

    /** So long that the cost per block vanishes, so short that little is decoded in vain. */
    static final int MAX_LENGTH = 64;

    private final Operation[] operations;

    /** At least one operation; the array must not change any more. */
    Block(Operation[] operations) {
        this.operations = operations;
    }

    /** The operations; not to be changed. */
    Operation[] operations() {
        return operations;
    }
}
