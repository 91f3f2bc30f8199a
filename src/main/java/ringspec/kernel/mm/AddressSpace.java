package ringspec.kernel.mm;

import static ringspec.kernel.KernelLayout.BOOT_PML4_PHYSICAL;
import static ringspec.kernel.KernelLayout.KERNEL_IMAGE;
import static ringspec.kernel.KernelLayout.KERNEL_STACKS;
import static ringspec.kernel.KernelLayout.LARGE_PAGE;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.PERCPU_BASE;
import static ringspec.kernel.KernelLayout.PERCPU_PT_PHYSICAL;
import static ringspec.kernel.KernelLayout.STACK_PTS;
import static ringspec.kernel.KernelLayout.TRAMPOLINE_PT_PHYSICAL;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.paging.PageTableEntry.ADDRESS;
import static ringspec.paging.PageTableEntry.NX;
import static ringspec.paging.PageTableEntry.P;
import static ringspec.paging.PageTableEntry.RW;
import static ringspec.paging.PageTableEntry.US;

import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelPanic;
import ringspec.kernel.Privileged;
import ringspec.paging.PageTableEntry;

/**
 * The page tables of one process: with KPTI two PML4s that share the tables of the user half, else one.
 *
 * <p>The kernel's PML4 has the boot PML4's upper half; with KPTI its lower half is marked NX at the top. The user's PML4 has, of
 * the upper half, the trampoline set only: entry code, per-CPU page, GDT, IDT, TSS, IST stacks, and the page of each of the
 * process's kernel stacks that holds the save area, since the processor pushes interrupt frames there before any instruction can
 * load CR3 (D14).
 *
 * @param kernelCr3 physical address of the kernel's PML4
 * @param userCr3 physical address of the user's PML4, the same without KPTI
 * @param owner process id that the frames of the tables are entered for
 */
public record AddressSpace(Context context, long kernelCr3, long userCr3, long owner) {

    /** What address spaces work with: one for each machine. */
    public record Context(KernelMemory memory, FrameAllocator frames, Privileged processor, boolean kpti,
            PageTables tables, MappingOrigins origins) {

        /** The collaborators of address spaces. */
        public Context(KernelMemory memory, FrameAllocator frames, Privileged processor, boolean kpti) {
            this(memory, frames, processor, kpti, new PageTables(memory), new MappingOrigins(memory, frames));
        }
    }

    /** Told of each user page while an address space is taken apart. */
    @FunctionalInterface
    public interface PageVisitor {
        /** A page was unmapped. */
        void unmapped(long physical);
    }

    /** Shown each page that was mapped through a capability. */
    @FunctionalInterface
    public interface OriginVisitor {
        /**
         * A page.
         *
         * @param origin see {@link MappingOrigins}
         */
        void page(long linear, long origin);
    }

    private static final int HALF = PAGE / 2;

    /** How many frames {@link #create} takes. */
    public static int tablesAtCreation(boolean kpti) {
        return kpti ? 4 : 1;
    }

    /**
     * Makes page tables with an empty user half.
     *
     * @throws OutOfFrames leaving nothing behind
     */
    public static AddressSpace create(Context context, long owner) throws OutOfFrames {
        FrameAllocator frames = context.frames();
        if (frames.free() < tablesAtCreation(context.kpti())) {
            throw new OutOfFrames();
        }
        long kernel = frames.allocate(FrameKind.PAGE_TABLE, owner);
        byte[] upperHalf = context.memory().read(direct(BOOT_PML4_PHYSICAL) + HALF, HALF);
        context.memory().write(direct(kernel) + HALF, upperHalf, 0, HALF);
        if (!context.kpti()) {
            return new AddressSpace(context, kernel, kernel, owner);
        }
        long user = frames.allocate(FrameKind.PAGE_TABLE, owner);
        long pdpt = frames.allocate(FrameKind.PAGE_TABLE, owner);
        long pd = frames.allocate(FrameKind.PAGE_TABLE, owner);
        PageTables tables = context.tables();
        tables.setEntry(user, 4, KERNEL_IMAGE, pdpt | P | RW);
        tables.setEntry(pdpt, 3, KERNEL_IMAGE, pd | P | RW);
        tables.setEntry(pd, 2, KERNEL_IMAGE, TRAMPOLINE_PT_PHYSICAL | P | RW);
        tables.setEntry(pd, 2, PERCPU_BASE, PERCPU_PT_PHYSICAL | P | RW);
        return new AddressSpace(context, kernel, user, owner);
    }

    /** The leaf entry of a user page, 0 if nothing is mapped there. */
    public long leaf(long linear) {
        return context.tables().leaf(kernelCr3, linear);
    }

    /** Frames for tables that mapping a range would take. */
    public long missingTables(long linear, long length) {
        return context.tables().missingTables(kernelCr3, linear, linear + length);
    }

    /** Frames that mapping a range through a capability would take: tables, and the origins of their pages. */
    public long missingFrames(long linear, long length) {
        long missing = missingTables(linear, length);
        int shift = PageTableEntry.shift(2);
        for (long index = linear >>> shift; index <= linear + length - 1 >>> shift; index++) {
            long table = context.tables().table(kernelCr3, 1, index << shift);
            missing += table != 0 && context.origins().isKept(table) ? 0 : 1;
        }
        return missing;
    }

    /** Through which capability a page was mapped, see {@link MappingOrigins}; 0 if through none, or not at all. */
    public long origin(long linear) {
        long table = context.tables().table(kernelCr3, 1, linear);
        return table == 0 ? 0 : context.origins().origin(table, MappingOrigins.index(linear));
    }

    /** Changes the origin of a page that has one. */
    public void setOrigin(long linear, long origin) {
        context.origins().setOrigin(context.tables().table(kernelCr3, 1, linear), MappingOrigins.index(linear), origin);
    }

    /**
     * Maps a user page through a capability, where nothing is mapped yet.
     *
     * @param capability its address
     * @throws OutOfFrames as {@link #map(long, long, PagePermissions)}
     */
    public void map(long linear, long physical, PagePermissions permissions, long capability) throws OutOfFrames {
        long table = makeTables(linear);
        context.origins().keep(table, owner);
        map(linear, physical, permissions);
        context.origins().setOrigin(table, MappingOrigins.index(linear), capability);
    }

    /**
     * Maps a user page where nothing is mapped yet; no invalidation is needed, since absent translations aren't cached.
     *
     * @throws OutOfFrames if a table is missing and can't be had; tables made before stay, empty, until {@link #destroy}
     */
    public void map(long linear, long physical, PagePermissions permissions) throws OutOfFrames {
        if ((permissions.bits() & US) == 0 || linear < 0) {
            throw new KernelPanic("user mapping of 0x%x with %s".formatted(linear, permissions));
        }
        context.tables().setEntry(makeTables(linear), 1, linear, physical | permissions.bits());
        context.frames().countMapping(physical, 1);
    }

    /** The lowest-level table for a user page, made with those above it where they are missing. */
    private long makeTables(long linear) throws OutOfFrames {
        long table = kernelCr3;
        for (int level = 4; level > 1; level--) {
            long entry = context.tables().entry(table, level, linear);
            if ((entry & P) == 0) {
                entry = context.frames().allocate(FrameKind.PAGE_TABLE, owner) | P | RW | US;
                linkTable(table, level, linear, entry);
            }
            table = entry & ADDRESS;
        }
        return table;
    }

    private void linkTable(long table, int level, long linear, long entry) {
        boolean top = level == 4 && context.kpti();
        context.tables().setEntry(table, level, linear, top ? entry | NX : entry);
        if (top) {
            context.tables().setEntry(userCr3, 4, linear, entry);
        }
    }

    /**
     * Unmaps a user page and drops its translation, if these tables are the current ones; with KPTI the user's PML4 can't be
     * the current one while the kernel runs, and loading it drops the rest.
     *
     * @return what was mapped, or -1 if nothing was
     */
    public long unmap(long linear) {
        PageTables tables = context.tables();
        long table = tables.table(kernelCr3, 1, linear);
        long entry = table == 0 ? 0 : tables.entry(table, 1, linear);
        if ((entry & P) == 0) {
            return -1;
        }
        tables.setEntry(table, 1, linear, 0);
        if (context.processor().cr3() == kernelCr3) {
            context.processor().invlpg(linear);
        }
        context.frames().countMapping(entry & ADDRESS, -1);
        context.origins().setOrigin(table, MappingOrigins.index(linear), 0);
        return entry & ADDRESS;
    }

    /**
     * Makes the save-area page of a kernel stack visible in the user's PML4; nothing to do without KPTI.
     *
     * @param page linear address of the stack's topmost page
     * @throws OutOfFrames leaving nothing behind
     */
    public void shareStackPage(long page, long physical) throws OutOfFrames {
        if (!context.kpti()) {
            return;
        }
        long pd = context.tables().table(userCr3, 2, page);
        long entry = context.tables().entry(pd, 2, page);
        if ((entry & P) == 0) {
            entry = context.frames().allocate(FrameKind.PAGE_TABLE, owner) | P | RW;
            context.tables().setEntry(pd, 2, page, entry);
        }
        context.tables().setEntry(entry & ADDRESS, 1, page, physical | PagePermissions.KERNEL_DATA.bits());
    }

    /** Takes back what {@link #shareStackPage} did. */
    public void unshareStackPage(long page) {
        long table = context.kpti() ? context.tables().table(userCr3, 1, page) : 0;
        if (table == 0) {
            return;
        }
        context.tables().setEntry(table, 1, page, 0);
        if (isEmpty(table)) {
            context.tables().setEntry(context.tables().table(userCr3, 2, page), 2, page, 0);
            context.frames().free(table);
        }
    }

    private boolean isEmpty(long table) {
        for (int index = 0; index < 512; index++) {
            if (context.memory().load(direct(table) + 8L * index) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Frees every table. They must not be the current ones. */
    public void destroy(PageVisitor visitor) {
        for (int index = 0; index < 256; index++) {
            long entry = context.memory().load(direct(kernelCr3) + 8L * index);
            if ((entry & P) != 0) {
                destroyTable(entry & ADDRESS, 3, visitor);
            }
        }
        if (context.kpti()) {
            long pdpt = context.tables().table(userCr3, 3, KERNEL_IMAGE);
            long pd = context.tables().table(userCr3, 2, KERNEL_IMAGE);
            for (int i = 0; i < STACK_PTS; i++) {
                long entry = context.tables().entry(pd, 2, KERNEL_STACKS + (long) i * LARGE_PAGE);
                if ((entry & P) != 0) {
                    context.frames().free(entry & ADDRESS);
                }
            }
            context.frames().free(pd);
            context.frames().free(pdpt);
            context.frames().free(userCr3);
        }
        context.frames().free(kernelCr3);
    }

    private void destroyTable(long table, int level, PageVisitor visitor) {
        for (int index = 0; index < 512; index++) {
            long entry = context.memory().load(direct(table) + 8L * index);
            if ((entry & P) == 0) {
                continue;
            }
            if (level == 1) {
                context.origins().setOrigin(table, index, 0);
                context.frames().countMapping(entry & ADDRESS, -1);
                visitor.unmapped(entry & ADDRESS);
            } else {
                destroyTable(entry & ADDRESS, level - 1, visitor);
            }
        }
        if (level == 1) {
            context.origins().release(table);
        }
        context.frames().free(table);
    }

    /** Shows every page of the user half that was mapped through a capability, in the order of addresses. */
    public void forEachOrigin(OriginVisitor visitor) {
        for (int index = 0; index < 256; index++) {
            visitOrigins(context.memory().load(direct(kernelCr3) + 8L * index), 3, (long) index << 39, visitor);
        }
    }

    private void visitOrigins(long entry, int level, long linear, OriginVisitor visitor) {
        long table = entry & ADDRESS;
        if ((entry & P) == 0 || level == 1 && !context.origins().isKept(table)) {
            return;
        }
        for (int index = 0; index < 512; index++) {
            long at = linear + ((long) index << PageTableEntry.shift(level));
            if (level > 1) {
                visitOrigins(context.memory().load(direct(table) + 8L * index), level - 1, at, visitor);
            } else if (context.origins().origin(table, index) != 0) {
                visitor.page(at, context.origins().origin(table, index));
            }
        }
    }
}
