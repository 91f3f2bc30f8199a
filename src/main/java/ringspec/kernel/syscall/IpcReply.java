package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;

/**
 * ipc_reply(reply, message*): answers the caller and uses the Reply up; never blocks. A Reply whose caller has ended gives DEAD and
 * stays, to be deleted.
 */
final class IpcReply implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability reply = kernel.tables().slot(kernel.currentTable(), arguments.first(), CapabilityType.REPLY,
                Rights.WRITE);
        kernel.ipc().reply(kernel.currentThread(), reply, arguments.second());
        kernel.capabilities().remove(reply);
        return 0;
    }
}
