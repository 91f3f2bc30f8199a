package ringspec.kernel.syscall;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.ipc.Message;

/**
 * ipc_send(endpoint, message*). The serial endpoint's receiver is the kernel itself, which takes every message at once; it has no
 * table, so a message to it can't carry capabilities.
 */
final class IpcSend implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        kernel.tables().slot(kernel.currentTable(), arguments.first(), CapabilityType.ENDPOINT, Rights.WRITE);
        Message message = Message.decode(kernel.user().copyIn(arguments.second(), Message.SIZE));
        if (message.capabilities().length > 0) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        kernel.console().send(message.data(), message.data().length);
        return 0;
    }
}
