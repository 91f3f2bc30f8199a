package ringspec.kernel.mm;

import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.KernelLayout.physical;
import static ringspec.kernel.ObjectLayout.CAPABILITY_MAPPINGS;

import ringspec.kernel.KernelMemory;
import ringspec.paging.PageTableEntry;

/**
 * Through which capability a page was mapped, so that the mapping can go with it (D30). A lowest-level page table that has such
 * pages is accompanied by a frame of 512 origins, one for each entry; its address stands in the table's entry of the frame table.
 *
 * <p>An origin is a capability's address, with {@link #INHERITED} set if the page was mapped through a descendant of it that has
 * been deleted since; 0 where the page came otherwise. Each capability counts the origins that name it.
 */
public final class MappingOrigins {

    /** The capability did not make the mapping itself, but has it to answer for: revoking its descendants ends it. */
    public static final long INHERITED = 1;

    private final KernelMemory memory;
    private final FrameAllocator frames;

    /** The origins that lie in the given memory. */
    public MappingOrigins(KernelMemory memory, FrameAllocator frames) {
        this.memory = memory;
        this.frames = frames;
    }

    /** Whether a page table has its frame of origins. */
    public boolean isKept(long table) {
        return frames.companion(table) != 0;
    }

    /**
     * Gives a page table its frame of origins, unless it has one.
     *
     * @throws OutOfFrames leaving nothing behind
     */
    void keep(long table, long owner) throws OutOfFrames {
        if (!isKept(table)) {
            frames.setCompanion(table, direct(frames.allocate(FrameKind.KERNEL_OBJECT, owner)));
        }
    }

    /** Frees the origins of a page table that maps nothing any more. */
    void release(long table) {
        if (isKept(table)) {
            frames.free(physical(frames.companion(table)));
        }
    }

    /** The origin of a page. */
    long origin(long table, int index) {
        long origins = frames.companion(table);
        return origins == 0 ? 0 : memory.load(origins + 8L * index);
    }

    /** Changes the origin of a page. The page table must have origins, unless the new one is 0. */
    void setOrigin(long table, int index, long origin) {
        long before = origin(table, index);
        if (before == origin) {
            return;
        }
        count(before, -1);
        count(origin, 1);
        memory.store(frames.companion(table) + 8L * index, origin);
    }

    static int index(long linear) {
        return PageTableEntry.index(linear, 1);
    }

    private void count(long origin, int change) {
        if (origin != 0) {
            memory.add((origin & ~INHERITED) + CAPABILITY_MAPPINGS, change);
        }
    }
}
