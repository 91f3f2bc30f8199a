package ringspec.subject;

import ringspec.kernel.cap.CapabilityType;

/**
 * A slot of a process's capability table, as it lies in memory.
 *
 * @param type empty slot: null
 * @param rights READ 1, WRITE 2, EXECUTE 4, GRANT 8, REVOKE 16
 * @param object address of the object's structure
 */
public record CapabilityView(CapabilityType type, int rights, long object) {

    /** True if the slot holds nothing. */
    public boolean isEmpty() {
        return type == null;
    }

    @Override
    public String toString() {
        return isEmpty() ? "nothing" : "%s with rights %d, object at 0x%x".formatted(type, rights, object);
    }
}
