package ringspec.kernel.mm;

import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.KernelLayout.physical;
import static ringspec.kernel.ObjectLayout.MEMORY_BUDGET;
import static ringspec.kernel.ObjectLayout.MEMORY_DIRECT_FRAMES;
import static ringspec.kernel.ObjectLayout.MEMORY_FRAMES;
import static ringspec.kernel.ObjectLayout.MEMORY_KIND;
import static ringspec.kernel.ObjectLayout.MEMORY_KIND_BUDGET;
import static ringspec.kernel.ObjectLayout.MEMORY_KIND_PAGES;
import static ringspec.kernel.ObjectLayout.MEMORY_LISTS;
import static ringspec.kernel.ObjectLayout.MEMORY_MAPPINGS;
import static ringspec.kernel.ObjectLayout.MEMORY_MAX_LISTS;
import static ringspec.kernel.ObjectLayout.MEMORY_OWNER;
import static ringspec.kernel.ObjectLayout.MEMORY_SIZE;
import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;

import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelObjects;
import ringspec.kernel.cap.CapabilityType;

/**
 * Memory objects. A budget is a number of bytes that may still be drawn; the others are pages drawn from a budget, which live as
 * long as a capability or a mapping refers to them.
 */
public class MemoryObjects {

    private static final int LIST_ENTRIES = PAGE / 8;

    private final KernelMemory memory;
    private final FrameAllocator frames;
    private final KernelObjects objects;

    /** The Memory objects of one machine. */
    public MemoryObjects(KernelMemory memory, FrameAllocator frames, KernelObjects objects) {
        this.memory = memory;
        this.frames = frames;
        this.objects = objects;
    }

    /**
     * Makes a budget.
     *
     * @param owner process id
     * @param size bytes that may be drawn
     * @throws OutOfFrames leaving nothing behind
     */
    public long createBudget(long owner, long size) throws OutOfFrames {
        long object = objects.create(CapabilityType.MEMORY, owner);
        memory.store(object + MEMORY_KIND, MEMORY_KIND_BUDGET);
        memory.store(object + MEMORY_SIZE, size);
        memory.store(object + MEMORY_OWNER, owner);
        return object;
    }

    /** Whether a Memory is a budget: it can be drawn from but not mapped. */
    public boolean isBudget(long object) {
        return memory.load(object + MEMORY_KIND) == MEMORY_KIND_BUDGET;
    }

    /** Bytes of the pages, or what is left of the budget. */
    public long size(long object) {
        return memory.load(object + MEMORY_SIZE);
    }

    /** Frames that {@link #draw} takes for a number of pages, bookkeeping included; {@link Long#MAX_VALUE} if too many. */
    public static long framesFor(long pages) {
        long lists = pages <= MEMORY_DIRECT_FRAMES ? 0 : (pages - MEMORY_DIRECT_FRAMES + LIST_ENTRIES - 1)
                / LIST_ENTRIES;
        return lists > MEMORY_MAX_LISTS ? Long.MAX_VALUE : pages + lists + 1;
    }

    /**
     * Draws zeroed pages from a budget, whose rest must suffice.
     *
     * @param owner process id that the frames are entered for
     * @throws OutOfFrames leaving nothing behind
     */
    public long draw(long budget, long length, long owner) throws OutOfFrames {
        long pages = length / PAGE;
        if (length > size(budget) || framesFor(pages) > frames.free()) {
            throw new OutOfFrames();
        }
        long object = objects.create(CapabilityType.MEMORY, owner);
        memory.store(object + MEMORY_KIND, MEMORY_KIND_PAGES);
        memory.store(object + MEMORY_SIZE, length);
        memory.store(object + MEMORY_BUDGET, budget);
        memory.store(object + MEMORY_OWNER, owner);
        for (long page = 0; page < pages; page++) {
            if (page >= MEMORY_DIRECT_FRAMES && (page - MEMORY_DIRECT_FRAMES) % LIST_ENTRIES == 0) {
                long list = frames.allocate(FrameKind.KERNEL_OBJECT, owner);
                memory.store(listAddress(object, page), list);
            }
            memory.store(frameAddress(object, page), frames.allocate(FrameKind.USER, owner, object));
        }
        memory.add(budget + MEMORY_SIZE, -length);
        memory.add(budget + OBJECT_REFERENCES, 1);
        return object;
    }

    /** Physical address of a page of the object. */
    public long frame(long object, long page) {
        return memory.load(frameAddress(object, page));
    }

    /** A page-table entry now maps a page of the object. */
    public void mapped(long object) {
        memory.add(object + MEMORY_MAPPINGS, 1);
    }

    /** A user page was unmapped: its frame, or the Memory object that it belongs to, may go. */
    public void unmapped(long frame) {
        long object = frames.object(frame);
        if (object == 0) {
            if (frames.mappings(frame) == 0) {
                frames.free(frame);
            }
            return;
        }
        memory.add(object + MEMORY_MAPPINGS, -1);
        freeIfUnused(object);
    }

    /** A capability to the object is gone. */
    public void dropReference(long object) {
        memory.add(object + OBJECT_REFERENCES, -1);
        freeIfUnused(object);
    }

    private void freeIfUnused(long object) {
        if (memory.load(object + OBJECT_REFERENCES) != 0 || memory.load(object + MEMORY_MAPPINGS) != 0) {
            return;
        }
        if (!isBudget(object)) {
            long budget = memory.load(object + MEMORY_BUDGET);
            long pages = size(object) / PAGE;
            for (long page = 0; page < pages; page++) {
                frames.free(frame(object, page));
            }
            for (long page = MEMORY_DIRECT_FRAMES; page < pages; page += LIST_ENTRIES) {
                frames.free(memory.load(listAddress(object, page)));
            }
            memory.add(budget + MEMORY_SIZE, size(object));
            dropReference(budget);
        }
        frames.free(physical(object));
    }

    private long listAddress(long object, long page) {
        return object + MEMORY_LISTS + (page - MEMORY_DIRECT_FRAMES) / LIST_ENTRIES * 8;
    }

    private long frameAddress(long object, long page) {
        if (page < MEMORY_DIRECT_FRAMES) {
            return object + MEMORY_FRAMES + page * 8;
        }
        return direct(memory.load(listAddress(object, page))) + (page - MEMORY_DIRECT_FRAMES) % LIST_ENTRIES * 8;
    }
}
