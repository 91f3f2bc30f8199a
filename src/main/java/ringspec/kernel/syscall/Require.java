package ringspec.kernel.syscall;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.process.ProcessObject;

/** Checks that several calls share; each throws the contract's error. */
final class Require {

    private Require() {
    }

    /** An argument that isn't as it must be: INVAL. */
    static void valid(boolean condition) throws SyscallFailure {
        if (!condition) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
    }

    /** The rights that a copy shall have are among its source's: RIGHTS. What isn't a right at all is for later. */
    static void within(Capability source, long rights) throws SyscallFailure {
        CapabilityTables.requireRights(source, (int) rights & Rights.ALL);
    }

    /** Rights, and nothing else, none at all included: INVAL. */
    static void areRights(long rights) throws SyscallFailure {
        valid(rights >= 0 && rights <= Rights.ALL);
    }

    /** The process that a capability is for has not ended: DEAD. */
    static ProcessObject alive(Capability capability, KernelServices kernel) throws SyscallFailure {
        ProcessObject process = new ProcessObject(kernel.memory(), capability.object());
        if (!process.isAlive()) {
            throw new SyscallFailure(ErrorCode.DEAD);
        }
        return process;
    }

    /** The lowest empty slot of a table: FULL. */
    static int freeSlot(long table, KernelServices kernel) throws SyscallFailure {
        int slot = kernel.tables().lowestFree(table);
        if (slot < 0) {
            throw new SyscallFailure(ErrorCode.FULL);
        }
        return slot;
    }

    /** So many frames can be had: NOMEM. */
    static void frames(long count, KernelServices kernel) throws SyscallFailure {
        if (count > kernel.frames().free()) {
            throw new SyscallFailure(ErrorCode.NOMEM);
        }
    }
}
