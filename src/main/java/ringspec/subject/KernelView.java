package ringspec.subject;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import ringspec.debug.AddressSpace;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.ObjectLayout;
import ringspec.kernel.cap.CapabilityType;
import ringspec.machine.Machine;

/**
 * The kernel's structures as a debugger with its symbols finds them in memory. Nothing here calls the kernel's code: every
 * answer is read from the machine, through the page tables that are loaded or the direct map.
 */
public final class KernelView {

    /**
     * A process in the kernel's list.
     *
     * @param address of its structure
     * @param stackTops RSP0 of each of its threads
     */
    public record Process(long address, long id, long kernelCr3, long userCr3, List<Long> stackTops) {
    }

    private static final Map<String, Long> LAYOUT = KernelLayout.layoutConstants();

    private final Machine machine;
    private final ToLongFunction<String> symbols;

    /**
     * @param machine the machine that the kernel runs on
     * @param symbols addresses of the kernel's symbols
     */
    public KernelView(Machine machine, ToLongFunction<String> symbols) {
        this.machine = machine;
        this.symbols = symbols;
    }

    /** A 64-bit word at a kernel address that the direct map or the kernel image covers. */
    public long read64(long address) {
        return machine.ram().read64(physical(address));
    }

    private static long physical(long address) {
        if (Long.compareUnsigned(address, KernelLayout.KERNEL_IMAGE) >= 0) {
            return address >= KernelLayout.PERCPU_BASE
                    ? address - KernelLayout.PERCPU_BASE + KernelLayout.PERCPU_PHYSICAL
                    : address - KernelLayout.KERNEL_IMAGE + KernelLayout.KERNEL_IMAGE_PHYSICAL;
        }
        return KernelLayout.physical(address);
    }

    /** Address of the handler of a system call, from the table of pointers. */
    public long handler(int number) {
        return read64(symbols.applyAsLong("syscall_table") + 8L * number);
    }

    /** Addresses of all handlers, by number. */
    public List<Long> handlers() {
        List<Long> handlers = new ArrayList<>();
        for (int number = 0; number < KernelLayout.SYSCALL_COUNT; number++) {
            handlers.add(handler(number));
        }
        return handlers;
    }

    /** RSP0 as it stands in the TSS that TR points to. */
    public long rsp0() {
        return read64(KernelLayout.TSS_BASE + KernelLayout.TSS_RSP0);
    }

    /** A word of the frame at the top of the running thread's kernel stack, by the register's name. */
    public long saveArea(String register) {
        return machine.ram().read64(saveAreaPhysical(register));
    }

    /** Changes a word of the running thread's frame. */
    public void writeSaveArea(String register, long value) {
        machine.ram().write64(saveAreaPhysical(register), value);
    }

    private long saveAreaPhysical(String register) {
        Long offset = LAYOUT.get("FRAME_" + register.toUpperCase(Locale.ROOT));
        if (offset == null) {
            throw new IllegalArgumentException("the save area has no word \"%s\"; it has the general registers, "
                    .formatted(register) + "VECTOR, ERROR, RIP, CS, RFLAGS, RSP and SS");
        }
        return translate(rsp0() - KernelLayout.FRAME_SIZE + offset);
    }

    /** Physical address behind an address in a kernel stack, by the kernel's own page tables. */
    private long translate(long linear) {
        long cr3 = read64(KernelLayout.PERCPU_BASE + KernelLayout.PERCPU_KERNEL_CR3);
        return new AddressSpace(machine.ram(), cr3).page(linear).map(page -> page.physical() + (linear - page.linear()))
                .orElseThrow(() -> new IllegalStateException("0x%x is not mapped in the kernel's page tables".formatted(
                        linear)));
    }

    /** The running thread's structure; 0 if none runs. */
    public long currentThread() {
        return read64(KernelLayout.PERCPU_BASE + KernelLayout.PERCPU_CURRENT_THREAD);
    }

    /** RSP0 of the running thread, from its structure. */
    public long currentStackTop() {
        return read64(currentThread() + ObjectLayout.THREAD_STACK_TOP);
    }

    /** Processes in the order of their ids. */
    public List<Process> processes() {
        List<Process> processes = new ArrayList<>();
        for (long at = global(ObjectLayout.GLOBALS_PROCESSES); at != 0; at = read64(at + ObjectLayout.PROCESS_NEXT)) {
            processes.add(new Process(at, read64(at + ObjectLayout.PROCESS_ID), read64(at
                    + ObjectLayout.PROCESS_KERNEL_CR3),
                    read64(at + ObjectLayout.PROCESS_USER_CR3), stackTops(at)));
        }
        processes.sort(Comparator.comparingLong(Process::id));
        return processes;
    }

    private List<Long> stackTops(long process) {
        return threads(process).stream().map(thread -> read64(thread + ObjectLayout.THREAD_STACK_TOP)).toList();
    }

    /** Structures of a process's threads, the youngest first. */
    private List<Long> threads(long process) {
        List<Long> threads = new ArrayList<>();
        for (long thread = read64(process + ObjectLayout.PROCESS_THREADS); thread != 0; thread = read64(
                thread + ObjectLayout.THREAD_NEXT_IN_PROCESS)) {
            threads.add(thread);
        }
        return threads;
    }

    /** The process with an id, if it lives. */
    public Optional<Process> process(long id) {
        return processes().stream().filter(process -> process.id() == id).findFirst();
    }

    /** The process whose page tables, the user's or the kernel's, are loaded. */
    public Optional<Process> currentProcess() {
        long cr3 = machine.cpu().cr3;
        return processes().stream().filter(process -> process.userCr3() == cr3 || process.kernelCr3() == cr3)
                .findFirst();
    }

    /** What the kernel recorded of faults of a process, oldest first. */
    public List<FaultRecord> faults(long process) {
        long count = Math.min(global(ObjectLayout.GLOBALS_FAULT_COUNT), ObjectLayout.FAULT_LOG_ENTRIES);
        List<FaultRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = symbols.applyAsLong("KERNEL_GLOBALS") + ObjectLayout.GLOBALS_FAULT_LOG
                    + (long) i * ObjectLayout.FAULT_STRIDE;
            if (read64(at + ObjectLayout.FAULT_PROCESS_ID) == process) {
                records.add(new FaultRecord(process, (int) read64(at + ObjectLayout.FAULT_VECTOR),
                        read64(at + ObjectLayout.FAULT_ERROR), read64(at + ObjectLayout.FAULT_RIP),
                        read64(at + ObjectLayout.FAULT_CR2)));
            }
        }
        return records;
    }

    /** True while a process is in the kernel's list. */
    public boolean isAlive(long process) {
        return process(process).isPresent();
    }

    /** An IST stack's top, as it stands in the TSS. */
    public long ist(int number) {
        return read64(KernelLayout.TSS_BASE + KernelLayout.TSS_IST1 + 8L * (number - 1));
    }

    /** The PML4 that belongs to no process. */
    public long bootPml4() {
        return KernelLayout.BOOT_PML4_PHYSICAL;
    }

    /** What the frame allocator's bitmap and table say. */
    public FrameView frames() {
        return new FrameView(machine.ram(), KernelLayout.physical(global(ObjectLayout.GLOBALS_FRAME_BITMAP)),
                KernelLayout.physical(global(ObjectLayout.GLOBALS_FRAME_TABLE)));
    }

    /** Physical address of a process's capability table. */
    public long capabilityTable(Process process) {
        return physical(read64(process.address() + ObjectLayout.PROCESS_CAPABILITIES));
    }

    /** A slot of a process's capability table. */
    public CapabilityView capability(Process process, int slot) {
        long at = capabilityTable(process) + (long) slot * ObjectLayout.CAPABILITY_SIZE;
        long head = machine.ram().read64(at);
        return new CapabilityView(CapabilityType.of((int) head), (int) (head >>> 32),
                machine.ram().read64(at + ObjectLayout.CAPABILITY_OBJECT));
    }

    /** State of a process's thread, counted from 1 in the order of their creation. */
    public String threadState(Process process, int number) {
        List<Long> threads = threads(process.address());
        if (number > threads.size()) {
            return "no such thread";
        }
        return switch ((int) read64(threads.get(threads.size() - number) + ObjectLayout.OBJECT_STATE)) {
            case ObjectLayout.THREAD_STATE_READY -> "READY";
            case ObjectLayout.THREAD_STATE_RUNNING -> "RUNNING";
            case ObjectLayout.THREAD_STATE_BLOCKED -> "BLOCKED";
            default -> "neither ready, running nor blocked";
        };
    }

    private long global(int offset) {
        return read64(symbols.applyAsLong("KERNEL_GLOBALS") + offset);
    }
}
