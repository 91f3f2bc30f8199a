package ringspec.kernel.mm;

import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.ObjectLayout.FRAME_ENTRY_KIND;
import static ringspec.kernel.ObjectLayout.FRAME_ENTRY_MAPPINGS;
import static ringspec.kernel.ObjectLayout.FRAME_ENTRY_OBJECT;
import static ringspec.kernel.ObjectLayout.FRAME_ENTRY_OWNER;
import static ringspec.kernel.ObjectLayout.FRAME_ENTRY_SIZE;
import static ringspec.kernel.ObjectLayout.GLOBALS_FRAMES_FREE;
import static ringspec.kernel.ObjectLayout.GLOBALS_FRAME_BITMAP;
import static ringspec.kernel.ObjectLayout.GLOBALS_FRAME_HINT;
import static ringspec.kernel.ObjectLayout.GLOBALS_FRAME_TABLE;
import static ringspec.kernel.ObjectLayout.GLOBALS_FRAME_TOTAL;

import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelPanic;

/**
 * The physical memory manager: a bitmap of free frames and a table that says of each frame what it is and whose (INV-4). Always
 * hands out the lowest free frame, zeroed: what an earlier owner left never becomes visible.
 */
public class FrameAllocator {

    private static final long GLOBALS = direct(KernelLayout.GLOBALS_PHYSICAL);

    private final KernelMemory memory;

    /** The allocator whose state lies in the given memory. */
    public FrameAllocator(KernelMemory memory) {
        this.memory = memory;
    }

    /**
     * Lays out bitmap and table from a physical address on; {@link #reserve} and {@link #release} then say of every frame what
     * it is.
     *
     * @param tables physical address, page-aligned
     * @param frames number of frames of RAM
     */
    public void initialise(long tables, long frames) {
        long bitmapSize = roundUp((frames + 63) / 64 * 8);
        long tableSize = roundUp(frames * FRAME_ENTRY_SIZE);
        memory.zero(direct(tables), bitmapSize + tableSize);
        memory.store(GLOBALS + GLOBALS_FRAME_BITMAP, direct(tables));
        memory.store(GLOBALS + GLOBALS_FRAME_TABLE, direct(tables + bitmapSize));
        memory.store(GLOBALS + GLOBALS_FRAME_TOTAL, frames);
        memory.store(GLOBALS + GLOBALS_FRAMES_FREE, 0);
        memory.store(GLOBALS + GLOBALS_FRAME_HINT, frames);
    }

    /** Enters a range into the table as something that is never allocated. */
    public void reserve(long physical, long end, FrameKind kind) {
        for (long at = physical; at < end; at += PAGE) {
            if (isFree(at)) {
                setFree(at, false);
            }
            memory.store8(entry(at) + FRAME_ENTRY_KIND, kind.ordinal());
        }
    }

    /** Makes a range of frames that nobody has used yet available. */
    public void release(long physical, long end) {
        for (long at = physical; at < end; at += PAGE) {
            setFree(at, true);
        }
    }

    /** Reserves free frames from the top of RAM down until no more than the limit are left. */
    public void withholdAbove(long limit) {
        for (long at = (total() - 1) * PAGE; free() > limit; at -= PAGE) {
            if (isFree(at)) {
                reserve(at, at + PAGE, FrameKind.RESERVED);
            }
        }
    }

    /**
     * Takes a frame.
     *
     * @param owner process id, 0 for the kernel
     * @return its physical address; its content is zero
     * @throws OutOfFrames if none is free
     */
    public long allocate(FrameKind kind, long owner) throws OutOfFrames {
        return allocate(kind, owner, 0);
    }

    /** Takes a frame for a Memory object. */
    public long allocate(FrameKind kind, long owner, long object) throws OutOfFrames {
        long physical = lowestFree();
        setFree(physical, false);
        memory.zero(direct(physical), PAGE);
        long entry = entry(physical);
        memory.store8(entry + FRAME_ENTRY_KIND, kind.ordinal());
        memory.store16(entry + FRAME_ENTRY_OWNER, (int) owner);
        memory.store32(entry + FRAME_ENTRY_MAPPINGS, 0);
        memory.store(entry + FRAME_ENTRY_OBJECT, object);
        return physical;
    }

    /** Gives a frame back. */
    public void free(long physical) {
        FrameKind kind = kind(physical);
        if (kind == FrameKind.FREE || kind == FrameKind.RESERVED) {
            throw new KernelPanic("frame 0x%x is freed though it is %s".formatted(physical, kind));
        }
        memory.store(entry(physical), 0);
        memory.store(entry(physical) + FRAME_ENTRY_OBJECT, 0);
        setFree(physical, true);
    }

    /** What a frame is. */
    public FrameKind kind(long physical) {
        int ordinal = memory.load8(entry(physical) + FRAME_ENTRY_KIND);
        FrameKind kind = FrameKind.of(ordinal);
        if (kind == null) {
            throw new KernelPanic("frame table says %d of frame 0x%x".formatted(ordinal, physical));
        }
        return kind;
    }

    /** Id of the process that a frame belongs to, 0 for the kernel. */
    public int owner(long physical) {
        return memory.load16(entry(physical) + FRAME_ENTRY_OWNER);
    }

    /** Whether any frame is entered for a process. */
    public boolean hasOwned(long id) {
        for (long physical = 0; physical < total() * PAGE; physical += PAGE) {
            if (owner(physical) == id) {
                return true;
            }
        }
        return false;
    }

    /** The Memory object that a frame belongs to, or 0. */
    public long object(long physical) {
        return memory.load(entry(physical) + FRAME_ENTRY_OBJECT);
    }

    /** Address of the structure that accompanies a page table, or 0. */
    public long companion(long physical) {
        return memory.load(entry(physical) + FRAME_ENTRY_OBJECT);
    }

    /** Enters the structure that accompanies a page table. */
    public void setCompanion(long physical, long address) {
        memory.store(entry(physical) + FRAME_ENTRY_OBJECT, address);
    }

    /** How many user page-table entries map a frame. */
    public int mappings(long physical) {
        return memory.load32(entry(physical) + FRAME_ENTRY_MAPPINGS);
    }

    /** Counts user mappings up or down. */
    public void countMapping(long physical, int change) {
        memory.store32(entry(physical) + FRAME_ENTRY_MAPPINGS, mappings(physical) + change);
    }

    /** Frames that may be allocated. */
    public long free() {
        return memory.load(GLOBALS + GLOBALS_FRAMES_FREE);
    }

    /** Frames of RAM. */
    public long total() {
        return memory.load(GLOBALS + GLOBALS_FRAME_TOTAL);
    }

    private long lowestFree() throws OutOfFrames {
        if (free() == 0) {
            throw new OutOfFrames();
        }
        long bitmap = memory.load(GLOBALS + GLOBALS_FRAME_BITMAP);
        long frames = total();
        for (long word = memory.load(GLOBALS + GLOBALS_FRAME_HINT) / 64; word * 64 < frames; word++) {
            long bits = memory.load(bitmap + word * 8);
            if (bits != 0) {
                long frame = word * 64 + Long.numberOfTrailingZeros(bits);
                memory.store(GLOBALS + GLOBALS_FRAME_HINT, frame);
                return frame * PAGE;
            }
        }
        throw new KernelPanic("%d frames are free, but the bitmap shows none".formatted(free()));
    }

    private boolean isFree(long physical) {
        long frame = physical / PAGE;
        return (memory.load(bitmapWord(frame)) >>> (frame & 63) & 1) != 0;
    }

    private void setFree(long physical, boolean free) {
        long frame = physical / PAGE;
        long bit = 1L << (frame & 63);
        long bits = memory.load(bitmapWord(frame));
        memory.store(bitmapWord(frame), free ? bits | bit : bits & ~bit);
        memory.add(GLOBALS + GLOBALS_FRAMES_FREE, free ? 1 : -1);
        if (free && frame < memory.load(GLOBALS + GLOBALS_FRAME_HINT)) {
            memory.store(GLOBALS + GLOBALS_FRAME_HINT, frame);
        }
    }

    private long bitmapWord(long frame) {
        return memory.load(GLOBALS + GLOBALS_FRAME_BITMAP) + frame / 64 * 8;
    }

    private long entry(long physical) {
        if (physical < 0 || physical % PAGE != 0 || physical / PAGE >= total()) {
            throw new KernelPanic("0x%x is no frame of RAM".formatted(physical));
        }
        return memory.load(GLOBALS + GLOBALS_FRAME_TABLE) + physical / PAGE * FRAME_ENTRY_SIZE;
    }

    private static long roundUp(long bytes) {
        return bytes + PAGE - 1 & -PAGE;
    }
}
