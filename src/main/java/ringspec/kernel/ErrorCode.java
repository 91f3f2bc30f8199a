package ringspec.kernel;

/** Errors of system calls; the ordinal order is the contract's. */
public enum ErrorCode {
    /** The number is 22 or more. */
    NOSYS,
    /** The slot is out of range or empty. */
    BADSLOT,
    /** The capability is of another type. */
    TYPE,
    /** The capability lacks a right. */
    RIGHTS,
    /** An argument is invalid. */
    INVAL,
    /** Not enough memory. */
    NOMEM,
    /** Something is mapped there already. */
    EXISTS,
    /** Nothing is mapped there. */
    NOTMAPPED,
    /** No free slot. */
    FULL,
    /** The object or peer is gone. */
    DEAD,
    /** In use. */
    BUSY,
    /** A user pointer does not lead to memory that the caller may use so. */
    FAULT;

    /** What the call returns in RAX, -1 to -12. */
    public long result() {
        return -1L - ordinal();
    }
}
