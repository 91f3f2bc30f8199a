package ringspec.kernel;

import java.util.List;
import java.util.Map;
import ringspec.isa.assembler.Source;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.Derivations;
import ringspec.kernel.cap.ObjectKeeper;
import ringspec.kernel.ipc.Delivery;
import ringspec.kernel.ipc.Endings;
import ringspec.kernel.ipc.Ipc;
import ringspec.kernel.irq.InterruptController;
import ringspec.kernel.irq.Interrupts;
import ringspec.kernel.loader.ElfLoader;
import ringspec.kernel.loader.Placement;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.KernelStacks;
import ringspec.kernel.mm.MemoryObjects;
import ringspec.kernel.process.Processes;
import ringspec.kernel.process.Threads;
import ringspec.kernel.sched.Scheduler;
import ringspec.kernel.syscall.Syscall;
import ringspec.kernel.syscall.SyscallHandler;
import ringspec.memory.PhysicalMemory;

/**
 * What a kernel is put together from: its texts, the parts of its Java side, and what they see of the machine. This one is the
 * kernel as it ships; a variant overrides what it has differently, so that no part has to know that there are variants.
 *
 * <p>Stateless, and shared by all machines that run the kernel.
 */
public class KernelDesign {

    /** The kernel as it ships. */
    public static final KernelDesign SHIPPED = new KernelDesign();

    /** For variants. */
    protected KernelDesign() {
    }

    /** The assembly texts, in order. */
    public List<Source> sources() {
        return KernelImage.shippedSources();
    }

    /** Constants that the texts see. */
    public Map<String, Long> constants(KernelOptions options) {
        return KernelLayout.assemblerConstants(options);
    }

    /** The last that is done before the kernel's first instruction, when the image and its page tables lie in memory. */
    public void loaded(PhysicalMemory ram, KernelImage image) {
        // Nothing is left to do.
    }

    /** How kernel code reads and writes its own memory. */
    public KernelMemory memory(KernelMemory shipped) {
        return shipped;
    }

    /** How it executes privileged instructions. */
    public Privileged processor(Privileged shipped) {
        return shipped;
    }

    /** How it gets at user memory. */
    public UserMemory user(UserMemory shipped) {
        return shipped;
    }

    /** What a system call does. */
    public SyscallHandler handler(Syscall call) {
        return call.handler();
    }

    /** Physical frames. */
    public FrameAllocator frames(KernelMemory memory) {
        return new FrameAllocator(memory);
    }

    /** Memory objects. */
    public MemoryObjects memories(KernelMemory memory, FrameAllocator frames, KernelObjects objects) {
        return new MemoryObjects(memory, frames, objects);
    }

    /** Who runs next. */
    public Scheduler scheduler(KernelMemory memory, PerCpu perCpu, InterruptController controller) {
        return new Scheduler(memory, perCpu, controller);
    }

    /** Capability tables. */
    public CapabilityTables tables(KernelMemory memory) {
        return new CapabilityTables(memory);
    }

    /** The tree that capabilities form. */
    public Derivations derivations(KernelMemory memory, CapabilityTables tables) {
        return new Derivations(memory, tables);
    }

    /** Interrupt lines. */
    public Interrupts interrupts(KernelMemory memory, InterruptController controller, PerCpu perCpu) {
        return new Interrupts(memory, controller, perCpu);
    }

    /** The ELF loader. */
    public ElfLoader loader(KernelMemory memory, FrameAllocator frames) {
        return new ElfLoader(memory, frames);
    }

    /** Where images and stacks go. */
    public Placement placement(KernelMemory memory) {
        return new Placement(memory);
    }

    /** Kernel stacks. */
    public KernelStacks stacks(AddressSpace.Context spaces) {
        return new KernelStacks(spaces);
    }

    /** Threads. */
    public Threads threads(KernelMemory memory, KernelObjects objects, KernelStacks stacks, Scheduler scheduler,
            PerCpu perCpu) {
        return new Threads(memory, objects, stacks, scheduler, perCpu);
    }

    /** Who wakes when somebody ends. */
    public Endings endings(KernelMemory memory, KernelObjects objects, CapabilityTables tables, Threads threads,
            Interrupts interrupts) {
        return new Endings(memory, objects, tables, threads, interrupts);
    }

    /** Processes. */
    public Processes processes(AddressSpace.Context spaces, KernelObjects objects, MemoryObjects memories,
            CapabilityTables tables, Derivations derivations, ObjectKeeper keeper, Threads threads, PerCpu perCpu) {
        return new Processes(spaces, objects, memories, tables, derivations, keeper, threads, perCpu);
    }

    /** Messages and notifications. */
    public Ipc messages(KernelMemory memory, Threads threads, Delivery delivery) {
        return new Ipc(memory, threads, delivery);
    }
}
