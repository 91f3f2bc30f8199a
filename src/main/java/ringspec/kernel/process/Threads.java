package ringspec.kernel.process;

import static ringspec.kernel.KernelLayout.FRAME_CS;
import static ringspec.kernel.KernelLayout.FRAME_RAX;
import static ringspec.kernel.KernelLayout.FRAME_RDI;
import static ringspec.kernel.KernelLayout.FRAME_RFLAGS;
import static ringspec.kernel.KernelLayout.FRAME_RIP;
import static ringspec.kernel.KernelLayout.FRAME_RSP;
import static ringspec.kernel.KernelLayout.FRAME_SIZE;
import static ringspec.kernel.KernelLayout.FRAME_SS;
import static ringspec.kernel.KernelLayout.FRAME_VECTOR;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.ObjectLayout.ENDPOINT_RECEIVERS;
import static ringspec.kernel.ObjectLayout.ENDPOINT_SENDERS;
import static ringspec.kernel.ObjectLayout.GLOBALS_DYING_THREAD;
import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;
import static ringspec.kernel.ObjectLayout.PROCESS_THREADS;
import static ringspec.kernel.ObjectLayout.PROCESS_THREAD_COUNT;
import static ringspec.kernel.ObjectLayout.THREAD_FPU;
import static ringspec.kernel.ObjectLayout.THREAD_FRAME;
import static ringspec.kernel.ObjectLayout.THREAD_NEXT_DYING;
import static ringspec.kernel.ObjectLayout.THREAD_NEXT_IN_PROCESS;
import static ringspec.kernel.ObjectLayout.THREAD_PRIORITY;
import static ringspec.kernel.ObjectLayout.THREAD_PROCESS;
import static ringspec.kernel.ObjectLayout.THREAD_REPLY;
import static ringspec.kernel.ObjectLayout.THREAD_STACK_INDEX;
import static ringspec.kernel.ObjectLayout.THREAD_STACK_TOP;
import static ringspec.kernel.ObjectLayout.THREAD_STATE_BLOCKED;
import static ringspec.kernel.ObjectLayout.THREAD_STATE_DEAD;
import static ringspec.kernel.ObjectLayout.THREAD_STATE_READY;
import static ringspec.kernel.ObjectLayout.THREAD_STATE_REAPED;
import static ringspec.kernel.ObjectLayout.THREAD_WAIT;
import static ringspec.kernel.ObjectLayout.THREAD_WAIT_CAPABILITY;
import static ringspec.kernel.ObjectLayout.THREAD_WAIT_ENDPOINT;
import static ringspec.kernel.ObjectLayout.THREAD_WAKE_TOKEN;
import static ringspec.kernel.ObjectLayout.WAIT_CALL;
import static ringspec.kernel.ObjectLayout.WAIT_NOTHING;
import static ringspec.kernel.ObjectLayout.WAIT_RECEIVE;
import static ringspec.kernel.ObjectLayout.WAIT_REPLY;
import static ringspec.kernel.ObjectLayout.WAIT_SEND;
import static ringspec.kernel.ObjectLayout.WAIT_WAKE;

import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelObjects;
import ringspec.kernel.PerCpu;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.KernelStacks;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.sched.Scheduler;

/** Makes threads and ends them. */
public class Threads {

    private static final long GLOBALS = KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL);
    /** Where FXSAVE puts FCW and MXCSR (SDM vol. 1, table 10-2). */
    private static final int FXSAVE_FCW = 0;
    private static final int FXSAVE_MXCSR = 24;

    private final KernelMemory memory;
    private final KernelObjects objects;
    private final KernelStacks stacks;
    private final Scheduler scheduler;
    private final PerCpu perCpu;

    /** The threads of one machine. */
    public Threads(KernelMemory memory, KernelObjects objects, KernelStacks stacks, Scheduler scheduler,
            PerCpu perCpu) {
        this.memory = memory;
        this.objects = objects;
        this.stacks = stacks;
        this.scheduler = scheduler;
        this.perCpu = perCpu;
    }

    /**
     * Makes a thread that is not yet ready. Its save area looks as if it had made a system call, so that it enters ring 3 by
     * SYSRETQ (D23), with the registers of D22.
     *
     * @param priority 0 to 3
     * @throws OutOfFrames leaving nothing behind
     */
    public ThreadObject create(ProcessObject process, AddressSpace space, long rip, long rsp, long argument,
            int priority)
            throws OutOfFrames {
        // The object comes last: a call that fails must not use up an object number (D39).
        int stack = stacks.allocate(space);
        long address;
        try {
            address = objects.create(CapabilityType.THREAD, process.id());
        } catch (OutOfFrames e) {
            stacks.free(stack, space);
            throw e;
        }
        ThreadObject thread = new ThreadObject(memory, address);
        long top = KernelLayout.kernelStackTop(stack);
        memory.store(address + THREAD_PROCESS, process.address());
        memory.store(address + THREAD_PRIORITY, priority);
        memory.store(address + THREAD_STACK_INDEX, stack);
        memory.store(address + THREAD_STACK_TOP, top);
        memory.store(address + THREAD_FRAME, top - FRAME_SIZE);
        // With XSAVE the header stays 0: XRSTOR puts all but MXCSR into its initial configuration.
        memory.store16(address + THREAD_FPU + FXSAVE_FCW, KernelLayout.INITIAL_FPU_CONTROL);
        memory.store32(address + THREAD_FPU + FXSAVE_MXCSR, KernelLayout.INITIAL_MXCSR);
        long frame = frame(stack);
        memory.store(frame + FRAME_RDI, argument);
        memory.store(frame + FRAME_VECTOR, KernelLayout.VECTOR_SYSCALL);
        memory.store(frame + FRAME_RIP, rip);
        memory.store(frame + FRAME_CS, KernelLayout.USER_CS);
        memory.store(frame + FRAME_RFLAGS, KernelLayout.USER_RFLAGS);
        memory.store(frame + FRAME_RSP, rsp);
        memory.store(frame + FRAME_SS, KernelLayout.USER_SS);
        memory.store(address + THREAD_NEXT_IN_PROCESS, process.firstThread());
        memory.store(process.address() + PROCESS_THREADS, address);
        memory.add(process.address() + PROCESS_THREAD_COUNT, 1);
        return thread;
    }

    /** It never runs again; what it occupies stays for now. */
    void stop(ThreadObject thread) {
        if (thread.state() == THREAD_STATE_READY) {
            scheduler.remove(thread);
        }
        leaveQueue(thread);
        thread.setState(THREAD_STATE_DEAD);
    }

    /**
     * Makes the running thread, or one that has never run, wait. Whoever wakes it says what its call returns.
     *
     * @param reason one of the WAIT_ values
     */
    public void block(ThreadObject thread, int reason) {
        thread.setState(THREAD_STATE_BLOCKED);
        memory.store(thread.address() + THREAD_WAIT, reason);
        memory.store(thread.address() + THREAD_WAIT_ENDPOINT, 0);
        memory.store(thread.address() + THREAD_WAIT_CAPABILITY, 0);
        if (thread.address() == perCpu.currentThread()) {
            perCpu.requestReschedule();
        }
    }

    /**
     * Makes the running thread wait in a queue of an endpoint.
     *
     * @param reason WAIT_SEND, WAIT_CALL or WAIT_RECEIVE
     * @param capability address of the capability through which it waits
     */
    public void blockOn(ThreadObject thread, int reason, long endpoint, long capability) {
        block(thread, reason);
        memory.store(thread.address() + THREAD_WAIT_ENDPOINT, endpoint);
        memory.store(thread.address() + THREAD_WAIT_CAPABILITY, capability);
        waitQueue(thread).addLast(thread);
    }

    /** A thread whose ipc_call was received now waits for the answer. */
    public void awaitReply(ThreadObject caller) {
        leaveQueue(caller);
        block(caller, WAIT_REPLY);
    }

    /** Makes a blocked thread ready. Its call returns the given result. */
    public void wake(ThreadObject thread, long result) {
        leaveQueue(thread);
        memory.store(thread.address() + THREAD_WAIT, WAIT_NOTHING);
        memory.store(thread.address() + THREAD_REPLY, 0);
        memory.store(frame(thread.stackIndex()) + FRAME_RAX, result);
        scheduler.makeReady(thread);
    }

    /** thread_wake: ends a thread_block, or the next one before it begins (D35). */
    public void wakeOrLeaveToken(ThreadObject thread) {
        if (thread.isBlockedFor(WAIT_WAKE)) {
            wake(thread, 0);
        } else {
            memory.store(thread.address() + THREAD_WAKE_TOKEN, 1);
        }
    }

    /** Takes the wake that came before its thread_block, if there was one. */
    public boolean takeWakeToken(ThreadObject thread) {
        boolean taken = memory.load(thread.address() + THREAD_WAKE_TOKEN) != 0;
        memory.store(thread.address() + THREAD_WAKE_TOKEN, 0);
        return taken;
    }

    /** Takes a thread out of its endpoint's queue, if it waits in one. */
    private void leaveQueue(ThreadObject thread) {
        if (thread.isBlockedFor(WAIT_SEND, WAIT_CALL, WAIT_RECEIVE)) {
            waitQueue(thread).remove(thread);
        }
    }

    private ThreadQueue waitQueue(ThreadObject thread) {
        int queue = thread.waitsFor() == WAIT_RECEIVE ? ENDPOINT_RECEIVERS : ENDPOINT_SENDERS;
        return new ThreadQueue(memory, thread.waitEndpoint() + queue);
    }

    /** Direct-map address of the save area on a kernel stack. */
    private long frame(int stack) {
        return KernelLayout.direct(stacks.topPage(stack)) + PAGE - FRAME_SIZE;
    }

    /** Ends one of several threads of a process. */
    void destroy(ThreadObject thread, AddressSpace space) {
        stop(thread);
        unlink(thread);
        if (thread.address() == perCpu.currentThread()) {
            memory.store(thread.address() + THREAD_NEXT_DYING, memory.load(GLOBALS + GLOBALS_DYING_THREAD));
            memory.store(GLOBALS + GLOBALS_DYING_THREAD, thread.address());
            perCpu.requestReschedule();
        } else {
            free(thread, space);
        }
    }

    void reapDying(AddressSpace.Context spaces) {
        for (long at = memory.load(GLOBALS + GLOBALS_DYING_THREAD); at != 0;) {
            ThreadObject thread = new ThreadObject(memory, at);
            at = memory.load(thread.address() + THREAD_NEXT_DYING);
            free(thread, thread.process().space(spaces));
        }
        memory.store(GLOBALS + GLOBALS_DYING_THREAD, 0);
    }

    /** Frees stack and, once no capability refers to it, structure. */
    void free(ThreadObject thread, AddressSpace space) {
        stacks.free(thread.stackIndex(), space);
        thread.setState(THREAD_STATE_REAPED);
        if (thread.references() == 0) {
            objects.free(thread.address());
        }
    }

    /** A capability to the thread is gone; a thread that still runs needs none. */
    public void dropReference(ThreadObject thread) {
        memory.add(thread.address() + OBJECT_REFERENCES, -1);
        if (thread.references() == 0 && thread.state() == THREAD_STATE_REAPED) {
            objects.free(thread.address());
        }
    }

    private void unlink(ThreadObject thread) {
        ProcessObject process = thread.process();
        long link = process.address() + PROCESS_THREADS;
        while (memory.load(link) != thread.address()) {
            link = memory.load(link) + THREAD_NEXT_IN_PROCESS;
        }
        memory.store(link, thread.nextInProcess());
        memory.add(process.address() + PROCESS_THREAD_COUNT, -1);
    }
}
