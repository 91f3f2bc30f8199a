package ringspec.kernel.loader;

import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.paging.PageTableEntry.ADDRESS;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import ringspec.elf.ElfImage;
import ringspec.elf.Segment;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.mm.PagePermissions;

/**
 * Steps 3 to 8 of the loading process; {@link Placement#parse} has done 1 and 2, so nothing that the file says needs
 * checking here, and only memory can fail. Whoever calls takes the whole address space apart then.
 */
public class ElfLoader {

    /**
     * What a program starts with.
     *
     * @param entry e_entry
     * @param stackBase lowest address of the stack; the page below stays unmapped
     * @param stackTop first RSP
     */
    public record Loaded(long entry, long stackBase, long stackTop) {
    }

    private final KernelMemory memory;
    private final FrameAllocator frames;

    /** A loader that takes frames from the given allocator. */
    public ElfLoader(KernelMemory memory, FrameAllocator frames) {
        this.memory = memory;
        this.frames = frames;
    }

    /**
     * Loads an image and makes its stack.
     *
     * @param stackTop address after the stack, by {@link Placement#stackTop}
     * @param space with an empty user half
     * @throws OutOfFrames leaving what was mapped so far
     */
    public Loaded load(ElfImage image, long stackTop, AddressSpace space) throws OutOfFrames {
        for (Segment segment : image.segments()) {
            mapSegment(segment, space);
            copySegment(segment, image.content(segment), space);
        }
        long stackBase = stackTop - image.stack().size();
        for (long page = stackBase; page < stackTop; page += PAGE) {
            mapFresh(page, PagePermissions.USER_STACK, space);
        }
        return new Loaded(image.entry(), stackBase, stackTop);
    }

    /**
     * Frames that {@link #load} takes for an image, tables included.
     *
     * @param stackTop address after the stack
     * @param most what can be had; for an image that needs more than that the answer is some larger number
     */
    public static long framesFor(ElfImage image, long stackTop, long most) {
        long stackPages = image.stack().size() / PAGE;
        long bound = stackPages;
        for (Segment segment : image.segments()) {
            // Neighbours may share their first and last page, no other; so this is at most one too many for each.
            bound += Math.max(0, (segment.pagesEnd() - segment.firstPage()) / PAGE - 1);
            if (bound > most) {
                return bound;
            }
        }
        Set<Long> pages = new HashSet<>();
        for (Segment segment : image.segments()) {
            LongStream.range(segment.firstPage() / PAGE, segment.pagesEnd() / PAGE).forEach(pages::add);
        }
        LongStream.range(stackTop / PAGE - stackPages, stackTop / PAGE).forEach(pages::add);
        long tables = 0;
        for (int level = 1; level < 4; level++) {
            int covered = 9 * level;
            tables += pages.stream().map(page -> page >>> covered).distinct().count();
        }
        return pages.size() + tables;
    }

    /** Frames come zeroed: that is the .bss, and the rest of the first and last page, too. */
    private void mapSegment(Segment segment, AddressSpace space) throws OutOfFrames {
        PagePermissions permissions = PagePermissions.user(segment.access().writable(), segment.access().executable());
        for (long page = segment.firstPage(); page < segment.pagesEnd(); page += PAGE) {
            // Neighbours with the same rights may share a page (D20).
            if (space.leaf(page) == 0) {
                mapFresh(page, permissions, space);
            }
        }
    }

    /**
     * Maps a page onto a frame that nobody has had since it was zeroed.
     *
     * @throws OutOfFrames leaving perhaps empty tables behind
     */
    public void mapFresh(long page, PagePermissions permissions, AddressSpace space) throws OutOfFrames {
        long frame = frames.allocate(FrameKind.USER, space.owner());
        try {
            space.map(page, frame, permissions);
        } catch (OutOfFrames e) {
            // Nobody would find it: it isn't mapped.
            frames.free(frame);
            throw e;
        }
    }

    /** Copies what the file has of a segment to where it is mapped. */
    protected void copySegment(Segment segment, ByteBuffer content, AddressSpace space) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        for (int done = 0; done < bytes.length;) {
            long address = segment.vaddr() + done;
            int offset = (int) (address & PAGE - 1);
            int length = Math.min(bytes.length - done, PAGE - offset);
            memory.write(direct(space.leaf(address) & ADDRESS) + offset, bytes, done, length);
            done += length;
        }
    }
}
