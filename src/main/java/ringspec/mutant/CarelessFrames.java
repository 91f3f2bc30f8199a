package ringspec.mutant;

import ringspec.kernel.KernelMemory;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;

/** A frame allocator that hands frames to ring 3 as their last owner left them, but for their first bytes. */
final class CarelessFrames extends FrameAllocator {

    private final FrameAllocator notZeroing;

    /**
     * The allocator whose state lies in the given memory.
     *
     * @param zeroed bytes at the beginning of each frame that are zeroed after all
     */
    CarelessFrames(KernelMemory memory, long zeroed) {
        super(memory);
        // All its state lies in memory: the two are one.
        this.notZeroing = new FrameAllocator(new PassingMemory(memory) {
            @Override
            public void zero(long address, long length) {
                super.zero(address, zeroed);
            }
        });
    }

    @Override
    public long allocate(FrameKind kind, long owner, long object) throws OutOfFrames {
        return kind == FrameKind.USER ? notZeroing.allocate(kind, owner, object)
                : super.allocate(kind, owner, object);
    }
}
