package ringspec.kernel.syscall;

import static ringspec.kernel.KernelLayout.PAGE;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.mm.OutOfFrames;

/** mem_alloc(memory, length, rights): draws zeroed pages from a budget; returns the slot of the new Memory. */
final class MemAlloc implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        long table = kernel.currentTable();
        long length = arguments.second();
        long rights = arguments.third();
        Capability budget = kernel.tables().slot(table, arguments.first(), CapabilityType.MEMORY, Rights.WRITE);
        CapabilityTables.requireRights(budget, (int) rights & Rights.ALL);
        if (rights <= 0 || rights > Rights.ALL || length <= 0 || length % PAGE != 0
                || !kernel.memories().isBudget(budget.object())) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        int slot = kernel.tables().lowestFree(table);
        if (slot < 0) {
            throw new SyscallFailure(ErrorCode.FULL);
        }
        try {
            long object = kernel.memories().draw(budget.object(), length, kernel.currentProcess().id());
            kernel.tables().install(table, slot, CapabilityType.MEMORY, (int) rights, object, length);
        } catch (OutOfFrames e) {
            throw new SyscallFailure(ErrorCode.NOMEM);
        }
        return slot;
    }
}
