package ringspec.mutant;

import static ringspec.kernel.ObjectLayout.CAPABILITY_RIGHTS;
import static ringspec.kernel.ObjectLayout.CAPABILITY_SLOTS;

import java.util.function.ToLongFunction;
import ringspec.kernel.KernelServices;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.syscall.Arguments;

/** The capabilities that a system call's arguments name. */
final class Slots {

    private Slots() {
    }

    /** The caller's capability in a slot; null if there is none, or one of another type. */
    static Capability find(long slot, CapabilityType type, KernelServices kernel) {
        Capability capability = find(slot, kernel);
        return capability != null && capability.type() == type ? capability : null;
    }

    private static Capability find(long slot, KernelServices kernel) {
        if (slot < 0 || slot >= CAPABILITY_SLOTS) {
            return null;
        }
        Capability capability = kernel.tables().at(kernel.currentTable(), (int) slot);
        return capability.type() == null ? null : capability;
    }

    /** Makes the call as if the capability that an argument names had these rights, too: they aren't looked at. */
    static Variants.Call ignoring(int rights, ToLongFunction<Arguments> slot) {
        return (arguments, kernel, shipped) -> {
            Capability capability = find(slot.applyAsLong(arguments), kernel);
            if (capability == null) {
                return shipped.handle(arguments, kernel);
            }
            int own = capability.rights();
            setRights(capability, own | rights);
            try {
                return shipped.handle(arguments, kernel);
            } finally {
                if (capability.type() != null) {
                    setRights(capability, own);
                }
            }
        };
    }

    /** Gives a capability other rights. */
    static void setRights(Capability capability, int rights) {
        capability.memory().store32(capability.address() + CAPABILITY_RIGHTS, rights);
    }
}
