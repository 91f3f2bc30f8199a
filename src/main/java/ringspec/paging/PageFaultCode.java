package ringspec.paging;

/** Bits of the page-fault error code (SDM vol. 3A, 5.7). */
public final class PageFaultCode {

    /** The fault was a protection violation or a reserved bit; clear if an entry was not present. */
    public static final int P = 1;
    /** The access was a write. */
    public static final int WR = 1 << 1;
    /** The access was a user-mode access. */
    public static final int US = 1 << 2;
    /** A reserved bit was set in an entry. */
    public static final int RSVD = 1 << 3;
    /** The access was an instruction fetch (only told with EFER.NXE or CR4.SMEP). */
    public static final int ID = 1 << 4;
    /** PKRU denies the access (only told with CR4.PKE). */
    public static final int PK = 1 << 5;

    private PageFaultCode() {
    }

    /** The bits that describe the access itself: W/R, U/S and I/D. */
    public static int of(AccessKind kind, Privilege privilege, PagingMode mode) {
        int code = kind == AccessKind.WRITE ? WR : 0;
        if (privilege == Privilege.USER) {
            code |= US;
        }
        if (kind == AccessKind.FETCH && (mode.nxe() || mode.smep())) {
            code |= ID;
        }
        return code;
    }
}
