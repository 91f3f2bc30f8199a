package ringspec.kernel.process;

import static ringspec.kernel.ObjectLayout.THREAD_QUEUE_NEXT;

import ringspec.kernel.KernelMemory;

/**
 * A queue of threads, linked through their structures: a thread is in one queue at most.
 *
 * @param memory where it lies
 * @param address of its head, which its tail follows; 0 in both means empty
 */
public record ThreadQueue(KernelMemory memory, long address) {

    private static final int TAIL = 8;

    /** Address of the first thread, 0 if there is none. */
    public long first() {
        return memory.load(address);
    }

    /** Whether nobody is in it. */
    public boolean isEmpty() {
        return first() == 0;
    }

    /** Puts a thread behind the others. */
    public void addLast(ThreadObject thread) {
        long tail = memory.load(address + TAIL);
        memory.store(thread.address() + THREAD_QUEUE_NEXT, 0);
        memory.store(tail == 0 ? address : tail + THREAD_QUEUE_NEXT, thread.address());
        memory.store(address + TAIL, thread.address());
    }

    /** Puts a thread before the others. */
    public void addFirst(ThreadObject thread) {
        long head = first();
        memory.store(thread.address() + THREAD_QUEUE_NEXT, head);
        memory.store(address, thread.address());
        if (head == 0) {
            memory.store(address + TAIL, thread.address());
        }
    }

    /** Takes a thread out, wherever in the queue it is. */
    public void remove(ThreadObject thread) {
        long before = 0;
        for (long at = first(); at != 0; at = after(at)) {
            if (at == thread.address()) {
                memory.store(before == 0 ? address : before + THREAD_QUEUE_NEXT, after(at));
                if (after(at) == 0) {
                    memory.store(address + TAIL, before);
                }
                memory.store(at + THREAD_QUEUE_NEXT, 0);
                return;
            }
            before = at;
        }
    }

    /** Address of the thread behind another one, 0 after the last. */
    public long after(long thread) {
        return memory.load(thread + THREAD_QUEUE_NEXT);
    }
}
