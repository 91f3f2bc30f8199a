package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;

/**
 * ipc_recv(endpoint, message*): blocks until a message (0) or notification bits (1) arrive. The whole structure is written, with
 * zeroes where the message has nothing.
 */
final class IpcRecv implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability endpoint = kernel.tables().slot(kernel.currentTable(), arguments.first(), CapabilityType.ENDPOINT,
                Rights.READ);
        return kernel.ipc().receive(kernel.currentThread(), endpoint, arguments.second());
    }
}
