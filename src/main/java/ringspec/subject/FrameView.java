package ringspec.subject;

import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.ObjectLayout;
import ringspec.kernel.mm.FrameKind;
import ringspec.memory.Frame;
import ringspec.memory.PhysicalMemory;

/** The frame allocator's bitmap and table of owners, read from memory. Frames are given by their numbers. */
public final class FrameView {

    /** How many frames there are of some kinds; {@code pageTables} are those of one process. */
    public record Counts(long free, long user, long pageTables) {
    }

    private final PhysicalMemory ram;
    private final long bitmap;
    private final long table;

    FrameView(PhysicalMemory ram, long bitmap, long table) {
        this.ram = ram;
        this.bitmap = bitmap;
        this.table = table;
    }

    /** Frames of RAM, whatever they are used for. */
    public long total() {
        return ram.frameCount();
    }

    /** Free frames, by the bitmap. */
    public BitSet free() {
        BitSet free = new BitSet();
        for (int frame = 0; frame < ram.frameCount(); frame += Long.SIZE) {
            long word = ram.read64(bitmap + frame / 8);
            for (int bit = 0; bit < Long.SIZE; bit++) {
                if ((word >>> bit & 1) != 0) {
                    free.set(frame + bit);
                }
            }
        }
        return free;
    }

    /** How many frames are free, as the kernel has counted. */
    public long freeCount() {
        return ram.read64(KernelLayout.GLOBALS_PHYSICAL + ObjectLayout.GLOBALS_FRAMES_FREE);
    }

    /** Frames that the table calls anything but free. */
    public BitSet owned() {
        return where(kind -> kind != FrameKind.FREE);
    }

    /** Frames that the kernel keeps for itself: image and tables, page tables, stacks, objects. */
    public BitSet kernels() {
        return where(kind -> kind != FrameKind.FREE && kind != FrameKind.USER);
    }

    /** Frames of one kind. */
    public BitSet of(FrameKind kind) {
        return where(kind::equals);
    }

    /** Frames that hold the bitmap and the table themselves. */
    public BitSet bookkeeping() {
        BitSet frames = new BitSet();
        frames.set((int) (bitmap >>> Frame.SHIFT), (int) (table >>> Frame.SHIFT));
        long size = (long) ram.frameCount() * ObjectLayout.FRAME_ENTRY_SIZE;
        frames.set((int) (table >>> Frame.SHIFT), (int) (table + size + Frame.SIZE - 1 >>> Frame.SHIFT));
        return frames;
    }

    /** How many frames have been handed out and not given back. */
    public long taken() {
        BitSet taken = where(kind -> kind != FrameKind.FREE && kind != FrameKind.RESERVED);
        // The page tables that the boot loader made were never handed out.
        taken.clear((int) (KernelLayout.BOOT_TABLES_PHYSICAL >>> Frame.SHIFT), (int) (bitmap >>> Frame.SHIFT));
        return taken.cardinality();
    }

    /** Numbers of frames; the page tables are those that belong to a process. */
    public Counts counts(int process) {
        long tables = of(FrameKind.PAGE_TABLE).stream().filter(frame -> owner(frame) == process).count();
        return new Counts(free().cardinality(), of(FrameKind.USER).cardinality(), tables);
    }

    /** How many user page-table entries map a frame, as the kernel has counted. */
    long mappings(int frame) {
        return ram.read64(entry(frame) + ObjectLayout.FRAME_ENTRY_MAPPINGS) & 0xFFFF_FFFFL;
    }

    private int owner(int frame) {
        return ram.read8(entry(frame) + ObjectLayout.FRAME_ENTRY_OWNER)
                | ram.read8(entry(frame) + ObjectLayout.FRAME_ENTRY_OWNER + 1) << 8;
    }

    /** Takes free frames away behind the kernel's back, the highest first, until so many are left. */
    public void withhold(int left) {
        List<Integer> free = free().stream().boxed().toList();
        for (int frame : free.subList(Math.min(left, free.size()), free.size())) {
            long word = bitmap + frame / Long.SIZE * 8;
            ram.write64(word, ram.read64(word) & ~(1L << frame));
            ram.write8(entry(frame) + ObjectLayout.FRAME_ENTRY_KIND, FrameKind.RESERVED.ordinal());
        }
        ram.write64(KernelLayout.GLOBALS_PHYSICAL + ObjectLayout.GLOBALS_FRAMES_FREE, Math.min(left, free.size()));
    }

    private long entry(int frame) {
        return table + (long) frame * ObjectLayout.FRAME_ENTRY_SIZE;
    }

    private BitSet where(Predicate<FrameKind> wanted) {
        BitSet frames = new BitSet();
        for (int frame = 0; frame < ram.frameCount(); frame++) {
            if (wanted.test(FrameKind.of(ram.read8(entry(frame) + ObjectLayout.FRAME_ENTRY_KIND)))) {
                frames.set(frame);
            }
        }
        return frames;
    }
}
