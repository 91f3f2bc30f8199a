package ringspec.debug;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import ringspec.memory.Frame;
import ringspec.memory.PhysicalMemory;

/**
 * Everything that one PML4 maps, found by reading the page tables in memory: no TLB, no accessed or dirty bit is touched.
 * A picture of one moment.
 */
public final class AddressSpace {

    private static final long PRESENT = 1;
    private static final long WRITABLE = 1 << 1;
    private static final long USER = 1 << 2;
    private static final long LARGE = 1 << 7;
    private static final long GLOBAL = 1 << 8;
    private static final long NO_EXECUTE = 1L << 63;
    private static final long FRAME = 0x000F_FFFF_FFFF_F000L;

    /**
     * One page with the rights that all levels give together.
     *
     * @param linear first linear address
     * @param size 4 KiB, 2 MiB or 1 GiB
     * @param physical first physical address
     */
    public record Page(long linear, long size, long physical, boolean user, boolean writable, boolean executable,
            boolean global) {

        /** Last linear address. */
        public long last() {
            return linear + size - 1;
        }

        /** Rights as in {@code URWX}, a dash where one is missing; G at the end for a global page. */
        public String rights() {
            return (user ? "U" : "-") + "R" + (writable ? "W" : "-") + (executable ? "X" : "-") + (global ? "G" : "");
        }
    }

    private final PhysicalMemory ram;
    private final List<Page> pages = new ArrayList<>();
    private final SortedSet<Long> tableFrames = new TreeSet<>();

    /**
     * Reads the tables.
     *
     * @param ram physical memory; a table outside of it maps nothing
     * @param cr3 physical address of the PML4, low 12 bits ignored
     */
    public AddressSpace(PhysicalMemory ram, long cr3) {
        this.ram = ram;
        readTable(cr3 & FRAME, 4, 0, USER | WRITABLE);
    }

    /** All pages by ascending address, the lower half first. */
    public List<Page> pages() {
        return pages;
    }

    /** Pages of the lower half, which are ring 3's to use. */
    public List<Page> lowerHalf() {
        return pages.stream().filter(page -> page.linear() >= 0).toList();
    }

    /** Pages of the upper half, which are the kernel's. */
    public List<Page> upperHalf() {
        return pages.stream().filter(page -> page.linear() < 0).toList();
    }

    /** The page that contains an address, if one is mapped there. */
    public Optional<Page> page(long linear) {
        return pages.stream().filter(page -> Long.compareUnsigned(page.linear(), linear) <= 0
                && Long.compareUnsigned(linear, page.last()) <= 0).findFirst();
    }

    /** Physical addresses of the frames that hold the tables themselves, the PML4 among them. */
    public SortedSet<Long> tableFrames() {
        return tableFrames;
    }

    /** Reads one table; {@code rights} is what the levels above leave of U and W, with NX set if they forbid execution. */
    private void readTable(long table, int level, long linear, long rights) {
        if (!ram.contains(table, Frame.SIZE)) {
            return;
        }
        tableFrames.add(table);
        int shift = 12 + 9 * (level - 1);
        for (int index = 0; index < 512; index++) {
            long entry = ram.read64(table + 8L * index);
            if ((entry & PRESENT) == 0) {
                continue;
            }
            long address = linear | (long) index << shift;
            if (level == 4) {
                address = address << 16 >> 16;
            }
            long together = rights & entry & (USER | WRITABLE) | (rights | entry) & NO_EXECUTE;
            if (level == 1 || level < 4 && (entry & LARGE) != 0) {
                long size = 1L << shift;
                pages.add(new Page(address, size, entry & FRAME & -size, (together & USER) != 0, (together
                        & WRITABLE) != 0,
                        (together & NO_EXECUTE) == 0, (entry & GLOBAL) != 0));
            } else {
                readTable(entry & FRAME, level - 1, address, together);
            }
        }
    }
}
