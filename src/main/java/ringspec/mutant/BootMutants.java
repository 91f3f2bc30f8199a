package ringspec.mutant;

import static ringspec.kernel.KernelLayout.DIRECT_PDS_PHYSICAL;
import static ringspec.kernel.KernelLayout.IMAGE_PT_PHYSICAL;
import static ringspec.kernel.KernelLayout.KERNEL_IMAGE;
import static ringspec.kernel.KernelLayout.KERNEL_IMAGE_PHYSICAL;
import static ringspec.kernel.KernelLayout.KERNEL_RODATA;
import static ringspec.kernel.KernelLayout.KERNEL_TRAMPOLINE;
import static ringspec.kernel.KernelLayout.LARGE_PAGE;
import static ringspec.kernel.KernelLayout.TRAMPOLINE_PT_PHYSICAL;
import static ringspec.paging.PageTableEntry.G;
import static ringspec.paging.PageTableEntry.NX;
import static ringspec.paging.PageTableEntry.P;
import static ringspec.paging.PageTableEntry.RW;

import java.util.List;
import java.util.function.LongUnaryOperator;
import ringspec.kernel.KernelDesign;
import ringspec.memory.PhysicalMemory;
import ringspec.paging.PageTableEntry;

/** Mistakes in the page tables that the kernel starts with. */
final class BootMutants {

    private static final int ENTRIES = 512;

    private BootMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                isolation("MUT-120", "the mappings of the kernel image are global with page-table isolation, too",
                        Variants.loaded((ram, image) -> everyEntry(ram, IMAGE_PT_PHYSICAL, entry -> entry | G)),
                        "SEC-05"),
                isolation("MUT-121", "the direct map is global with page-table isolation, too",
                        Variants.loaded((ram, image) -> everyEntry(ram, DIRECT_PDS_PHYSICAL, entry -> entry | G)),
                        "SEC-05"),
                boot("MUT-122", "the direct map of all memory is executable",
                        Variants.loaded((ram, image) -> everyEntry(ram, DIRECT_PDS_PHYSICAL, entry -> entry & ~NX)),
                        "SEC-07"),
                boot("MUT-123", "the direct map shows the kernel's text a second time, writable",
                        Variants.loaded((ram, image) -> entry(ram, DIRECT_PDS_PHYSICAL,
                                (int) (KERNEL_IMAGE_PHYSICAL / LARGE_PAGE), entry -> entry | RW)),
                        "SEC-08"),
                boot("MUT-124", "the kernel's read-only data is writable",
                        Variants.loaded((ram, image) -> entry(ram, IMAGE_PT_PHYSICAL, leaf(KERNEL_RODATA),
                                entry -> entry | RW)),
                        "SEC-08"),
                boot("MUT-125", "the trampoline page is mapped writable in both page tables",
                        Variants.loaded((ram, image) -> {
                            entry(ram, IMAGE_PT_PHYSICAL, leaf(KERNEL_TRAMPOLINE), entry -> entry | RW);
                            entry(ram, TRAMPOLINE_PT_PHYSICAL, leaf(KERNEL_TRAMPOLINE), entry -> entry | RW);
                        }), "MSR-03", "SEC-07"),
                isolation("MUT-126", "the page tables of ring 3 map the first page of the kernel's text, too",
                        Variants.loaded((ram, image) -> entry(ram, TRAMPOLINE_PT_PHYSICAL, leaf(KERNEL_IMAGE),
                                entry -> KERNEL_IMAGE_PHYSICAL | P)),
                        "SEC-04"));
    }

    private static Mutant isolation(String id, String breaks, KernelDesign design, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.BOOT, Mutant.Where.KPTI_ON, design, clauses);
    }

    private static Mutant boot(String id, String breaks, KernelDesign design, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.BOOT, design, clauses);
    }

    private static int leaf(long linear) {
        return PageTableEntry.index(linear, 1);
    }

    private static void everyEntry(PhysicalMemory ram, long table, LongUnaryOperator change) {
        for (int index = 0; index < ENTRIES; index++) {
            if ((ram.read64(table + 8L * index) & P) != 0) {
                entry(ram, table, index, change);
            }
        }
    }

    private static void entry(PhysicalMemory ram, long table, int index, LongUnaryOperator change) {
        ram.write64(table + 8L * index, change.applyAsLong(ram.read64(table + 8L * index)));
    }
}
