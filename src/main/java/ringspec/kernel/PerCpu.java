package ringspec.kernel;

import static ringspec.kernel.KernelLayout.PERCPU_CURRENT_THREAD;
import static ringspec.kernel.KernelLayout.PERCPU_KERNEL_CR3;
import static ringspec.kernel.KernelLayout.PERCPU_KERNEL_STACK;
import static ringspec.kernel.KernelLayout.PERCPU_RESCHEDULE;
import static ringspec.kernel.KernelLayout.PERCPU_USER_CR3;
import static ringspec.kernel.KernelLayout.TSS_RSP0;

/** The per-CPU page and the TSS, which must always name the same kernel stack (D07). */
public final class PerCpu {

    private static final long PAGE = KernelLayout.direct(KernelLayout.PERCPU_PHYSICAL);
    private static final long TSS = KernelLayout.direct(KernelLayout.TSS_PHYSICAL);

    private final KernelMemory memory;

    /** The one processor's area (D41). */
    public PerCpu(KernelMemory memory) {
        this.memory = memory;
    }

    /** Address of the thread that runs or ran last, 0 if none. */
    public long currentThread() {
        return memory.load(PAGE + PERCPU_CURRENT_THREAD);
    }

    /** No thread runs. */
    public void setNoThread() {
        memory.store(PAGE + PERCPU_CURRENT_THREAD, 0);
    }

    /** What the entry and exit paths need of the thread that runs next. */
    public void setThread(long thread, long stackTop, long kernelCr3, long userCr3) {
        memory.store(PAGE + PERCPU_CURRENT_THREAD, thread);
        memory.store(PAGE + PERCPU_KERNEL_STACK, stackTop);
        memory.store(TSS + TSS_RSP0, stackTop);
        memory.store(PAGE + PERCPU_KERNEL_CR3, kernelCr3);
        memory.store(PAGE + PERCPU_USER_CR3, userCr3);
    }

    /** Asks the way out of the kernel to go through the scheduler. */
    public void requestReschedule() {
        memory.store(PAGE + PERCPU_RESCHEDULE, 1);
    }

    /** The scheduler was asked. */
    public void clearReschedule() {
        memory.store(PAGE + PERCPU_RESCHEDULE, 0);
    }

    /** Adds one to a counter of the page. */
    public void count(int offset) {
        memory.add(PAGE + offset, 1);
    }
}
