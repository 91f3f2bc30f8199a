package ringspec.kernel.process;

import static ringspec.kernel.ObjectLayout.CAPABILITY_SLOTS;
import static ringspec.kernel.ObjectLayout.GLOBALS_IDS_WRAPPED;
import static ringspec.kernel.ObjectLayout.GLOBALS_NEXT_PROCESS_ID;
import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;
import static ringspec.kernel.ObjectLayout.PROCESS_CAPABILITIES;
import static ringspec.kernel.ObjectLayout.PROCESS_ID;
import static ringspec.kernel.ObjectLayout.PROCESS_KERNEL_CR3;
import static ringspec.kernel.ObjectLayout.PROCESS_NAME;
import static ringspec.kernel.ObjectLayout.PROCESS_STATE_ALIVE;
import static ringspec.kernel.ObjectLayout.PROCESS_STATE_DEAD;
import static ringspec.kernel.ObjectLayout.PROCESS_STATE_REAPED;
import static ringspec.kernel.ObjectLayout.PROCESS_USER_CR3;

import java.nio.charset.StandardCharsets;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelObjects;
import ringspec.kernel.PerCpu;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Derivations;
import ringspec.kernel.cap.ObjectKeeper;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.MemoryObjects;
import ringspec.kernel.mm.OutOfFrames;

/** Makes processes and ends them; every frame that one took comes back (PROC-02). */
public class Processes {

    private static final long MOST_IDS = 0xFFFF;
    private static final long GLOBALS = KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL);

    private final KernelMemory memory;
    private final AddressSpace.Context spaces;
    private final FrameAllocator frames;
    private final KernelObjects objects;
    private final MemoryObjects memories;
    private final CapabilityTables tables;
    private final Capabilities capabilities;
    private final Threads threads;
    private final PerCpu perCpu;
    private final ProcessList list;

    /** The processes of one machine. */
    public Processes(AddressSpace.Context spaces, KernelObjects objects, MemoryObjects memories,
            CapabilityTables tables, Derivations derivations, ObjectKeeper keeper, Threads threads, PerCpu perCpu) {
        this.memory = spaces.memory();
        this.spaces = spaces;
        this.frames = spaces.frames();
        this.objects = objects;
        this.memories = memories;
        this.tables = tables;
        this.capabilities = new Capabilities(spaces, tables, derivations, memories, threads, keeper,
                this::dropReference);
        this.threads = threads;
        this.perCpu = perCpu;
        this.list = new ProcessList(memory);
    }

    /** How capabilities go. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** How many frames {@link #create} takes: structure, capability table, page tables. */
    public static int framesToCreate(boolean kpti) {
        return 2 + AddressSpace.tablesAtCreation(kpti);
    }

    /**
     * Makes a process with an empty user half and an empty capability table, and without a thread.
     *
     * @param name at most 16 ASCII characters count
     * @throws OutOfFrames leaving nothing behind
     */
    public ProcessObject create(String name) throws OutOfFrames {
        long id = nextId();
        ProcessObject process = new ProcessObject(memory, objects.create(CapabilityType.PROCESS, id));
        memory.store(process.address() + PROCESS_ID, id);
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        memory.write(process.address() + PROCESS_NAME, bytes, 0, Math.min(bytes.length, KernelLayout.NAME_LENGTH));
        process.setState(PROCESS_STATE_ALIVE);
        list.add(process);
        try {
            memory.store(process.address() + PROCESS_CAPABILITIES,
                    KernelLayout.direct(frames.allocate(FrameKind.KERNEL_OBJECT, id)));
            AddressSpace space = AddressSpace.create(spaces, id);
            memory.store(process.address() + PROCESS_KERNEL_CR3, space.kernelCr3());
            memory.store(process.address() + PROCESS_USER_CR3, space.userCr3());
        } catch (OutOfFrames e) {
            destroy(process);
            throw e;
        }
        memory.store(GLOBALS + GLOBALS_NEXT_PROCESS_ID, id);
        return process;
    }

    /** The frame table has 16 bits for it; init's is never given again, and no other while a frame is still entered for it. */
    private long nextId() throws OutOfFrames {
        long last = memory.load(GLOBALS + GLOBALS_NEXT_PROCESS_ID);
        if (last < MOST_IDS && memory.load(GLOBALS + GLOBALS_IDS_WRAPPED) == 0) {
            return last + 1;
        }
        for (long tried = 0; tried < MOST_IDS; tried++) {
            last = last < MOST_IDS ? last + 1 : ProcessObject.INIT + 1;
            if (!frames.hasOwned(last)) {
                memory.store(GLOBALS + GLOBALS_IDS_WRAPPED, 1);
                return last;
            }
        }
        throw new OutOfFrames();
    }

    /** Whether no process is left. */
    public boolean none() {
        return list.isEmpty();
    }

    /**
     * Ends a process: its threads never run again. Its memory goes at once, or, if the processor stands on its stack and page
     * tables, when {@link #reapDying} is called after the switch.
     */
    public void destroy(ProcessObject process) {
        if (!process.isAlive()) {
            return;
        }
        process.setState(PROCESS_STATE_DEAD);
        list.remove(process);
        boolean current = false;
        for (long at = process.firstThread(); at != 0;) {
            ThreadObject thread = new ThreadObject(memory, at);
            at = thread.nextInProcess();
            current |= thread.address() == perCpu.currentThread();
            threads.stop(thread);
        }
        if (current) {
            list.addDying(process);
            perCpu.requestReschedule();
        } else {
            reap(process);
        }
    }

    /** Ends a thread, and with the last one its process. */
    public void destroyThread(ThreadObject thread) {
        ProcessObject process = thread.process();
        if (thread.address() == process.firstThread() && thread.nextInProcess() == 0) {
            destroy(process);
        } else {
            threads.destroy(thread, process.space(spaces));
        }
    }

    /** Frees what ended while it was still in use; call it when stack and page tables are those of somebody else. */
    public void reapDying() {
        threads.reapDying(spaces);
        // Those that end only now, with the last capability to them, may include the one that was switched to.
        long thread = perCpu.currentThread();
        long inUse = thread == 0 ? 0 : new ThreadObject(memory, thread).process().address();
        for (ProcessObject process = list.takeDying(inUse); process != null; process = list.takeDying(inUse)) {
            reap(process);
        }
    }

    private void reap(ProcessObject process) {
        AddressSpace space = process.space(spaces);
        for (long at = process.firstThread(); at != 0;) {
            ThreadObject thread = new ThreadObject(memory, at);
            at = thread.nextInProcess();
            threads.free(thread, space);
        }
        if (process.kernelCr3() != 0) {
            space.destroy(memories::unmapped);
        }
        if (process.capabilities() != 0) {
            for (int slot = 0; slot < CAPABILITY_SLOTS; slot++) {
                Capability capability = tables.at(process.capabilities(), slot);
                if (capability.type() != null) {
                    capabilities.remove(capability);
                }
            }
            frames.free(KernelLayout.physical(process.capabilities()));
        }
        process.setState(PROCESS_STATE_REAPED);
        if (process.references() == 0) {
            objects.free(process.address());
        }
    }

    private void dropReference(long address) {
        ProcessObject process = new ProcessObject(memory, address);
        memory.add(address + OBJECT_REFERENCES, -1);
        boolean last = process.references() == 0;
        if (process.isAlive() && (last || !new Reachability(list, tables).isReachable(process))) {
            destroy(process);
        } else if (last && process.state() == PROCESS_STATE_REAPED) {
            objects.free(address);
        }
    }
}
