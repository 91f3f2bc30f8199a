package ringspec.mutant;

import static ringspec.kernel.KernelLayout.PAGE;

import ringspec.elf.ElfImage;
import ringspec.elf.Segment;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.loader.ElfLoader;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.mm.PagePermissions;

/** A loader that forgets to zero the last page of .bss. */
final class CarelessBss extends ElfLoader {

    private final ElfLoader careless;
    private ElfImage image;

    CarelessBss(KernelMemory memory, FrameAllocator frames) {
        super(memory, frames);
        this.careless = new ElfLoader(memory, new CarelessFrames(memory, 0));
    }

    @Override
    public Loaded load(ElfImage loaded, long stackTop, AddressSpace space) throws OutOfFrames {
        image = loaded;
        return super.load(loaded, stackTop, space);
    }

    @Override
    public void mapFresh(long page, PagePermissions permissions, AddressSpace space) throws OutOfFrames {
        if (image.segments().stream().anyMatch(segment -> endsWithBss(segment, page))) {
            careless.mapFresh(page, permissions, space);
        } else {
            super.mapFresh(page, permissions, space);
        }
    }

    private static boolean endsWithBss(Segment segment, long page) {
        return segment.memorySize() > segment.fileSize() && page == segment.pagesEnd() - PAGE;
    }
}
