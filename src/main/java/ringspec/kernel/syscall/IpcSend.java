package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;

/**
 * ipc_send(endpoint, message*): blocks until a receiver has taken the message. The kernel's own serial service takes it at once.
 */
final class IpcSend implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability endpoint = kernel.tables().slot(kernel.currentTable(), arguments.first(), CapabilityType.ENDPOINT,
                Rights.WRITE);
        kernel.ipc().send(kernel.currentThread(), endpoint, arguments.second());
        return 0;
    }
}
