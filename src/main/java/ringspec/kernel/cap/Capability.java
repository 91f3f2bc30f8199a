package ringspec.kernel.cap;

import static ringspec.kernel.ObjectLayout.CAPABILITY_BADGE;
import static ringspec.kernel.ObjectLayout.CAPABILITY_LENGTH;
import static ringspec.kernel.ObjectLayout.CAPABILITY_MAPPINGS;
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

    /** Of an Endpoint: its badge; 0 for other types. */
    public long badge() {
        return type() == CapabilityType.ENDPOINT ? memory.load(address + CAPABILITY_BADGE) : 0;
    }

    /** Of a Memory: how many page-table entries map a page through it, or through one below it that is gone. */
    public long mappings() {
        return type() == CapabilityType.MEMORY ? memory.load(address + CAPABILITY_MAPPINGS) : 0;
    }

    /** Says for which part of a Memory it is, in bytes. */
    public void setPart(long offset, long length) {
        memory.store(address + CAPABILITY_OFFSET, offset);
        memory.store(address + CAPABILITY_LENGTH, length);
    }

    /** Gives an Endpoint's capability a badge. */
    public void setBadge(long badge) {
        memory.store(address + CAPABILITY_BADGE, badge);
    }
}
