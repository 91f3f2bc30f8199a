package ringspec.kernel;

import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.ObjectLayout.CAPABILITY_CHILD;
import static ringspec.kernel.ObjectLayout.CAPABILITY_PARENT;
import static ringspec.kernel.ObjectLayout.CAPABILITY_SIBLING;
import static ringspec.kernel.ObjectLayout.CAPABILITY_SLOTS;
import static ringspec.kernel.ObjectLayout.MEMORY_BUDGET;
import static ringspec.kernel.ObjectLayout.MEMORY_DIRECT_FRAMES;
import static ringspec.kernel.ObjectLayout.MEMORY_LISTS;
import static ringspec.kernel.ObjectLayout.MEMORY_MAPPINGS;
import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import ringspec.debug.AddressSpace;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.MappingOrigins;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;
import ringspec.memory.PhysicalMemory;
import ringspec.paging.PageTableEntry;

/** Counts everything anew from tables and trees, and compares with what the kernel has counted: not a frame too many or too few. */
public final class KernelAudit {

    private final KernelServices kernel;
    private final KernelMemory memory;
    private final PhysicalMemory ram;
    private final FrameAllocator frames;
    private final List<ProcessObject> processes;
    private final List<String> wrong = new ArrayList<>();
    private final Map<Long, String> reached = new HashMap<>();
    private final Map<Long, Long> references = new LinkedHashMap<>();
    private final Map<Long, CapabilityType> types = new HashMap<>();
    private final Map<Long, Long> frameMappings = new HashMap<>();
    private final Map<Long, Long> objectMappings = new HashMap<>();
    private final Map<Long, Long> capabilityMappings = new HashMap<>();

    private KernelAudit(KernelServices kernel, KernelSymbols symbols, PhysicalMemory ram) {
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.ram = ram;
        this.frames = kernel.frames();
        this.processes = symbols.processes();
    }

    /** What doesn't add up, in words. Withheld frames must be given back before. */
    static List<String> of(KernelBed bed) {
        return of(bed.kernel, bed.symbols(), bed.machine.ram());
    }

    /** The same for a machine that runs, outside of the kernel's own code. */
    public static List<String> of(KernelServices kernel, KernelSymbols symbols, PhysicalMemory ram) {
        return new KernelAudit(kernel, symbols, ram).run();
    }

    private List<String> run() {
        processes.forEach(this::addressSpace);
        processes.forEach(this::tableAndThreads);
        new ArrayList<>(types.keySet()).forEach(this::object);
        objectMappings.forEach((object, count) -> {
            if (!types.containsKey(object)) {
                types.put(object, CapabilityType.MEMORY);
                object(object);
            }
        });
        references.forEach((object, count) -> same("references of " + types.get(object), object, memory.load(object
                + OBJECT_REFERENCES), count));
        processes.forEach(process -> eachCapability(process, capability -> {
            same("mappings of capability", capability.address(), capability.mappings(), capabilityMappings.getOrDefault(
                    capability.address(), 0L));
            tree(capability);
        }));
        long free = 0;
        for (long frame = 0; frame < frames.total() * KernelLayout.PAGE; frame += KernelLayout.PAGE) {
            FrameKind kind = frames.kind(frame);
            free += kind == FrameKind.FREE ? 1 : 0;
            boolean owned = kind != FrameKind.FREE && kind != FrameKind.RESERVED && !isBoots(frame);
            if (owned != reached.containsKey(frame)) {
                wrong.add("frame 0x%x of process %d is %s, but is reached as %s".formatted(frame, frames.owner(frame),
                        kind, reached.get(frame)));
            }
            if (kind == FrameKind.USER) {
                same("mappings of frame", frame, frames.mappings(frame), frameMappings.getOrDefault(frame, 0L));
            }
        }
        same("free frames", 0, frames.free(), free);
        return wrong;
    }

    /** What was there before the allocator: image, kernel area, boot page tables. */
    private boolean isBoots(long frame) {
        return frame >= KernelLayout.KERNEL_IMAGE_PHYSICAL && frame < PhysicalMap.kernelAreaEnd(ram.size());
    }

    private void same(String what, long where, long counted, long actual) {
        if (counted != actual) {
            wrong.add("%s 0x%x: %d counted, there are %d".formatted(what, where, counted, actual));
        }
    }

    private void reach(long physical, String what) {
        if (isBoots(physical)) {
            return;
        }
        String before = reached.put(physical, what);
        if (before != null) {
            wrong.add("frame 0x%x is %s and %s".formatted(physical, before, what));
        }
    }

    private void addressSpace(ProcessObject process) {
        AddressSpace kernelView = new AddressSpace(ram, process.kernelCr3());
        Set<Long> tables = new TreeSet<>(kernelView.tableFrames());
        tables.addAll(new AddressSpace(ram, process.userCr3()).tableFrames());
        for (long table : tables) {
            if (!isBoots(table)) {
                reach(table, "page table of process " + process.id());
                same("owner of table", table, frames.owner(table), process.id());
                if (frames.companion(table) != 0) {
                    reach(KernelLayout.physical(frames.companion(table)), "origins");
                }
            }
        }
        for (AddressSpace.Page page : kernelView.lowerHalf()) {
            frameMappings.merge(page.physical(), 1L, Long::sum);
            long object = frames.object(page.physical());
            if (object == 0) {
                reach(page.physical(), "image or stack");
            } else {
                objectMappings.merge(object, 1L, Long::sum);
            }
            long origin = process.space(kernel.spaces()).origin(page.linear()) & ~MappingOrigins.INHERITED;
            if (origin != 0) {
                capabilityMappings.merge(origin, 1L, Long::sum);
            }
        }
        process.space(kernel.spaces()).forEachOrigin((linear, origin) -> {
            Capability capability = new Capability(memory, origin & ~MappingOrigins.INHERITED);
            long frame = process.space(kernel.spaces()).leaf(linear) & PageTableEntry.ADDRESS;
            if (capability.type() != CapabilityType.MEMORY || capability.object() != frames.object(frame)) {
                wrong.add("process %d: 0x%x was mapped through something else".formatted(process.id(), linear));
            }
        });
    }

    private void tableAndThreads(ProcessObject process) {
        types.put(process.address(), CapabilityType.PROCESS);
        references.putIfAbsent(process.address(), 0L);
        reach(KernelLayout.physical(process.capabilities()), "table of process " + process.id());
        eachCapability(process, capability -> {
            references.merge(capability.object(), 1L, Long::sum);
            types.put(capability.object(), capability.type());
        });
        for (long at = process.firstThread(); at != 0;) {
            ThreadObject thread = new ThreadObject(memory, at);
            types.put(at, CapabilityType.THREAD);
            references.putIfAbsent(at, 0L);
            for (int page = 1; page <= KernelLayout.KERNEL_STACK_PAGES; page++) {
                long linear = thread.stackTop() - (long) page * KernelLayout.PAGE;
                reach(new AddressSpace(ram, process.kernelCr3()).page(linear).orElseThrow().physical(), "kernel stack");
            }
            at = thread.nextInProcess();
        }
    }

    private void object(long object) {
        reach(KernelLayout.physical(object), "object " + types.get(object));
        references.putIfAbsent(object, 0L);
        if (types.get(object) != CapabilityType.MEMORY) {
            return;
        }
        same("mappings of Memory", object, memory.load(object + MEMORY_MAPPINGS), objectMappings.getOrDefault(object,
                0L));
        if (kernel.memories().isBudget(object)) {
            return;
        }
        long budget = memory.load(object + MEMORY_BUDGET);
        references.merge(budget, 1L, Long::sum);
        if (types.put(budget, CapabilityType.MEMORY) == null) {
            object(budget);
        }
        long pages = kernel.memories().size(object) / KernelLayout.PAGE;
        for (long page = 0; page < pages; page++) {
            long frame = kernel.memories().frame(object, page);
            reach(frame, "page of a Memory");
            same("object of frame", frame, frames.object(frame), object);
        }
        for (int list = 0; MEMORY_DIRECT_FRAMES + list * 512L < pages; list++) {
            reach(memory.load(object + MEMORY_LISTS + 8L * list), "list");
        }
    }

    private void tree(Capability capability) {
        for (long at = memory.load(capability.address() + CAPABILITY_CHILD); at != 0; at = memory.load(at
                + CAPABILITY_SIBLING)) {
            Capability child = new Capability(memory, at);
            if (child.type() != capability.type() || child.object() != capability.object() || memory.load(at
                    + CAPABILITY_PARENT) != capability.address() || (child.rights() & ~capability.rights()) != 0) {
                wrong.add("0x%x is no child of 0x%x".formatted(at, capability.address()));
            }
        }
        Capability parent = kernel.derivations().parent(capability);
        if (parent != null) {
            long at = memory.load(parent.address() + CAPABILITY_CHILD);
            while (at != 0 && at != capability.address()) {
                at = memory.load(at + CAPABILITY_SIBLING);
            }
            if (at == 0) {
                wrong.add("0x%x isn't among its parent's children".formatted(capability.address()));
            }
        } else if (memory.load(capability.address() + CAPABILITY_SIBLING) != 0) {
            wrong.add("root 0x%x has a sibling".formatted(capability.address()));
        }
    }

    private void eachCapability(ProcessObject process, Consumer<Capability> visitor) {
        CapabilityTables tables = kernel.tables();
        for (int slot = 0; slot < CAPABILITY_SLOTS; slot++) {
            Capability capability = tables.at(process.capabilities(), slot);
            if (capability.type() != null) {
                visitor.accept(capability);
            }
        }
    }
}
