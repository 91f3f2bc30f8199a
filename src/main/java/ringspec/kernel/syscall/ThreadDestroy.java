package ringspec.kernel.syscall;

import static ringspec.kernel.ObjectLayout.THREAD_STATE_DEAD;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;

/** thread_destroy(thread or -1 for itself): the last thread's end ends the process. On itself it doesn't return (D26). */
final class ThreadDestroy implements SyscallHandler {

    private static final long ITSELF = -1;

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        ThreadObject thread = target(arguments.first(), kernel);
        ProcessObject process = thread.process();
        kernel.processes().destroyThread(thread);
        if (process.isAlive()) {
            kernel.endings().threadEnded(process);
        }
        return 0;
    }

    private static ThreadObject target(long argument, KernelServices kernel) throws SyscallFailure {
        return argument == ITSELF ? kernel.currentThread() : living(argument, kernel);
    }

    /** The thread that a slot names, with WRITE, if it has not ended. */
    static ThreadObject living(long argument, KernelServices kernel) throws SyscallFailure {
        Capability capability = kernel.tables().slot(kernel.currentTable(), argument, CapabilityType.THREAD,
                Rights.WRITE);
        ThreadObject thread = new ThreadObject(kernel.memory(), capability.object());
        if (thread.state() >= THREAD_STATE_DEAD) {
            throw new SyscallFailure(ErrorCode.DEAD);
        }
        return thread;
    }
}
