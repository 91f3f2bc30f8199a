package ringspec.kernel.syscall;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;

/**
 * irq_bind(interrupt, endpoint, bits): the line's next interrupt notifies the endpoint; then the line stays masked until it is bound
 * to the same endpoint again. With WRITE on the Interrupt, the caller may use the device's ports from now on.
 */
final class IrqBind implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        long table = kernel.currentTable();
        Capability interrupt = kernel.tables().slot(table, arguments.first());
        Capability endpoint = kernel.tables().slot(table, arguments.second());
        CapabilityTables.requireType(interrupt, CapabilityType.INTERRUPT);
        CapabilityTables.requireType(endpoint, CapabilityType.ENDPOINT);
        CapabilityTables.requireRights(interrupt, Rights.READ);
        CapabilityTables.requireRights(endpoint, Rights.WRITE);
        if (arguments.third() == 0) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        kernel.interrupts().bind(interrupt, endpoint, arguments.third(), kernel.currentProcess());
        return 0;
    }
}
