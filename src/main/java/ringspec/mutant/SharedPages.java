package ringspec.mutant;

import ringspec.kernel.KernelMemory;
import ringspec.kernel.loader.ElfLoader;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.mm.PagePermissions;
import ringspec.kernel.process.ProcessList;
import ringspec.kernel.process.ProcessObject;
import ringspec.paging.PageTableEntry;

/** A loader with a page cache that knows a page by its address alone: the next program gets the page of the one before. */
final class SharedPages extends ElfLoader {

    private final KernelMemory memory;

    SharedPages(KernelMemory memory, FrameAllocator frames) {
        super(memory, frames);
        this.memory = memory;
    }

    @Override
    public void mapFresh(long page, PagePermissions permissions, AddressSpace space) throws OutOfFrames {
        for (ProcessObject process : new ProcessList(memory).alive()) {
            boolean other = process.id() != space.owner() && process.kernelCr3() != 0;
            long leaf = other ? process.space(space.context()).leaf(page) : 0;
            if (leaf != 0 && permissions != PagePermissions.USER_STACK) {
                space.map(page, leaf & PageTableEntry.ADDRESS, permissions);
                return;
            }
        }
        super.mapFresh(page, permissions, space);
    }
}
