package ringspec.elf;

/**
 * What ring 3 may do with a page of the image. These three are all there are: x86-64 paging has no page that can be
 * written or executed but not read (SDM vol. 3A section 4.6), and W with X is refused (D19).
 */
public enum Access {
    /** P, U, NX. */
    READ("R"),
    /** P, U, W, NX. */
    READ_WRITE("RW"),
    /** P, U. */
    READ_EXECUTE("RX");

    static final long PF_X = 1;
    static final long PF_W = 2;
    static final long PF_R = 4;

    private final String letters;

    Access(String letters) {
        this.letters = letters;
    }

    /** Whether the page-table entry has W = 1. */
    public boolean writable() {
        return this == READ_WRITE;
    }

    /** Whether the page-table entry has NX = 0. */
    public boolean executable() {
        return this == READ_EXECUTE;
    }

    /** As program headers are usually printed: {@code R}, {@code RW} or {@code RX}. */
    public String letters() {
        return letters;
    }

    /** The access for p_flags that have passed the rules; bits reserved to the OS and the processor are ignored. */
    static Access ofFlags(long flags) {
        if ((flags & PF_X) != 0) {
            return READ_EXECUTE;
        }
        return (flags & PF_W) != 0 ? READ_WRITE : READ;
    }
}
