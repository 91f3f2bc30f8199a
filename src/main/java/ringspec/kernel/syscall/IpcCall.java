package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;

/**
 * ipc_call(endpoint, message*): sends, and blocks until the answer is in the same structure.
 */
final class IpcCall implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability endpoint = kernel.tables().slot(kernel.currentTable(), arguments.first(), CapabilityType.ENDPOINT,
                Rights.WRITE);
        kernel.ipc().call(kernel.currentThread(), endpoint, arguments.second());
        return 0;
    }
}
