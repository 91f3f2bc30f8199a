package ringspec.kernel;

import static ringspec.kernel.ObjectLayout.FAULT_CR2;
import static ringspec.kernel.ObjectLayout.FAULT_ERROR;
import static ringspec.kernel.ObjectLayout.FAULT_LOG_ENTRIES;
import static ringspec.kernel.ObjectLayout.FAULT_NAME;
import static ringspec.kernel.ObjectLayout.FAULT_PROCESS_ID;
import static ringspec.kernel.ObjectLayout.FAULT_RIP;
import static ringspec.kernel.ObjectLayout.FAULT_STRIDE;
import static ringspec.kernel.ObjectLayout.FAULT_THREAD_ID;
import static ringspec.kernel.ObjectLayout.FAULT_VECTOR;
import static ringspec.kernel.ObjectLayout.GLOBALS_FAULT_COUNT;
import static ringspec.kernel.ObjectLayout.GLOBALS_FAULT_LOG;
import static ringspec.kernel.ObjectLayout.GLOBALS_PROCESSES;
import static ringspec.kernel.ObjectLayout.PROCESS_NEXT;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ringspec.elf.ElfRule;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;
import ringspec.memory.PhysicalMemory;

/**
 * The kernel as a debugger with symbols sees it: names for addresses, and its objects read out of memory. Reading changes nothing
 * and leaves no trace.
 */
public final class KernelSymbols {

    /** A fault that the log holds. */
    public record FaultRecord(long processId, String processName, long threadId, int vector, long error, long rip,
            long cr2) {
    }

    /**
     * What became of a boot module.
     *
     * @param status 0 untouched, 1 became a process, else the error of its refusal
     * @param processId the process, if it became one
     * @param rule the rule that the file breaks, if it was refused for one
     */
    public record ModuleResult(String name, long status, long processId, Optional<ElfRule> rule) {
    }

    private static final long GLOBALS = KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL);

    private final KernelMemory memory;
    private final KernelImage image;

    /** The symbols of a kernel in a machine's RAM. */
    public KernelSymbols(PhysicalMemory ram, KernelImage image) {
        this.memory = new DirectMap(ram);
        this.image = image;
    }

    /** Labels of the assembly text and names of the layout, with their values. */
    public Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>(KernelLayout.layoutConstants());
        all.putAll(image.symbols());
        return all;
    }

    /**
     * An address, offset or constant by name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public long value(String name) {
        Long constant = KernelLayout.layoutConstants().get(name);
        return constant != null ? constant : image.symbol(name);
    }

    /** The kernel's memory. */
    public KernelMemory memory() {
        return memory;
    }

    /** A field of the per-CPU page, by one of the PERCPU_ offsets. */
    public long perCpu(int offset) {
        return memory.load(KernelLayout.direct(KernelLayout.PERCPU_PHYSICAL) + offset);
    }

    /** The thread that runs or ran last. */
    public Optional<ThreadObject> currentThread() {
        long thread = perCpu(KernelLayout.PERCPU_CURRENT_THREAD);
        return thread == 0 ? Optional.empty() : Optional.of(new ThreadObject(memory, thread));
    }

    /** Its process. */
    public Optional<ProcessObject> currentProcess() {
        return currentThread().map(ThreadObject::process);
    }

    /** Every process that has not ended, in the order of creation. */
    public List<ProcessObject> processes() {
        List<ProcessObject> list = new ArrayList<>();
        for (long at = memory.load(GLOBALS + GLOBALS_PROCESSES); at != 0; at = memory.load(at + PROCESS_NEXT)) {
            list.add(new ProcessObject(memory, at));
        }
        return list;
    }

    /** The process with an id, if it has not ended. */
    public Optional<ProcessObject> process(long id) {
        return processes().stream().filter(process -> process.id() == id).findFirst();
    }

    /** The threads of a process, the youngest first. */
    public List<ThreadObject> threads(ProcessObject process) {
        List<ThreadObject> list = new ArrayList<>();
        for (long at = process.firstThread(); at != 0;) {
            ThreadObject thread = new ThreadObject(memory, at);
            list.add(thread);
            at = thread.nextInProcess();
        }
        return list;
    }

    /** The frame allocator's bookkeeping; for looking only. */
    public FrameAllocator frames() {
        return new FrameAllocator(memory);
    }

    /** How many frames there are of each kind. */
    public Map<FrameKind, Long> framesByKind() {
        FrameAllocator frames = frames();
        Map<FrameKind, Long> counts = new TreeMap<>();
        for (long frame = 0; frame < frames.total(); frame++) {
            counts.merge(frames.kind(frame * KernelLayout.PAGE), 1L, Long::sum);
        }
        return counts;
    }

    /** The faults that ended processes, the oldest first; the log keeps the last 32. */
    public List<FaultRecord> faults() {
        long count = memory.load(GLOBALS + GLOBALS_FAULT_COUNT);
        List<FaultRecord> list = new ArrayList<>();
        for (long index = Math.max(0, count - FAULT_LOG_ENTRIES); index < count; index++) {
            long entry = GLOBALS + GLOBALS_FAULT_LOG + index % FAULT_LOG_ENTRIES * FAULT_STRIDE;
            String name = new String(memory.read(entry + FAULT_NAME, KernelLayout.NAME_LENGTH),
                    StandardCharsets.US_ASCII);
            list.add(new FaultRecord(memory.load(entry + FAULT_PROCESS_ID), name.replace("\0", ""),
                    memory.load(entry + FAULT_THREAD_ID), (int) memory.load(entry + FAULT_VECTOR),
                    memory.load(entry + FAULT_ERROR), memory.load(entry + FAULT_RIP), memory.load(entry + FAULT_CR2)));
        }
        return list;
    }

    /** What became of the boot modules. */
    public List<ModuleResult> modules() {
        BootInfo info = bootInfo();
        List<ModuleResult> list = new ArrayList<>();
        for (int i = 0; i < info.moduleCount(); i++) {
            BootInfo.Module module = info.module(i);
            list.add(new ModuleResult(module.name(), module.status(), module.processId(), module.rule() == 0 ? Optional
                    .empty()
                    : Optional.of(ElfRule.values()[module.rule() - 1])));
        }
        return list;
    }

    /** One of the STATUS_ values of {@link KernelLayout}, 0 before the kernel has started init. */
    public long status() {
        return bootInfo().status();
    }

    /** The label before an address of the kernel's text and the distance to it, such as {@code syscall_entry+0x3}. */
    public Optional<String> locate(long address) {
        return image.locate(address);
    }

    private BootInfo bootInfo() {
        return new BootInfo(memory, KernelLayout.direct(KernelLayout.BOOT_INFO_PHYSICAL));
    }
}
