package ringspec.paging;

import static ringspec.paging.PageTableEntry.A;
import static ringspec.paging.PageTableEntry.ADDRESS;
import static ringspec.paging.PageTableEntry.D;
import static ringspec.paging.PageTableEntry.P;

import ringspec.memory.PhysicalMemory;

/**
 * The 4-level page walk (SDM vol. 3A, 5.5.4). Nothing is cached here.
 *
 * <p>An entry that lies outside RAM reads as all ones, like any address that nothing answers to, which runs into reserved
 * bits.
 */
public final class PageWalker {

    /** Told when the walk sets an accessed or dirty bit. */
    @FunctionalInterface
    public interface EntryListener {
        /** An entry changes. */
        void changed(long entryAddress, long before, long after);
    }

    private final PhysicalMemory ram;

    /** A walker over the given RAM. */
    public PageWalker(PhysicalMemory ram) {
        this.ram = ram;
    }

    /**
     * Looks up a linear address without side effects and without judging rights.
     *
     * @param cr3 the root: bits 51:12 count
     * @param linear any address; bits 63:48 are not looked at
     */
    public WalkResult walk(long cr3, long linear, PagingMode mode) {
        long[] addresses = new long[4];
        long[] entries = new long[4];
        long table = cr3 & ADDRESS;
        for (int level = 4;; level--) {
            long address = table + 8L * PageTableEntry.index(linear, level);
            long entry = read(address);
            addresses[level - 1] = address;
            entries[level - 1] = entry;
            if ((entry & P) == 0) {
                return new WalkResult.Missing(level, address, entry, 0);
            }
            long reserved = PageTableEntry.reservedBits(level, entry, mode);
            if (reserved != 0) {
                return new WalkResult.Missing(level, address, entry, reserved);
            }
            if (PageTableEntry.isLeaf(level, entry)) {
                return new Translation(linear, level, addresses, entries, mode);
            }
            table = entry & ADDRESS;
        }
    }

    /**
     * The page-fault error code that an access raises on what a walk found, or -1 if it is allowed. A missing translation
     * and reserved bits come before any right.
     */
    public static int faultCode(WalkResult result, AccessKind kind, Privilege privilege, PagingMode mode) {
        return switch (result) {
            case WalkResult.Missing missing -> PageFaultCode.of(kind, privilege, mode)
                    | (missing.reservedBits() != 0 ? PageFaultCode.P | PageFaultCode.RSVD : 0);
            case Translation translation when translation.permits(kind, privilege, mode) -> -1;
            case Translation refused -> PageFaultCode.of(kind, privilege, mode) | PageFaultCode.P
                    | (refused.isDeniedByKey(kind, privilege, mode) ? PageFaultCode.PK : 0);
        };
    }

    /**
     * What an access that succeeds does to the tables: A at every level, and D in the leaf for a write (SDM vol. 3A, 5.8).
     *
     * @param listener told of each entry that changes; may be null
     * @return the translation as it is afterwards
     */
    public Translation markUsed(Translation translation, boolean write, PagingMode mode, EntryListener listener) {
        long[] addresses = new long[4];
        long[] entries = new long[4];
        int leaf = translation.leafLevel();
        boolean changed = false;
        for (int level = 4; level >= leaf; level--) {
            long before = translation.entry(level);
            long after = before | A | (write && level == leaf ? D : 0);
            addresses[level - 1] = translation.entryAddress(level);
            entries[level - 1] = after;
            if (after != before) {
                changed = true;
                if (listener != null) {
                    listener.changed(addresses[level - 1], before, after);
                }
                if (ram.contains(addresses[level - 1], 8)) {
                    ram.write64(addresses[level - 1], after);
                }
            }
        }
        return changed ? new Translation(translation.linear(), leaf, addresses, entries, mode) : translation;
    }

    /** An entry as the walk reads it. */
    long read(long address) {
        return ram.contains(address, 8) ? ram.read64(address) : -1L;
    }
}
