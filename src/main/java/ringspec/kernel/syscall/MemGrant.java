package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.process.ProcessObject;

/**
 * mem_grant(memory, process, rights, offset, length): gives another process a capability for some of the same pages; returns its
 * slot there. Nothing is copied and nothing is drawn, so that only the table can be full.
 */
final class MemGrant implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        long table = kernel.currentTable();
        Capability memory = kernel.tables().slot(table, arguments.first());
        Capability process = kernel.tables().slot(table, arguments.second());
        long rights = arguments.third();
        CapabilityTables.requireType(memory, CapabilityType.MEMORY);
        CapabilityTables.requireType(process, CapabilityType.PROCESS);
        CapabilityTables.requireRights(memory, Rights.GRANT);
        Require.within(memory, rights);
        CapabilityTables.requireRights(process, Rights.WRITE);
        Require.areRights(rights);
        MemoryPart part = MemoryPart.of(memory, arguments.fourth(), arguments.fifth(), kernel);
        ProcessObject target = Require.alive(process, kernel);
        int slot = Require.freeSlot(target.capabilities(), kernel);
        part.restrict(kernel.derivations().derive(memory, target.capabilities(), slot, (int) rights));
        return slot;
    }
}
