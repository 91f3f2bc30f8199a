package ringspec.mutant;

import static ringspec.kernel.KernelLayout.FRAME_RFLAGS;
import static ringspec.kernel.KernelLayout.FRAME_SIZE;
import static ringspec.kernel.KernelLayout.IMAGE_PT_PHYSICAL;
import static ringspec.kernel.KernelLayout.LOCAL_APIC_BASE;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.PERCPU_KERNEL_STACK;
import static ringspec.kernel.KernelLayout.PERCPU_PHYSICAL;
import static ringspec.kernel.KernelLayout.PERCPU_USER_CR3;
import static ringspec.kernel.KernelLayout.STACK_PTS;
import static ringspec.kernel.KernelLayout.STACK_PTS_PHYSICAL;
import static ringspec.kernel.KernelLayout.TRAMPOLINE_PT_PHYSICAL;
import static ringspec.kernel.KernelLayout.TSS_PHYSICAL;
import static ringspec.kernel.KernelLayout.TSS_RSP0;
import static ringspec.kernel.KernelLayout.USER_RFLAGS;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.paging.PageTableEntry.ADDRESS;
import static ringspec.paging.PageTableEntry.G;
import static ringspec.paging.PageTableEntry.NX;

import java.util.List;
import ringspec.cpu.Rflags;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.mm.PagePermissions;

/** Stores to the kernel's tables and structures that are left out or wrong, and instructions that aren't executed. */
final class AccessMutants {

    private static final long KERNEL_STACK = direct(PERCPU_PHYSICAL) + PERCPU_KERNEL_STACK;
    private static final long USER_CR3 = direct(PERCPU_PHYSICAL) + PERCPU_USER_CR3;
    private static final int END_OF_INTERRUPT = 0xB0;

    private AccessMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                access("MUT-140", "a switch of threads doesn't write TSS.RSP0", Variants.store((memory, address,
                        value) -> {
                    if (address != direct(TSS_PHYSICAL) + TSS_RSP0) {
                        memory.store(address, value);
                    }
                }), "ENTRY-07", "RING3-09"),
                access("MUT-141", "a switch of threads leaves the stack that SYSCALL takes as it is", Variants.store((
                        memory, address, value) -> {
                    if (address != KERNEL_STACK || memory.load(KERNEL_STACK) == 0) {
                        memory.store(address, value);
                    }
                }), "ENTRY-07"),
                access("MUT-142", "a switch of threads doesn't note whose page tables ring 3 needs", Variants.store((
                        memory, address, value) -> {
                    if (address != USER_CR3 || memory.load(USER_CR3) == 0) {
                        memory.store(address, value);
                    }
                }), "RET-08"),
                Mutant.kernel("MUT-143", "no INVLPG when a page is unmapped", Seam.ACCESS, Mutant.Where.KPTI_OFF,
                        Variants.processor(shipped -> new PassingProcessor(shipped) {
                            @Override
                            public void invlpg(long linear) {
                                // Left out.
                            }
                        }), "MEM-04", "SEC-12"),
                access("MUT-144", "no EOI is sent", Variants.processor(shipped -> new PassingProcessor(shipped) {
                    @Override
                    public void writeRegister(long linear, int value) {
                        if (linear != LOCAL_APIC_BASE + END_OF_INTERRUPT) {
                            super.writeRegister(linear, value);
                        }
                    }
                }), "IRQ-01", "IRQ-02"),
                access("MUT-145", "writable pages of ring 3 are executable", Variants.store((memory, address,
                        value) -> memory.store(address, isUserData(value) ? value & ~NX : value)),
                        "LOAD-04", "LOAD-11", "RING3-08", "SEC-07"),
                access("MUT-146", "writable pages of ring 3 are global, so that they stay when CR3 changes", Variants
                        .store((memory, address, value) -> memory.store(address, isUserData(value) ? value | G
                                : value)),
                        "SEC-11", "SEC-12"),
                isolation("MUT-147", "the page tables of ring 3 map the whole kernel image", Variants.store((memory,
                        address, value) -> memory.store(address, (value & ADDRESS) == TRAMPOLINE_PT_PHYSICAL
                                ? value & ~ADDRESS | IMAGE_PT_PHYSICAL
                                : value)),
                        "SEC-04", "RING3-07"),
                isolation("MUT-148", "kernel stacks are global with page-table isolation, too", Variants.store((memory,
                        address, value) -> memory.store(address, isStackEntry(address) && value != 0 ? value | G
                                : value)),
                        "SEC-05"),
                access("MUT-149", "a thread starts with IOPL 3", firstFlags(Rflags.IOPL), "RING3-03", "RING3-11"),
                access("MUT-150", "a thread starts with ZF and PF set", firstFlags(Rflags.ZF | Rflags.PF),
                        "RING3-03"));
    }

    private static Mutant isolation(String id, String breaks, KernelDesign design, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.ACCESS, Mutant.Where.KPTI_ON, design, clauses);
    }

    private static Mutant access(String id, String breaks, KernelDesign design, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.ACCESS, design, clauses);
    }

    /** Only page-table entries look like this. */
    private static boolean isUserData(long value) {
        return (value & ~ADDRESS) == PagePermissions.USER_DATA.bits();
    }

    private static boolean isStackEntry(long address) {
        long first = direct(STACK_PTS_PHYSICAL);
        return address >= first && address < first + (long) STACK_PTS * PAGE;
    }

    private static KernelDesign firstFlags(long more) {
        return Variants.store((memory, address, value) -> {
            boolean first = value == USER_RFLAGS && (address & PAGE - 1) == PAGE - FRAME_SIZE + FRAME_RFLAGS;
            memory.store(address, first ? value | more : value);
        });
    }
}
