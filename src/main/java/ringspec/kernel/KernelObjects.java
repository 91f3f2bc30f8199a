package ringspec.kernel;

import static ringspec.kernel.ObjectLayout.GLOBALS_NEXT_OBJECT_ID;
import static ringspec.kernel.ObjectLayout.OBJECT_ID;
import static ringspec.kernel.ObjectLayout.OBJECT_TYPE;

import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;

/** What all kernel objects have in common: a frame of their own, a type, a number. */
public final class KernelObjects {

    private static final long GLOBALS = KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL);

    private final KernelMemory memory;
    private final FrameAllocator frames;

    /** The objects of one machine. */
    public KernelObjects(KernelMemory memory, FrameAllocator frames) {
        this.memory = memory;
        this.frames = frames;
    }

    /**
     * Makes an object, zero but for type and number.
     *
     * @param owner process id that its frame is entered for
     * @return its address
     * @throws OutOfFrames if there is no frame for it
     */
    public long create(CapabilityType type, long owner) throws OutOfFrames {
        long object = KernelLayout.direct(frames.allocate(FrameKind.KERNEL_OBJECT, owner));
        initialise(object, type);
        return object;
    }

    /** Gives an object in a frame that is not the allocator's its type and number. */
    public void initialise(long object, CapabilityType type) {
        memory.store(object + OBJECT_TYPE, type.code());
        memory.store(object + OBJECT_ID, memory.add(GLOBALS + GLOBALS_NEXT_OBJECT_ID, 1));
    }

    /** Gives an object's frame back. */
    public void free(long object) {
        frames.free(KernelLayout.physical(object));
    }
}
