package ringspec.mutant;

import static ringspec.kernel.KernelLayout.DIRECT_MAP;
import static ringspec.kernel.KernelLayout.KERNEL_STACKS;
import static ringspec.kernel.KernelLayout.KERNEL_STACK_PAGES;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.STACK_PTS_PHYSICAL;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.KernelLayout.kernelStackTop;
import static ringspec.kernel.KernelLayout.physical;
import static ringspec.kernel.ObjectLayout.MEMORY_MAPPINGS;
import static ringspec.kernel.ObjectLayout.MEMORY_SIZE;

import java.util.List;
import java.util.function.Function;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelObjects;
import ringspec.kernel.PerCpu;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.Derivations;
import ringspec.kernel.cap.ObjectKeeper;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.KernelStacks;
import ringspec.kernel.mm.MemoryObjects;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.mm.PagePermissions;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.Processes;
import ringspec.kernel.process.Threads;
import ringspec.paging.PageTableEntry;

/** Mistakes with frames, Memory objects, kernel stacks and address spaces. */
final class MemoryMutants {

    /** Something that is done to each new process. */
    @FunctionalInterface
    private interface Afterwards {
        void created(ProcessObject process, AddressSpace.Context spaces) throws OutOfFrames;
    }

    /** Makes what keeps Memory objects. */
    @FunctionalInterface
    private interface Keeping {
        MemoryObjects memories(KernelMemory memory, FrameAllocator frames, KernelObjects objects);
    }

    private static final long SHOWN = 0x50_0000L;

    private MemoryMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                component("MUT-260", "frames for ring 3 aren't zeroed", Variants.frames(memory -> new CarelessFrames(
                        memory, 0)), "LOAD-06", "LOAD-07", "MEM-01", "MEM-06"),
                component("MUT-261", "only the first half of a frame for ring 3 is zeroed", Variants.frames(
                        memory -> new CarelessFrames(memory, PAGE / 2)), "LOAD-06", "LOAD-07"),
                component("MUT-262", "frames of page tables don't come back", Variants.frames(
                        memory -> new FrameAllocator(memory) {
                            @Override
                            public void free(long physical) {
                                if (kind(physical) != FrameKind.PAGE_TABLE) {
                                    super.free(physical);
                                }
                            }
                        }), "PROC-02"),
                component("MUT-263", "mem_alloc takes one frame more", memories((memory, frames,
                        objects) -> new MemoryObjects(memory, frames, objects) {
                            @Override
                            public long draw(long budget, long length, long owner) throws OutOfFrames {
                                long object = super.draw(budget, length, owner);
                                frames.allocate(FrameKind.USER, owner);
                                return object;
                            }
                        }), "MEM-01"),
                component("MUT-264", "frames stay after the last page of a Memory is unmapped", memories((memory,
                        frames,
                        objects) -> new MemoryObjects(memory, frames, objects) {
                            @Override
                            public void unmapped(long frame) {
                                long object = frames.object(frame);
                                if (object == 0) {
                                    super.unmapped(frame);
                                } else {
                                    memory.add(object + MEMORY_MAPPINGS, -1);
                                }
                            }
                        }), "MEM-06"),
                component("MUT-265", "a budget isn't a limit", memories((memory, frames,
                        objects) -> new MemoryObjects(memory, frames, objects) {
                            @Override
                            public long draw(long budget, long length, long owner) throws OutOfFrames {
                                memory.store(budget + MEMORY_SIZE, Math.max(size(budget), length));
                                return super.draw(budget, length, owner);
                            }
                        }), "MEM-07"),
                component("MUT-266", "the pages of a kernel stack stay when its thread is gone", stacks(
                        spaces -> new KernelStacks(spaces) {
                            @Override
                            public void free(int index, AddressSpace space) {
                                // Left out.
                            }
                        }), "PROC-02", "PROC-04"),
                component("MUT-267", "the guard page below a kernel stack is mapped", stacks(spaces -> new KernelStacks(
                        spaces) {
                    @Override
                    public int allocate(AddressSpace space) throws OutOfFrames {
                        int index = super.allocate(space);
                        long guard = kernelStackTop(index) - (KERNEL_STACK_PAGES + 1L) * PAGE;
                        spaces.memory().store(direct(STACK_PTS_PHYSICAL) + (guard - KERNEL_STACKS) / PAGE * 8,
                                topPage(index) | PagePermissions.KERNEL_DATA.bits());
                        return index;
                    }
                }), "SEC-10"),
                component("MUT-268", "a process sees its capability table, writable", processes((process,
                        spaces) -> process.space(spaces).map(SHOWN, physical(process.capabilities()),
                                PagePermissions.USER_DATA)), "CAP-02", "SEC-06"),
                Mutant.kernel("MUT-269", "the page tables of ring 3 have the direct map of all memory", Seam.COMPONENT,
                        Mutant.Where.KPTI_ON, processes((process,
                                spaces) -> {
                            long entry = 8L * PageTableEntry.index(DIRECT_MAP, 4);
                            spaces.memory().store(direct(process.userCr3()) + entry, spaces.memory().load(direct(process
                                    .kernelCr3()) + entry));
                        }), "SEC-04"),
                component("MUT-270", "a new process sees the first page of memory", processes((process,
                        spaces) -> process.space(spaces).map(SHOWN, 0, PagePermissions.USER_RODATA)), "PROC-01",
                        "LOAD-14"));
    }

    private static Mutant component(String id, String breaks, KernelDesign design, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.COMPONENT, design, clauses);
    }

    private static KernelDesign memories(Keeping keeping) {
        return new KernelDesign() {
            @Override
            public MemoryObjects memories(KernelMemory memory, FrameAllocator frames, KernelObjects objects) {
                return keeping.memories(memory, frames, objects);
            }
        };
    }

    private static KernelDesign stacks(Function<AddressSpace.Context, KernelStacks> stacks) {
        return new KernelDesign() {
            @Override
            public KernelStacks stacks(AddressSpace.Context spaces) {
                return stacks.apply(spaces);
            }
        };
    }

    private static KernelDesign processes(Afterwards afterwards) {
        return new KernelDesign() {
            @Override
            public Processes processes(AddressSpace.Context spaces, KernelObjects objects, MemoryObjects memories,
                    CapabilityTables tables, Derivations derivations, ObjectKeeper keeper, Threads threads,
                    PerCpu perCpu) {
                return new Processes(spaces, objects, memories, tables, derivations, keeper, threads, perCpu) {
                    @Override
                    public ProcessObject create(String name) throws OutOfFrames {
                        ProcessObject process = super.create(name);
                        afterwards.created(process, spaces);
                        return process;
                    }
                };
            }
        };
    }
}
