package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.process.ProcessObject;

/** cap_transfer(slot, process, rights): a copy with fewer or equal rights, as a child (D28); returns its slot there. */
final class CapTransfer implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        long table = kernel.currentTable();
        Capability source = kernel.tables().slot(table, arguments.first());
        Capability process = kernel.tables().slot(table, arguments.second());
        long rights = arguments.third();
        CapabilityTables.requireType(process, CapabilityType.PROCESS);
        CapabilityTables.requireRights(source, Rights.GRANT);
        Require.within(source, rights);
        CapabilityTables.requireRights(process, Rights.WRITE);
        Require.areRights(rights);
        ProcessObject target = Require.alive(process, kernel);
        int slot = Require.freeSlot(target.capabilities(), kernel);
        kernel.derivations().derive(source, target.capabilities(), slot, (int) rights);
        return slot;
    }
}
