package ringspec.kernel.ipc;

import static ringspec.kernel.ObjectLayout.ENDPOINT_KIND;
import static ringspec.kernel.ObjectLayout.ENDPOINT_KIND_SERIAL;
import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;

import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelObjects;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.ObjectKeeper;

/** The life of endpoints, interrupts and replies: each ends with its last capability. */
public final class IpcObjects implements ObjectKeeper {

    private final KernelMemory memory;
    private final KernelObjects objects;

    /** The objects of one machine. */
    public IpcObjects(KernelMemory memory, KernelObjects objects) {
        this.memory = memory;
        this.objects = objects;
    }

    @Override
    public void leaving(Capability capability) {
    }

    @Override
    public void dropReference(CapabilityType type, long object) {
        boolean last = memory.add(object + OBJECT_REFERENCES, -1) == 0;
        // The kernel's own serial endpoint has no frame of the allocator's.
        boolean serial = type == CapabilityType.ENDPOINT && memory.load(object + ENDPOINT_KIND) == ENDPOINT_KIND_SERIAL;
        if (last && !serial) {
            objects.free(object);
        }
    }
}
