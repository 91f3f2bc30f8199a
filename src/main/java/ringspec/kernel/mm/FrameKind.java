package ringspec.kernel.mm;

/** What a frame is used for; the ordinal stands in the frame table. */
public enum FrameKind {
    /** May be allocated. */
    FREE,
    /** Firmware, kernel image, kernel area, modules, or withheld by the memory limit. */
    RESERVED,
    /** A PML4, PDPT, PD or PT. */
    PAGE_TABLE,
    /** Part of a kernel stack. */
    KERNEL_STACK,
    /** A process, thread, Memory object, or table of capabilities or frames. */
    KERNEL_OBJECT,
    /** Mapped, or to be mapped, into the user half. */
    USER;

    private static final FrameKind[] ALL = values();

    /** The kind with an ordinal from the frame table, or null if the table holds something else. */
    public static FrameKind of(int ordinal) {
        return ordinal >= 0 && ordinal < ALL.length ? ALL[ordinal] : null;
    }
}
