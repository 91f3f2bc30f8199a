package ringspec.kernel.syscall;

import static ringspec.kernel.ObjectLayout.WAIT_WAKE;

import ringspec.kernel.KernelServices;
import ringspec.kernel.process.ThreadObject;

/**
 * thread_block(): sleeps until woken; returns at once if the wake came first (D35).
 */
final class ThreadBlock implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) {
        ThreadObject thread = kernel.currentThread();
        if (!kernel.threads().takeWakeToken(thread)) {
            kernel.threads().block(thread, WAIT_WAKE);
        }
        return 0;
    }
}
