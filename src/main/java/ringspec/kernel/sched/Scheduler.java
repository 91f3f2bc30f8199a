package ringspec.kernel.sched;

import static ringspec.kernel.ObjectLayout.GLOBALS_READY_QUEUES;
import static ringspec.kernel.ObjectLayout.GLOBALS_TIME_SLICE;
import static ringspec.kernel.ObjectLayout.PRIORITIES;
import static ringspec.kernel.ObjectLayout.PROCESS_PORTS_CAPABILITY;
import static ringspec.kernel.ObjectLayout.READY_QUEUE_STRIDE;
import static ringspec.kernel.ObjectLayout.THREAD_STATE_READY;
import static ringspec.kernel.ObjectLayout.THREAD_STATE_RUNNING;

import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.PerCpu;
import ringspec.kernel.irq.InterruptController;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;
import ringspec.kernel.process.ThreadQueue;

/**
 * Four priorities, 0 first; round robin within each. The timer runs only while the running thread has peers that are ready, so
 * that a thread alone in its priority is never disturbed.
 */
public class Scheduler {

    private static final long GLOBALS = KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL);

    private final KernelMemory memory;
    private final PerCpu perCpu;
    private final InterruptController controller;

    /** The scheduler whose queues lie in the given memory. */
    public Scheduler(KernelMemory memory, PerCpu perCpu, InterruptController controller) {
        this.memory = memory;
        this.perCpu = perCpu;
        this.controller = controller;
    }

    /** How many instructions a thread may run while others of its priority are ready. */
    public void setTimeSlice(long instructions) {
        memory.store(GLOBALS + GLOBALS_TIME_SLICE, instructions);
    }

    /** Puts a thread at the tail of its priority. A more urgent one than the running thread has the processor next. */
    public void makeReady(ThreadObject thread) {
        thread.setState(THREAD_STATE_READY);
        queue(thread.priority()).addLast(thread);
        ThreadObject running = running();
        if (running == null) {
            return;
        }
        if (thread.priority() < running.priority()) {
            perCpu.requestPreemption();
        } else if (thread.priority() == running.priority() && !perCpu.isTimerArmed()) {
            startSlice();
        }
    }

    /** Takes a ready thread out of its queue. */
    public void remove(ThreadObject thread) {
        queue(thread.priority()).remove(thread);
    }

    /** Whether a thread of a priority, or of a more urgent one, waits for the processor. */
    public boolean isReady(int priority) {
        for (int i = 0; i <= priority; i++) {
            if (!queue(i).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The timer's interrupt: the running thread's time slice is over, if it was still that slice. */
    public void timerExpired() {
        // A slice that was begun anew after the interrupt had been requested still has time left.
        if (!perCpu.isTimerArmed() || controller.timerRemaining() != 0) {
            return;
        }
        perCpu.setTimerArmed(false);
        ThreadObject running = running();
        if (running != null && isReady(running.priority())) {
            perCpu.requestReschedule();
        }
    }

    /**
     * Chooses who runs: a thread that still could is queued with its peers first. Makes per-CPU page and TSS ready for it.
     *
     * @return the thread's address, or 0 if none is ready
     */
    public long schedule() {
        boolean preempted = perCpu.takeReschedule();
        ThreadObject running = running();
        if (running != null) {
            running.setState(THREAD_STATE_READY);
            if (preempted) {
                queue(running.priority()).addFirst(running);
            } else {
                queue(running.priority()).addLast(running);
            }
        }
        for (int priority = 0; priority < PRIORITIES; priority++) {
            ThreadQueue queue = queue(priority);
            if (!queue.isEmpty()) {
                ThreadObject next = new ThreadObject(memory, queue.first());
                queue.remove(next);
                dispatch(next, !queue.isEmpty());
                return next.address();
            }
        }
        stopTimer();
        perCpu.setNoThread();
        return 0;
    }

    private void dispatch(ThreadObject next, boolean hasPeers) {
        next.setState(THREAD_STATE_RUNNING);
        ProcessObject process = next.process();
        perCpu.setThread(next.address(), next.stackTop(), process.kernelCr3(), process.userCr3());
        perCpu.setPortsOpen(KernelLayout.SERIAL_PORT, memory.load(process.address() + PROCESS_PORTS_CAPABILITY) != 0);
        if (hasPeers) {
            startSlice();
        } else {
            stopTimer();
        }
    }

    private void startSlice() {
        perCpu.setTimerArmed(true);
        controller.startTimer(memory.load(GLOBALS + GLOBALS_TIME_SLICE));
    }

    private void stopTimer() {
        if (perCpu.isTimerArmed()) {
            perCpu.setTimerArmed(false);
            controller.startTimer(0);
        }
    }

    /** The thread that has the processor and could go on; null if there is none. */
    private ThreadObject running() {
        long current = perCpu.currentThread();
        ThreadObject thread = current == 0 ? null : new ThreadObject(memory, current);
        return thread != null && thread.state() == THREAD_STATE_RUNNING ? thread : null;
    }

    private ThreadQueue queue(int priority) {
        return new ThreadQueue(memory, GLOBALS + GLOBALS_READY_QUEUES + (long) priority * READY_QUEUE_STRIDE);
    }
}
