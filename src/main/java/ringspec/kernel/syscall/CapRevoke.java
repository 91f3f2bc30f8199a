package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.Rights;

/** cap_revoke(slot): removes all that descends from it, everywhere (D30); the capability itself stays. */
final class CapRevoke implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability capability = kernel.tables().slot(kernel.currentTable(), arguments.first());
        CapabilityTables.requireRights(capability, Rights.REVOKE);
        kernel.capabilities().revoke(capability);
        return 0;
    }
}
