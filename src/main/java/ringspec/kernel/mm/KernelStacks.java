package ringspec.kernel.mm;

import static ringspec.kernel.KernelLayout.KERNEL_STACKS;
import static ringspec.kernel.KernelLayout.KERNEL_STACK_PAGES;
import static ringspec.kernel.KernelLayout.LARGE_PAGE;
import static ringspec.kernel.KernelLayout.MAX_KERNEL_STACKS;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.STACK_PTS_PHYSICAL;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.KernelLayout.kernelStackTop;
import static ringspec.paging.PageTableEntry.ADDRESS;
import static ringspec.paging.PageTableEntry.G;
import static ringspec.paging.PageTableEntry.P;

/**
 * Kernel stacks: numbered places in the upper half, each with unmapped pages below its mapped ones, so that an overflow is a
 * double fault on IST1 and not damage (D44). Their page tables exist from boot on and belong to every address space.
 */
public class KernelStacks {

    private final AddressSpace.Context context;

    /** The stacks of one machine. */
    public KernelStacks(AddressSpace.Context context) {
        this.context = context;
    }

    /**
     * Maps a stack in the lowest free place.
     *
     * @param space of the process whose thread it is for
     * @return the place's number
     * @throws OutOfFrames leaving nothing behind but, with KPTI, perhaps a table of the address space
     */
    public int allocate(AddressSpace space) throws OutOfFrames {
        if (context.frames().free() < KERNEL_STACK_PAGES) {
            throw new OutOfFrames();
        }
        int index = lowestFree();
        // First what may fail.
        long[] pages = new long[KERNEL_STACK_PAGES];
        for (int i = 0; i < KERNEL_STACK_PAGES; i++) {
            pages[i] = context.frames().allocate(FrameKind.KERNEL_STACK, space.owner());
        }
        try {
            space.shareStackPage(kernelStackTop(index) - PAGE, pages[KERNEL_STACK_PAGES - 1]);
        } catch (OutOfFrames e) {
            for (long page : pages) {
                context.frames().free(page);
            }
            throw e;
        }
        long global = context.kpti() ? 0 : G;
        for (int i = 0; i < KERNEL_STACK_PAGES; i++) {
            context.memory().store(entryAddress(page(index, i)), pages[i] | PagePermissions.KERNEL_DATA.bits()
                    | global);
        }
        return index;
    }

    /** Unmaps and frees a stack that nobody runs on. */
    public void free(int index, AddressSpace space) {
        space.unshareStackPage(kernelStackTop(index) - PAGE);
        for (int i = 0; i < KERNEL_STACK_PAGES; i++) {
            long page = page(index, i);
            long entry = context.memory().load(entryAddress(page));
            context.memory().store(entryAddress(page), 0);
            context.processor().invlpg(page);
            context.frames().free(entry & ADDRESS);
        }
    }

    /** The physical address of the topmost page of a stack. */
    public long topPage(int index) {
        return context.memory().load(entryAddress(page(index, KERNEL_STACK_PAGES - 1))) & ADDRESS;
    }

    private int lowestFree() throws OutOfFrames {
        for (int index = 0; index < MAX_KERNEL_STACKS; index++) {
            if ((context.memory().load(entryAddress(page(index, 0))) & P) == 0) {
                return index;
            }
        }
        throw new OutOfFrames();
    }

    private static long page(int index, int page) {
        return kernelStackTop(index) - (long) (KERNEL_STACK_PAGES - page) * PAGE;
    }

    private static long entryAddress(long linear) {
        long offset = linear - KERNEL_STACKS;
        return direct(STACK_PTS_PHYSICAL) + offset / LARGE_PAGE * PAGE + offset % LARGE_PAGE / PAGE * 8;
    }
}
