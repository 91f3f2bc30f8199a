package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.process.ThreadObject;

/**
 * thread_wake(thread): ends its thread_block, or the next one before it begins; starts a thread that was made suspended. What the
 * thread waits for otherwise, it waits for on.
 */
final class ThreadWake implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        ThreadObject thread = ThreadDestroy.living(arguments.first(), kernel);
        kernel.threads().wakeOrLeaveToken(thread);
        return 0;
    }
}
