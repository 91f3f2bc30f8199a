package ringspec.kernel.syscall;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;

/**
 * ipc_notify(endpoint, bits): never blocks; bits that nobody has received yet add up. No bits at all would be no notification.
 */
final class IpcNotify implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability endpoint = kernel.tables().slot(kernel.currentTable(), arguments.first(), CapabilityType.ENDPOINT,
                Rights.WRITE);
        if (arguments.second() == 0) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        kernel.ipc().notify(endpoint, arguments.second());
        return 0;
    }
}
