package ringspec.kernel.syscall;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.process.ProcessObject;

/** proc_destroy(process): ends it and frees all it had. On the caller itself it doesn't return (D26). */
final class ProcDestroy implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability capability = kernel.tables().slot(kernel.currentTable(), arguments.first(), CapabilityType.PROCESS,
                Rights.WRITE);
        ProcessObject process = new ProcessObject(kernel.memory(), capability.object());
        if (!process.isAlive()) {
            throw new SyscallFailure(ErrorCode.DEAD);
        }
        kernel.processes().destroy(process);
        return 0;
    }
}
