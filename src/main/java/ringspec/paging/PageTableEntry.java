package ringspec.paging;

import java.util.StringJoiner;

/**
 * Bits of a paging-structure entry in 4-level and PAE paging (SDM vol. 3A, tables 5-15 to 5-20; APM vol. 2, 5.3).
 *
 * <pre>
 *  63  62        52 51      MAXPHYADDR-1            12 11   9  8   7    6   5   4   3   2   1   0
 * +---+------------+--------+-------------------------+------+---+----+---+---+---+---+---+---+---+
 * |XD | ignored    | zero   | address of next / page  | ign. | G | PS | D | A |PCD|PWT|U/S|R/W| P |
 * +---+------------+--------+-------------------------+------+---+----+---+---+---+---+---+---+---+
 * </pre>
 *
 * Levels are numbered 4 (PML4E), 3 (PDPTE), 2 (PDE), 1 (PTE).
 */
public final class PageTableEntry {

    /** Present. */
    public static final long P = 1;
    /** Writable. */
    public static final long RW = 1 << 1;
    /** Accessible to CPL 3. */
    public static final long US = 1 << 2;
    /** Page-level write-through. */
    public static final long PWT = 1 << 3;
    /** Page-level cache disable. */
    public static final long PCD = 1 << 4;
    /** Accessed. */
    public static final long A = 1 << 5;
    /** Dirty; leaves only. */
    public static final long D = 1 << 6;
    /** Page size: the PDPTE or PDE maps a page. The same bit is PAT in a PTE. */
    public static final long PS = 1 << 7;
    /** Global; leaves only, and only with CR4.PGE. */
    public static final long G = 1 << 8;
    /** Lowest bit of the protection key, bits 62:59; leaves only, and only with CR4.PKE. */
    public static final int KEY_SHIFT = 59;
    /** Execute-disable; reserved unless EFER.NXE. */
    public static final long NX = 1L << 63;
    /** Bits 51:12. */
    public static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;

    /** Bits 31:12 of an entry of 32-bit paging. */
    static final long ADDRESS_32 = 0xFFFF_F000L;
    /** log2 of the bytes that a PDE of 32-bit paging covers. */
    static final int SHIFT_4M = 22;
    /** Bits 21:13 of a PDE that maps 4 MBytes must be zero: they hold an address only where CPUID shows PSE-36. */
    static final long RESERVED_4M = 0x003F_E000L;
    /** Bits 62:52 of an entry, which must be zero in PAE paging outside long mode. */
    private static final long UPPER_IGNORED = 0x7FF0_0000_0000_0000L;

    private static final String[] NAMES = {"", "PTE", "PDE", "PDPTE", "PML4E"};

    private PageTableEntry() {
    }

    /** PML4E, PDPTE, PDE or PTE. */
    public static String name(int level) {
        return NAMES[level];
    }

    /** log2 of the bytes that one entry of the level covers: 39, 30, 21 or 12. */
    public static int shift(int level) {
        return 12 + 9 * (level - 1);
    }

    /** Which of the 512 entries of a table of the level a linear address selects. */
    public static int index(long linear, int level) {
        return (int) (linear >>> shift(level)) & 511;
    }

    /** True if the entry maps a page rather than referring to another table. */
    public static boolean isLeaf(int level, long entry) {
        return level == 1 || level < 4 && (entry & PS) != 0;
    }

    /**
     * The reserved bits that are set in a present entry (SDM vol. 3A, 5.7, RSVD flag); 0 if the entry is well-formed.
     *
     * @param level 4 to 1
     * @param entry the entry, P set
     */
    public static long reservedBits(int level, long entry, PagingMode mode) {
        long reserved = ADDRESS & -1L << mode.physicalAddressBits();
        if (mode.structure() == PagingMode.Structure.PAE) {
            reserved |= UPPER_IGNORED;
        }
        if (!mode.nxe()) {
            reserved |= NX;
        }
        if (level == 4 || level == 3 && !mode.gigabytePages()) {
            reserved |= PS;
        }
        if (isLeaf(level, entry)) {
            // Bit 12 is PAT in the entry of a large page; what lies between it and the page's own address must be zero.
            reserved |= (1L << shift(level)) - 1 & -1L << 13;
        } else if (level >= 3 && mode.reservesNonLeafGlobal()) {
            reserved |= G;
        }
        return entry & reserved;
    }

    /** The entry's bits in the manual's names, such as {@code "P R/W U/S A D -> 0x1000"}. */
    public static String describe(int level, long entry) {
        if ((entry & P) == 0) {
            return "not present";
        }
        StringJoiner text = new StringJoiner(" ");
        text.add("P");
        String[] names = {"", "R/W", "U/S", "PWT", "PCD", "A", "D", level == 1 ? "PAT" : "PS", "G"};
        for (int bit = 1; bit < names.length; bit++) {
            if ((entry >>> bit & 1) != 0) {
                text.add(names[bit]);
            }
        }
        if ((entry & NX) != 0) {
            text.add("XD");
        }
        return text + " -> 0x%x".formatted(entry & ADDRESS);
    }
}
