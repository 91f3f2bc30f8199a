package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;

/**
 * cap_delete(slot): empties it. The last capability to an object ends it, a process included: if it is the caller's own, the call
 * doesn't return.
 */
final class CapDelete implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        kernel.capabilities().remove(kernel.tables().slot(kernel.currentTable(), arguments.first()));
        return 0;
    }
}
