package ringspec.kernel.syscall;

import ringspec.kernel.KernelServices;

/** thread_yield(): the next ready thread of equal or higher priority runs; without one the caller goes on. */
final class ThreadYield implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) {
        if (kernel.scheduler().isReady(kernel.currentThread().priority())) {
            kernel.perCpu().requestReschedule();
        }
        return 0;
    }
}
