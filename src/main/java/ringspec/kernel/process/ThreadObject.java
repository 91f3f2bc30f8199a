package ringspec.kernel.process;

import static ringspec.kernel.ObjectLayout.OBJECT_ID;
import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;
import static ringspec.kernel.ObjectLayout.OBJECT_STATE;
import static ringspec.kernel.ObjectLayout.THREAD_FRAME;
import static ringspec.kernel.ObjectLayout.THREAD_NEXT_IN_PROCESS;
import static ringspec.kernel.ObjectLayout.THREAD_PRIORITY;
import static ringspec.kernel.ObjectLayout.THREAD_PROCESS;
import static ringspec.kernel.ObjectLayout.THREAD_STACK_INDEX;
import static ringspec.kernel.ObjectLayout.THREAD_STACK_TOP;

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
}
