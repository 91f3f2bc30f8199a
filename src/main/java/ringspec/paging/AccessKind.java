package ringspec.paging;

/** What an access does with the bytes it names (SDM vol. 3A, 5.6.1). */
public enum AccessKind {
    /** Data read. */
    READ,
    /** Data write, or the read of a read-modify-write. */
    WRITE,
    /** Instruction fetch. */
    FETCH
}
