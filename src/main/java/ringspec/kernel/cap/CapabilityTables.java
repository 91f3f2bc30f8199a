package ringspec.kernel.cap;

import static ringspec.kernel.ObjectLayout.CAPABILITY_LENGTH;
import static ringspec.kernel.ObjectLayout.CAPABILITY_OBJECT;
import static ringspec.kernel.ObjectLayout.CAPABILITY_RIGHTS;
import static ringspec.kernel.ObjectLayout.CAPABILITY_SIZE;
import static ringspec.kernel.ObjectLayout.CAPABILITY_SLOTS;
import static ringspec.kernel.ObjectLayout.CAPABILITY_TYPE;
import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.SyscallFailure;

/** The tables of 64 slots, one for each process. */
public class CapabilityTables {

    private final KernelMemory memory;

    /** Tables in the given memory. */
    public CapabilityTables(KernelMemory memory) {
        this.memory = memory;
    }

    /**
     * The capability in a slot.
     *
     * @param table address of the table
     * @param slot as the caller gave it, all 64 bits
     * @throws SyscallFailure BADSLOT, if the number is out of range or the slot empty
     */
    public Capability slot(long table, long slot) throws SyscallFailure {
        if (slot < 0 || slot >= CAPABILITY_SLOTS) {
            throw new SyscallFailure(ErrorCode.BADSLOT);
        }
        Capability capability = at(table, (int) slot);
        if (capability.type() == null) {
            throw new SyscallFailure(ErrorCode.BADSLOT);
        }
        return capability;
    }

    /**
     * The capability in a slot, of a type and with rights, checked in the contract's order (D39).
     *
     * @throws SyscallFailure BADSLOT, TYPE or RIGHTS
     */
    public Capability slot(long table, long slot, CapabilityType type, int rights) throws SyscallFailure {
        Capability capability = slot(table, slot);
        requireType(capability, type);
        requireRights(capability, rights);
        return capability;
    }

    /** The type check alone, for calls that name several capabilities. */
    public static void requireType(Capability capability, CapabilityType type) throws SyscallFailure {
        if (capability.type() != type) {
            throw new SyscallFailure(ErrorCode.TYPE);
        }
    }

    /** The rights check alone. */
    public static void requireRights(Capability capability, int rights) throws SyscallFailure {
        if ((capability.rights() & rights) != rights) {
            throw new SyscallFailure(ErrorCode.RIGHTS);
        }
    }

    /** A slot, empty or not. */
    public Capability at(long table, int slot) {
        return new Capability(memory, table + (long) slot * CAPABILITY_SIZE);
    }

    /** The table that a capability is in: each has a frame of its own. */
    public long tableOf(Capability capability) {
        return capability.address() & -KernelLayout.PAGE;
    }

    /** The lowest empty slot, or -1. */
    public int lowestFree(long table) {
        for (int slot = 0; slot < CAPABILITY_SLOTS; slot++) {
            if (at(table, slot).type() == null) {
                return slot;
            }
        }
        return -1;
    }

    /** Fills an empty slot with a capability that descends from no other, and counts the reference. */
    public void install(long table, int slot, CapabilityType type, int rights, long object, long length) {
        long address = at(table, slot).address();
        memory.zero(address, CAPABILITY_SIZE);
        memory.store32(address + CAPABILITY_TYPE, type.code());
        memory.store32(address + CAPABILITY_RIGHTS, rights);
        memory.store(address + CAPABILITY_OBJECT, object);
        memory.store(address + CAPABILITY_LENGTH, length);
        memory.add(object + OBJECT_REFERENCES, 1);
    }

    /** Empties a slot without looking at the object. */
    public void clear(Capability capability) {
        memory.zero(capability.address(), CAPABILITY_SIZE);
    }
}
