package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;

/** What a system call does. */
@FunctionalInterface
public interface SyscallHandler {

    /**
     * Checks and acts for the current thread.
     *
     * @param arguments as the caller gave them
     * @param kernel the machine's kernel
     * @return the result, 0 or positive
     * @throws SyscallFailure having changed nothing
     */
    long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure;
}
