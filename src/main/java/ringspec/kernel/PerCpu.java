package ringspec.kernel;

import static ringspec.kernel.KernelLayout.PERCPU_CURRENT_THREAD;
import static ringspec.kernel.KernelLayout.PERCPU_IDLE_CR3;
import static ringspec.kernel.KernelLayout.PERCPU_KERNEL_CR3;
import static ringspec.kernel.KernelLayout.PERCPU_KERNEL_STACK;
import static ringspec.kernel.KernelLayout.PERCPU_RESCHEDULE;
import static ringspec.kernel.KernelLayout.PERCPU_TIMER_ARMED;
import static ringspec.kernel.KernelLayout.PERCPU_USER_CR3;
import static ringspec.kernel.KernelLayout.RESCHEDULE_PREEMPTED;
import static ringspec.kernel.KernelLayout.RESCHEDULE_TURN_OVER;
import static ringspec.kernel.KernelLayout.TSS_IO_BITMAP;
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

    /** No thread runs: an NMI loads the kernel's own page tables, for those of the last process may be gone by then. */
    public void setNoThread() {
        memory.store(PAGE + PERCPU_CURRENT_THREAD, 0);
        memory.store(PAGE + PERCPU_KERNEL_CR3, memory.load(PAGE + PERCPU_IDLE_CR3));
    }

    /** What the entry and exit paths need of the thread that runs next. */
    public void setThread(long thread, long stackTop, long kernelCr3, long userCr3) {
        memory.store(PAGE + PERCPU_CURRENT_THREAD, thread);
        memory.store(PAGE + PERCPU_KERNEL_STACK, stackTop);
        memory.store(TSS + TSS_RSP0, stackTop);
        memory.store(PAGE + PERCPU_KERNEL_CR3, kernelCr3);
        memory.store(PAGE + PERCPU_USER_CR3, userCr3);
    }

    /** Asks the way out of the kernel to go through the scheduler: the running thread goes behind its peers. */
    public void requestReschedule() {
        memory.store(PAGE + PERCPU_RESCHEDULE, RESCHEDULE_TURN_OVER);
    }

    /** A more urgent thread is ready: the running one keeps its place before its peers. */
    public void requestPreemption() {
        if (memory.load(PAGE + PERCPU_RESCHEDULE) == 0) {
            memory.store(PAGE + PERCPU_RESCHEDULE, RESCHEDULE_PREEMPTED);
        }
    }

    /** The scheduler was asked; returns whether for a more urgent thread only. */
    public boolean takeReschedule() {
        boolean preempted = memory.load(PAGE + PERCPU_RESCHEDULE) == RESCHEDULE_PREEMPTED;
        memory.store(PAGE + PERCPU_RESCHEDULE, 0);
        return preempted;
    }

    /** Whether the timer runs for a time slice. */
    public boolean isTimerArmed() {
        return memory.load(PAGE + PERCPU_TIMER_ARMED) != 0;
    }

    /** Notes whether the timer runs. */
    public void setTimerArmed(boolean armed) {
        memory.store(PAGE + PERCPU_TIMER_ARMED, armed ? 1 : 0);
    }

    /** Opens or closes ports to ring 3, eight from a multiple of 8 on: their byte of the TSS's I/O permission bitmap. */
    public void setPortsOpen(int firstPort, boolean open) {
        memory.store8(TSS + TSS_IO_BITMAP + firstPort / 8, open ? 0 : 0xFF);
    }

    /** Adds one to a counter of the page. */
    public void count(int offset) {
        memory.add(PAGE + offset, 1);
    }
}
