package ringspec.paging;

import static ringspec.paging.PageTableEntry.A;
import static ringspec.paging.PageTableEntry.ADDRESS;
import static ringspec.paging.PageTableEntry.D;
import static ringspec.paging.PageTableEntry.P;

import ringspec.memory.PhysicalMemory;

/**
 * The page walk: 4-level, PAE and 32-bit paging (SDM vol. 3A, 5.3 to 5.5). Nothing is cached here.
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
     * @param cr3 the root: bits 51:12 count, with PAE bits 31:5
     * @param linear any address; bits 63:48 are not looked at, nor 63:32 outside 4-level paging
     */
    public WalkResult walk(long cr3, long linear, PagingMode mode) {
        return switch (mode.structure()) {
            case LEVELS_4 -> walk(cr3, 4, linear, mode);
            // Without the processor's own copy, what it would load now is the best guess.
            case PAE -> walkPae(read((cr3 & 0xFFFF_FFE0L) + 8 * (linear >>> 30 & 3)), linear, mode);
            case BITS_32 -> walk32(cr3, linear, mode);
        };
    }

    /**
     * Looks up a linear address in PAE paging.
     *
     * @param pdpte the page-directory-pointer-table entry for bits 31:30 of the address
     */
    public WalkResult walkPae(long pdpte, long linear, PagingMode mode) {
        return (pdpte & P) == 0 ? new WalkResult.Missing(3, 0, pdpte, 0) : walk(pdpte, 2, linear, mode);
    }

    private WalkResult walk(long root, int top, long linear, PagingMode mode) {
        long[] addresses = new long[4];
        long[] entries = new long[4];
        long table = root & ADDRESS;
        for (int level = top;; level--) {
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

    private WalkResult walk32(long cr3, long linear, PagingMode mode) {
        long[] addresses = new long[2];
        long[] entries = new long[2];
        addresses[1] = (cr3 & PageTableEntry.ADDRESS_32) + 4 * (linear >>> PageTableEntry.SHIFT_4M & 1023);
        entries[1] = read32(addresses[1]);
        if ((entries[1] & P) == 0) {
            return new WalkResult.Missing(2, addresses[1], entries[1], 0);
        }
        if (mode.pse() && (entries[1] & PageTableEntry.PS) != 0) {
            long reserved = entries[1] & PageTableEntry.RESERVED_4M;
            return reserved != 0 ? new WalkResult.Missing(2, addresses[1], entries[1], reserved)
                    : new Translation(linear, 2, addresses, entries, mode);
        }
        addresses[0] = (entries[1] & PageTableEntry.ADDRESS_32) + 4 * (linear >>> 12 & 1023);
        entries[0] = read32(addresses[0]);
        if ((entries[0] & P) == 0) {
            return new WalkResult.Missing(1, addresses[0], entries[0], 0);
        }
        return new Translation(linear, 1, addresses, entries, mode);
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
        for (int level = mode.structure().levels(); level >= leaf; level--) {
            long before = translation.entry(level);
            long after = before | A | (write && level == leaf ? D : 0);
            addresses[level - 1] = translation.entryAddress(level);
            entries[level - 1] = after;
            if (after != before) {
                changed = true;
                if (listener != null) {
                    listener.changed(addresses[level - 1], before, after);
                }
                write(addresses[level - 1], mode.structure().entrySize(), after);
            }
        }
        return changed ? new Translation(translation.linear(), leaf, addresses, entries, mode) : translation;
    }

    private void write(long address, int size, long entry) {
        if (ram.contains(address, size) && size == 8) {
            ram.write64(address, entry);
        } else if (ram.contains(address, size)) {
            ram.write32(address, (int) entry);
        }
    }

    /** An entry of 32-bit paging as the walk reads it. */
    long read32(long address) {
        return ram.contains(address, 4) ? ram.read32(address) & 0xFFFF_FFFFL : 0xFFFF_FFFFL;
    }

    /** An entry as the walk reads it. */
    long read(long address) {
        return ram.contains(address, 8) ? ram.read64(address) : -1L;
    }
}
