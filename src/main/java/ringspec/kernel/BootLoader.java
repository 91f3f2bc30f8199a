package ringspec.kernel;

import static ringspec.kernel.KernelLayout.BOOT_INFO_IMAGE_END;
import static ringspec.kernel.KernelLayout.BOOT_INFO_MAGIC;
import static ringspec.kernel.KernelLayout.BOOT_INFO_MAGIC_VALUE;
import static ringspec.kernel.KernelLayout.BOOT_INFO_OPTIONS;
import static ringspec.kernel.KernelLayout.BOOT_INFO_PHYSICAL;
import static ringspec.kernel.KernelLayout.BOOT_INFO_RAM_SIZE;
import static ringspec.kernel.KernelLayout.BOOT_PML4_PHYSICAL;
import static ringspec.kernel.KernelLayout.DIRECT_MAP;
import static ringspec.kernel.KernelLayout.DIRECT_PDPT_PHYSICAL;
import static ringspec.kernel.KernelLayout.DIRECT_PDS_PHYSICAL;
import static ringspec.kernel.KernelLayout.GDT_BASE;
import static ringspec.kernel.KernelLayout.GDT_PHYSICAL;
import static ringspec.kernel.KernelLayout.GIGABYTE;
import static ringspec.kernel.KernelLayout.IDT_BASE;
import static ringspec.kernel.KernelLayout.IDT_PHYSICAL;
import static ringspec.kernel.KernelLayout.IMAGE_PT_PHYSICAL;
import static ringspec.kernel.KernelLayout.IST1_TOP;
import static ringspec.kernel.KernelLayout.IST_PHYSICAL;
import static ringspec.kernel.KernelLayout.IST_STACKS;
import static ringspec.kernel.KernelLayout.KERNEL_AREA_PHYSICAL;
import static ringspec.kernel.KernelLayout.KERNEL_IMAGE;
import static ringspec.kernel.KernelLayout.KERNEL_IMAGE_PHYSICAL;
import static ringspec.kernel.KernelLayout.KERNEL_PDPT_PHYSICAL;
import static ringspec.kernel.KernelLayout.KERNEL_PD_PHYSICAL;
import static ringspec.kernel.KernelLayout.KERNEL_STACKS;
import static ringspec.kernel.KernelLayout.LARGE_PAGE;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.PERCPU_BASE;
import static ringspec.kernel.KernelLayout.PERCPU_PHYSICAL;
import static ringspec.kernel.KernelLayout.PERCPU_PT_PHYSICAL;
import static ringspec.kernel.KernelLayout.STACK_PTS;
import static ringspec.kernel.KernelLayout.STACK_PTS_PHYSICAL;
import static ringspec.kernel.KernelLayout.TRAMPOLINE_PT_PHYSICAL;
import static ringspec.kernel.KernelLayout.TSS_BASE;
import static ringspec.kernel.KernelLayout.TSS_PAGES;
import static ringspec.kernel.KernelLayout.TSS_PHYSICAL;
import static ringspec.paging.PageTableEntry.G;
import static ringspec.paging.PageTableEntry.NX;
import static ringspec.paging.PageTableEntry.P;
import static ringspec.paging.PageTableEntry.PCD;
import static ringspec.paging.PageTableEntry.PS;
import static ringspec.paging.PageTableEntry.PWT;
import static ringspec.paging.PageTableEntry.RW;

import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorReset;
import ringspec.isa.assembler.Assembled;
import ringspec.kernel.mm.PagePermissions;
import ringspec.memory.PhysicalMemory;
import ringspec.paging.PageTableEntry;

/**
 * What a 64-bit boot loader does before the kernel's first instruction: puts the image and boot info into memory, builds the
 * boot PML4, and enters the image at {@code _start} with RDI = boot info.
 */
public final class BootLoader {

    /** RAM of a machine unless said otherwise, in bytes. */
    public static final long DEFAULT_RAM = 32L << 20;
    /** The kernel area, its tables and something to run in. */
    public static final long LEAST_RAM = 8L << 20;
    /** One page directory for each GiB of the direct map has its place. */
    public static final long MOST_RAM = 64L << 30;

    private final PhysicalMemory ram;
    private final KernelImage image;
    /** G of everything but the trampoline set: with KPTI, global kernel translations would defeat it (D15). */
    private final long global;

    private BootLoader(PhysicalMemory ram, KernelImage image) {
        this.ram = ram;
        this.image = image;
        this.global = image.options().kpti() ? 0 : G;
    }

    /**
     * Loads an image into RAM that is all zero, and makes the processor ready to run it.
     *
     * @throws IllegalArgumentException if the machine has too little or too much RAM, or not whole 2 MiB of it
     */
    public static void load(Cpu cpu, KernelImage image) {
        long size = cpu.ram.size();
        if (size < LEAST_RAM || size > MOST_RAM || size % LARGE_PAGE != 0) {
            throw new IllegalArgumentException(
                    "The kernel needs RAM of 0x%x to 0x%x bytes in units of 0x%x, not 0x%x: give "
                            .formatted(LEAST_RAM, MOST_RAM, LARGE_PAGE, size) + "the machine another size");
        }
        BootLoader loader = new BootLoader(cpu.ram, image);
        loader.placeImage();
        loader.buildDirectMap();
        loader.buildKernelHalf();
        loader.writeBootInfo();
        image.design().loaded(cpu.ram, image);
        ProcessorReset.longMode(cpu, BOOT_PML4_PHYSICAL, image.symbol("_start"), 0);
        cpu.gpr[Cpu.RDI] = KernelLayout.direct(BOOT_INFO_PHYSICAL);
    }

    private void placeImage() {
        for (Assembled.Section section : image.sections()) {
            ram.write(KernelImage.physical(section.address()), section.bytes(), 0, section.bytes().length);
        }
    }

    private void buildDirectMap() {
        set(BOOT_PML4_PHYSICAL, 4, DIRECT_MAP, DIRECT_PDPT_PHYSICAL | P | RW);
        for (long physical = 0; physical < ram.size(); physical += LARGE_PAGE) {
            long linear = KernelLayout.direct(physical);
            long directory = DIRECT_PDS_PHYSICAL + physical / GIGABYTE * PAGE;
            set(DIRECT_PDPT_PHYSICAL, 3, linear, directory | P | RW);
            // No second, writable name for the kernel's text and rodata.
            long write = physical == KERNEL_IMAGE_PHYSICAL ? 0 : RW;
            set(directory, 2, linear, physical | P | PS | NX | write | global);
        }
    }

    private void buildKernelHalf() {
        set(BOOT_PML4_PHYSICAL, 4, KERNEL_IMAGE, KERNEL_PDPT_PHYSICAL | P | RW);
        set(KERNEL_PDPT_PHYSICAL, 3, KERNEL_IMAGE, KERNEL_PD_PHYSICAL | P | RW);
        set(KERNEL_PD_PHYSICAL, 2, KERNEL_IMAGE, IMAGE_PT_PHYSICAL | P | RW);
        set(KERNEL_PD_PHYSICAL, 2, PERCPU_BASE, PERCPU_PT_PHYSICAL | P | RW);
        for (int i = 0; i < STACK_PTS; i++) {
            set(KERNEL_PD_PHYSICAL, 2, KERNEL_STACKS + (long) i * LARGE_PAGE, STACK_PTS_PHYSICAL + (long) i * PAGE | P
                    | RW);
        }
        for (Assembled.Section section : image.sections()) {
            boolean trampoline = section.name().equals(".trampoline");
            long bits = KernelImage.permissions(section).bits() | (trampoline ? G : global);
            for (long page = section.address(); page < section.end(); page += PAGE) {
                set(IMAGE_PT_PHYSICAL, 1, page, KernelImage.physical(page) | bits);
                if (trampoline) {
                    set(TRAMPOLINE_PT_PHYSICAL, 1, page, KernelImage.physical(page) | bits);
                }
            }
        }
        mapDevice(KernelLayout.LOCAL_APIC_BASE, KernelLayout.LOCAL_APIC_PHYSICAL);
        mapDevice(KernelLayout.IO_APIC_BASE, KernelLayout.IO_APIC_PHYSICAL);
        mapPerCpu(PERCPU_BASE, PERCPU_PHYSICAL);
        mapPerCpu(GDT_BASE, GDT_PHYSICAL);
        mapPerCpu(IDT_BASE, IDT_PHYSICAL);
        for (int i = 0; i < TSS_PAGES; i++) {
            mapPerCpu(TSS_BASE + (long) i * PAGE, TSS_PHYSICAL + (long) i * PAGE);
        }
        for (int i = 0; i < IST_STACKS; i++) {
            // Every second page stays unmapped: the guard below each stack.
            mapPerCpu(IST1_TOP - PAGE + 2L * i * PAGE, IST_PHYSICAL + (long) i * PAGE);
        }
    }

    private void mapPerCpu(long linear, long physical) {
        set(PERCPU_PT_PHYSICAL, 1, linear, physical | PagePermissions.KERNEL_DATA.bits() | G);
    }

    /** Registers must not be cached (SDM vol. 3A, 12.4.1): PCD and PWT select UC, whatever the MTRRs say. */
    private void mapDevice(long linear, long physical) {
        set(IMAGE_PT_PHYSICAL, 1, linear, physical | PagePermissions.KERNEL_DATA.bits() | PCD | PWT | global);
    }

    private void writeBootInfo() {
        ram.write64(BOOT_INFO_PHYSICAL + BOOT_INFO_MAGIC, BOOT_INFO_MAGIC_VALUE);
        ram.write64(BOOT_INFO_PHYSICAL + BOOT_INFO_OPTIONS, image.options().kpti() ? KernelLayout.OPTION_KPTI : 0);
        ram.write64(BOOT_INFO_PHYSICAL + BOOT_INFO_RAM_SIZE, ram.size());
        ram.write64(BOOT_INFO_PHYSICAL + BOOT_INFO_IMAGE_END, image.endPhysical());
    }

    private void set(long table, int level, long linear, long entry) {
        if (table < KERNEL_AREA_PHYSICAL) {
            throw new IllegalStateException("page table at 0x%x, below the kernel area".formatted(table));
        }
        ram.write64(table + 8L * PageTableEntry.index(linear, level), entry);
    }
}
