package ringspec.paging;

/**
 * The control bits that decide how page tables are read and rights judged.
 *
 * @param wp CR0.WP: supervisor writes obey R/W
 * @param smep CR4.SMEP: no supervisor fetch from user pages
 * @param smap CR4.SMAP: no supervisor data access to user pages unless RFLAGS.AC
 * @param nxe EFER.NXE: bit 63 of an entry is XD instead of reserved
 * @param pge CR4.PGE: bit 8 of a leaf makes its translation global
 * @param gigabytePages CPUID.80000001H:EDX[26]: PS may be set in a PDPTE
 * @param reservesNonLeafGlobal AMD: bit 8 must be zero in a PML4E, and in a PDPTE that refers to a page directory
 * @param physicalAddressBits MAXPHYADDR, 32 to 52
 * @param pke CR4.PKE: bits 62:59 of a leaf are the protection key of a user page
 * @param pkru PKRU: bit 2i denies all data accesses to user pages with key i, bit 2i + 1 writes
 * @param structure which of the three kinds of table
 * @param pse CR4.PSE: PS may be set in the PDE of 32-bit paging
 */
public record PagingMode(boolean wp, boolean smep, boolean smap, boolean nxe, boolean pge, boolean gigabytePages,
        boolean reservesNonLeafGlobal, int physicalAddressBits, boolean pke, int pkru, Structure structure,
        boolean pse) {

    /** The paging structures (SDM vol. 3A, 5.1.1). */
    public enum Structure {
        /** Two levels of 4-byte entries: CR4.PAE = 0. */
        BITS_32(2, 4),
        /** Two levels of 8-byte entries below four PDPTEs, which the processor keeps: CR4.PAE = 1 outside long mode. */
        PAE(2, 8),
        /** Four levels of 8-byte entries: long mode. */
        LEVELS_4(4, 8);

        private final int levels;
        private final int entrySize;

        Structure(int levels, int entrySize) {
            this.levels = levels;
            this.entrySize = entrySize;
        }

        /** The level that a walk begins with, PDPTEs in registers not counted. */
        public int levels() {
            return levels;
        }

        /** Bytes of an entry. */
        public int entrySize() {
            return entrySize;
        }
    }

    /** 4-level paging. */
    public PagingMode(boolean wp, boolean smep, boolean smap, boolean nxe, boolean pge, boolean gigabytePages,
            boolean reservesNonLeafGlobal, int physicalAddressBits, boolean pke, int pkru) {
        this(wp, smep, smap, nxe, pge, gigabytePages, reservesNonLeafGlobal, physicalAddressBits, pke, pkru,
                Structure.LEVELS_4, false);
    }

    /** 4-level paging without protection keys. */
    public PagingMode(boolean wp, boolean smep, boolean smap, boolean nxe, boolean pge, boolean gigabytePages,
            boolean reservesNonLeafGlobal, int physicalAddressBits) {
        this(wp, smep, smap, nxe, pge, gigabytePages, reservesNonLeafGlobal, physicalAddressBits, false, 0);
    }

    /** Everything that a hardened kernel turns on, on a processor with 1-GByte pages and MAXPHYADDR 46. */
    public static final PagingMode HARDENED = new PagingMode(true, true, true, true, true, true, false, 46);
}
