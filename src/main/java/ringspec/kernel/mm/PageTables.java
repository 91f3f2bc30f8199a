package ringspec.kernel.mm;

import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.paging.PageTableEntry.ADDRESS;
import static ringspec.paging.PageTableEntry.P;

import ringspec.kernel.KernelMemory;
import ringspec.paging.PageTableEntry;

/** Access to paging-structure entries by level and linear address. */
public final class PageTables {

    private final KernelMemory memory;

    /** Tables in the given memory. */
    public PageTables(KernelMemory memory) {
        this.memory = memory;
    }

    /** Address of the entry for a linear address in a table of the level. */
    long entryAddress(long table, int level, long linear) {
        return direct(table) + 8L * PageTableEntry.index(linear, level);
    }

    long entry(long table, int level, long linear) {
        return memory.load(entryAddress(table, level, linear));
    }

    void setEntry(long table, int level, long linear, long entry) {
        memory.store(entryAddress(table, level, linear), entry);
    }

    /** The table of a level that a linear address leads to, or 0 if there is none. */
    long table(long root, int level, long linear) {
        long table = root;
        for (int at = 4; at > level; at--) {
            long entry = entry(table, at, linear);
            if ((entry & P) == 0) {
                return 0;
            }
            table = entry & ADDRESS;
        }
        return table;
    }

    /** The leaf entry of a 4 KiB page, or 0 if nothing is mapped. */
    long leaf(long root, long linear) {
        long table = table(root, 1, linear);
        long entry = table == 0 ? 0 : entry(table, 1, linear);
        return (entry & P) == 0 ? 0 : entry;
    }

    /** How many tables are missing for a range of the user half. */
    long missingTables(long root, long linear, long end) {
        long missing = 0;
        for (int level = 3; level >= 1; level--) {
            // A table of this level covers what one entry of the level above covers.
            int shift = PageTableEntry.shift(level + 1);
            for (long index = linear >>> shift; index <= end - 1 >>> shift; index++) {
                if (table(root, level, Math.max(index << shift, linear & -PAGE)) == 0) {
                    missing++;
                }
            }
        }
        return missing;
    }
}
