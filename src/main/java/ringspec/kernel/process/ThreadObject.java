package ringspec.kernel.process;

import static ringspec.kernel.ObjectLayout.OBJECT_ID;
import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;
import static ringspec.kernel.ObjectLayout.OBJECT_STATE;
import static ringspec.kernel.ObjectLayout.THREAD_BUFFER;
import static ringspec.kernel.ObjectLayout.THREAD_FRAME;
import static ringspec.kernel.ObjectLayout.THREAD_NEXT_IN_PROCESS;
import static ringspec.kernel.ObjectLayout.THREAD_PRIORITY;
import static ringspec.kernel.ObjectLayout.THREAD_PROCESS;
import static ringspec.kernel.ObjectLayout.THREAD_REPLY;
import static ringspec.kernel.ObjectLayout.THREAD_STACK_INDEX;
import static ringspec.kernel.ObjectLayout.THREAD_STACK_TOP;
import static ringspec.kernel.ObjectLayout.THREAD_STATE_BLOCKED;
import static ringspec.kernel.ObjectLayout.THREAD_WAIT;
import static ringspec.kernel.ObjectLayout.THREAD_WAIT_CAPABILITY;
import static ringspec.kernel.ObjectLayout.THREAD_WAIT_ENDPOINT;

import java.util.Arrays;
import ringspec.kernel.KernelMemory;

/**
 * A view of a thread structure.
 *
 * @param memory where it lies
 * @param address of its first byte
 */
public record ThreadObject(KernelMemory memory, long address) {

    /** Number, from 1. */
    public long id() {
        return memory.load(address + OBJECT_ID);
    }

    /** The process that it belongs to. */
    public ProcessObject process() {
        return new ProcessObject(memory, memory.load(address + THREAD_PROCESS));
    }

    /** One of the THREAD_STATE_ values. */
    public long state() {
        return memory.load(address + OBJECT_STATE);
    }

    /** Changes the state. */
    public void setState(long state) {
        memory.store(address + OBJECT_STATE, state);
    }

    /** 0 (most urgent) to 3. */
    public int priority() {
        return (int) memory.load(address + THREAD_PRIORITY);
    }

    /** RSP0 while it runs. */
    public long stackTop() {
        return memory.load(address + THREAD_STACK_TOP);
    }

    /** Number of its kernel stack. */
    public int stackIndex() {
        return (int) memory.load(address + THREAD_STACK_INDEX);
    }

    /** Address of its save area on its kernel stack. */
    public long frame() {
        return memory.load(address + THREAD_FRAME);
    }

    /** Address of the next thread of the process, or 0. */
    public long nextInProcess() {
        return memory.load(address + THREAD_NEXT_IN_PROCESS);
    }

    /** How many capabilities refer to it. */
    public long references() {
        return memory.load(address + OBJECT_REFERENCES);
    }

    /** What it waits for, one of the WAIT_ values; counts while it is blocked. */
    public int waitsFor() {
        return (int) memory.load(address + THREAD_WAIT);
    }

    /** Whether it is blocked, and for one of these reasons. */
    public boolean isBlockedFor(int... reasons) {
        return state() == THREAD_STATE_BLOCKED && Arrays.stream(reasons).anyMatch(reason -> reason == waitsFor());
    }

    /** The endpoint in one of whose queues it waits. */
    public long waitEndpoint() {
        return memory.load(address + THREAD_WAIT_ENDPOINT);
    }

    /** Address of the capability through which it waits. */
    public long waitCapability() {
        return memory.load(address + THREAD_WAIT_CAPABILITY);
    }

    /** User address of the message structure that it waits to have filled. */
    public long buffer() {
        return memory.load(address + THREAD_BUFFER);
    }

    /** Address of the Reply capability that answers it. */
    public long reply() {
        return memory.load(address + THREAD_REPLY);
    }
}
