package ringspec.kernel.cap;

import static ringspec.kernel.ObjectLayout.CAPABILITY_BADGE;
import static ringspec.kernel.ObjectLayout.CAPABILITY_LENGTH;
import static ringspec.kernel.ObjectLayout.CAPABILITY_OBJECT;
import static ringspec.kernel.ObjectLayout.CAPABILITY_OFFSET;
import static ringspec.kernel.ObjectLayout.CAPABILITY_RIGHTS;
import static ringspec.kernel.ObjectLayout.CAPABILITY_TYPE;

import ringspec.kernel.KernelMemory;

/**
 * A slot of a capability table.
 *
 * @param memory where it lies
 * @param address of its first byte
 */
public record Capability(KernelMemory memory, long address) {

    /** Type, or null for an empty slot. */
    public CapabilityType type() {
        return CapabilityType.of(memory.load32(address + CAPABILITY_TYPE));
    }

    /** See {@link Rights}. */
    public int rights() {
        return memory.load32(address + CAPABILITY_RIGHTS);
    }

    /** Address of the object. */
    public long object() {
        return memory.load(address + CAPABILITY_OBJECT);
    }

    /** Of a Memory: where its part begins, in bytes. */
    public long offset() {
        return memory.load(address + CAPABILITY_OFFSET);
    }

    /** Of a Memory: bytes of its part. */
    public long length() {
        return memory.load(address + CAPABILITY_LENGTH);
    }

    /** Of an Endpoint: its badge. */
    public long badge() {
        return memory.load(address + CAPABILITY_BADGE);
    }
}
