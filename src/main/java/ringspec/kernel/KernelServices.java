package ringspec.kernel;

import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.Derivations;
import ringspec.kernel.ipc.Calls;
import ringspec.kernel.ipc.Delivery;
import ringspec.kernel.ipc.Endings;
import ringspec.kernel.ipc.Ipc;
import ringspec.kernel.irq.InterruptController;
import ringspec.kernel.irq.Interrupts;
import ringspec.kernel.loader.ElfLoader;
import ringspec.kernel.loader.Placement;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.MemoryObjects;
import ringspec.kernel.process.Capabilities;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.Processes;
import ringspec.kernel.process.ThreadObject;
import ringspec.kernel.process.Threads;
import ringspec.kernel.sched.Scheduler;

/**
 * The kernel's parts, wired together for one machine. None of them keeps any state outside guest memory.
 */
public final class KernelServices {

    private final KernelMemory memory;
    private final Privileged processor;
    private final UserMemory user;
    private final PerCpu perCpu;
    private final FrameAllocator frames;
    private final KernelObjects objects;
    private final MemoryObjects memories;
    private final AddressSpace.Context spaces;
    private final Scheduler scheduler;
    private final CapabilityTables tables;
    private final Derivations derivations;
    private final InterruptController controller;
    private final Interrupts interrupts;
    private final Endings endings;
    private final Ipc messages;
    private final Calls ipc;
    private final Threads threads;
    private final Processes processes;
    private final ElfLoader loader;
    private final Placement placement;
    private final Console console;

    /**
     * @param memory the kernel's own memory
     * @param processor privileged instructions
     * @param user user memory
     * @param kpti whether a process has two PML4s
     * @param design what they are put together from
     */
    public KernelServices(KernelMemory memory, Privileged processor, UserMemory user, boolean kpti,
            KernelDesign design) {
        this.memory = memory;
        this.processor = processor;
        this.user = user;
        this.perCpu = new PerCpu(memory);
        this.frames = design.frames(memory);
        this.objects = new KernelObjects(memory, frames);
        this.memories = design.memories(memory, frames, objects);
        this.spaces = new AddressSpace.Context(memory, frames, processor, kpti);
        this.controller = new InterruptController(processor);
        this.scheduler = design.scheduler(memory, perCpu, controller);
        this.tables = design.tables(memory);
        this.threads = design.threads(memory, objects, design.stacks(spaces), scheduler, perCpu);
        this.derivations = design.derivations(memory, tables);
        this.interrupts = design.interrupts(memory, controller, perCpu);
        this.endings = design.endings(memory, objects, tables, threads, interrupts);
        this.processes = design.processes(spaces, objects, memories, tables, derivations, endings, threads, perCpu);
        this.loader = design.loader(memory, frames);
        this.placement = design.placement(memory);
        this.console = new Console(processor);
        this.messages = design.messages(memory, threads, new Delivery(spaces, tables, derivations));
        this.ipc = new Calls(spaces, user, tables, console, messages);
    }

    /** The kernel's own memory. */
    public KernelMemory memory() {
        return memory;
    }

    /** Privileged instructions. */
    public Privileged processor() {
        return processor;
    }

    /** User memory. */
    public UserMemory user() {
        return user;
    }

    /** The per-CPU page. */
    public PerCpu perCpu() {
        return perCpu;
    }

    /** Physical frames. */
    public FrameAllocator frames() {
        return frames;
    }

    /** What all objects have in common. */
    public KernelObjects objects() {
        return objects;
    }

    /** Memory objects. */
    public MemoryObjects memories() {
        return memories;
    }

    /** What address spaces work with. */
    public AddressSpace.Context spaces() {
        return spaces;
    }

    /** Who runs next. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** Capability tables. */
    public CapabilityTables tables() {
        return tables;
    }

    /** The tree that capabilities form. */
    public Derivations derivations() {
        return derivations;
    }

    /** How capabilities go. */
    public Capabilities capabilities() {
        return processes.capabilities();
    }

    /** The interrupt controllers. */
    public InterruptController controller() {
        return controller;
    }

    /** Interrupt lines. */
    public Interrupts interrupts() {
        return interrupts;
    }

    /** Who wakes when somebody ends. */
    public Endings endings() {
        return endings;
    }

    /** Messages and notifications. */
    public Ipc messages() {
        return messages;
    }

    /** What the IPC calls do. */
    public Calls ipc() {
        return ipc;
    }

    /** Threads. */
    public Threads threads() {
        return threads;
    }

    /** Processes. */
    public Processes processes() {
        return processes;
    }

    /** The ELF loader. */
    public ElfLoader loader() {
        return loader;
    }

    /** Where images and stacks go. */
    public Placement placement() {
        return placement;
    }

    /** The serial line. */
    public Console console() {
        return console;
    }

    /** The thread that entered the kernel. */
    public ThreadObject currentThread() {
        long thread = perCpu.currentThread();
        if (thread == 0) {
            throw new KernelPanic("no thread is running");
        }
        return new ThreadObject(memory, thread);
    }

    /** The process of the thread that entered the kernel. */
    public ProcessObject currentProcess() {
        return currentThread().process();
    }

    /** The capability table of the process that entered the kernel. */
    public long currentTable() {
        return currentProcess().capabilities();
    }
}
