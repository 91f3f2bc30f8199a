package ringspec.kernel.sched;

import static ringspec.kernel.ObjectLayout.GLOBALS_READY_QUEUES;
import static ringspec.kernel.ObjectLayout.PRIORITIES;
import static ringspec.kernel.ObjectLayout.READY_QUEUE_STRIDE;
import static ringspec.kernel.ObjectLayout.THREAD_QUEUE_NEXT;
import static ringspec.kernel.ObjectLayout.THREAD_STATE_READY;
import static ringspec.kernel.ObjectLayout.THREAD_STATE_RUNNING;

import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.PerCpu;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;

/** Four priorities, 0 first; first in, first out within each. */
public final class Scheduler {

    private static final int TAIL = 8;

    private final KernelMemory memory;
    private final PerCpu perCpu;

    /** The scheduler whose queues lie in the given memory. */
    public Scheduler(KernelMemory memory, PerCpu perCpu) {
        this.memory = memory;
        this.perCpu = perCpu;
    }

    /** Puts a thread at the tail of its priority. */
    public void makeReady(ThreadObject thread) {
        thread.setState(THREAD_STATE_READY);
        long queue = queue(thread.priority());
        long tail = memory.load(queue + TAIL);
        memory.store(thread.address() + THREAD_QUEUE_NEXT, 0);
        memory.store(tail == 0 ? queue : tail + THREAD_QUEUE_NEXT, thread.address());
        memory.store(queue + TAIL, thread.address());
    }

    /** Takes a ready thread out of its queue. */
    public void remove(ThreadObject thread) {
        long queue = queue(thread.priority());
        long before = 0;
        for (long at = memory.load(queue); at != 0; at = memory.load(at + THREAD_QUEUE_NEXT)) {
            if (at == thread.address()) {
                long next = memory.load(at + THREAD_QUEUE_NEXT);
                memory.store(before == 0 ? queue : before + THREAD_QUEUE_NEXT, next);
                if (next == 0) {
                    memory.store(queue + TAIL, before);
                }
                return;
            }
            before = at;
        }
    }

    /** Whether a thread of a priority, or of a more urgent one, waits for the processor. */
    public boolean isReady(int priority) {
        for (int i = 0; i <= priority; i++) {
            if (memory.load(queue(i)) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Chooses who runs: a thread that still could is queued behind its peers first. Makes per-CPU page and TSS ready for it.
     *
     * @return the thread's address, or 0 if none is ready
     */
    public long schedule() {
        perCpu.clearReschedule();
        long current = perCpu.currentThread();
        if (current != 0) {
            ThreadObject thread = new ThreadObject(memory, current);
            if (thread.state() == THREAD_STATE_RUNNING) {
                makeReady(thread);
            }
        }
        for (int priority = 0; priority < PRIORITIES; priority++) {
            long head = memory.load(queue(priority));
            if (head != 0) {
                ThreadObject next = new ThreadObject(memory, head);
                remove(next);
                next.setState(THREAD_STATE_RUNNING);
                ProcessObject process = next.process();
                perCpu.setThread(head, next.stackTop(), process.kernelCr3(), process.userCr3());
                return head;
            }
        }
        perCpu.setNoThread();
        return 0;
    }

    private static long queue(int priority) {
        return KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL) + GLOBALS_READY_QUEUES
                + (long) priority * READY_QUEUE_STRIDE;
    }
}
