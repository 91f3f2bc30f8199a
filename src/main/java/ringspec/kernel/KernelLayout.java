package ringspec.kernel;

import java.util.LinkedHashMap;
import java.util.Map;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Msr;
import ringspec.cpu.XsaveLayout;

/**
 * Every address, selector and structure offset of the kernel, under the names that its assembly text and its debuggers use.
 *
 * <p>Linear addresses are canonical 48-bit ones; physical ones end in {@code PHYSICAL}. Offsets are in bytes. The layout of the
 * kernel's own objects is in {@link ObjectLayout}.
 */
public final class KernelLayout {

    public static final int PAGE = 0x1000;
    public static final int LARGE_PAGE = 0x20_0000;
    public static final long GIGABYTE = 1L << 30;

    // The user half.
    /** Below this nothing is ever mapped. */
    public static final long USER_LOWEST = 0x1_0000L;
    /** The first address that ring 3 may not map: the last canonical page of the lower half stays empty (D03). */
    public static final long USER_MAX = 0x7FFF_FFFF_F000L;
    public static final long USER_STACK_SIZE = 4 * PAGE;

    // The upper half.
    public static final long DIRECT_MAP = 0xFFFF_8000_0000_0000L;
    public static final long KERNEL_IMAGE = 0xFFFF_FFFF_8020_0000L;
    // Its sections. The trampoline is not at the beginning: with KPTI the image's first page must not be there for ring 3.
    public static final long KERNEL_TEXT = KERNEL_IMAGE;
    public static final long KERNEL_TRAMPOLINE = KERNEL_IMAGE + 0x8000;
    public static final long KERNEL_RODATA = KERNEL_IMAGE + 0x1_0000;
    public static final long KERNEL_DATA = KERNEL_IMAGE + 0x1_8000;
    public static final long PERCPU_BASE = 0xFFFF_FFFF_8040_0000L;
    public static final long GDT_BASE = PERCPU_BASE + 0x1000;
    public static final long IDT_BASE = PERCPU_BASE + 0x2000;
    public static final long TSS_BASE = PERCPU_BASE + 0x3000;
    public static final int TSS_PAGES = 3;
    /** One page each, an unmapped page below each: double fault, NMI, machine check, debug. */
    public static final long IST1_TOP = PERCPU_BASE + 0x8000;
    public static final long IST2_TOP = PERCPU_BASE + 0xA000;
    public static final long IST3_TOP = PERCPU_BASE + 0xC000;
    public static final long IST4_TOP = PERCPU_BASE + 0xE000;
    /** Kernel stacks, {@link #KERNEL_STACK_STRIDE} apart: unmapped pages, then {@link #KERNEL_STACK_PAGES} mapped ones. */
    public static final long KERNEL_STACKS = 0xFFFF_FFFF_8080_0000L;
    public static final int KERNEL_STACK_STRIDE = 0x8000;
    public static final int KERNEL_STACK_PAGES = 4;
    public static final int MAX_KERNEL_STACKS = 256;

    // Physical memory.
    public static final long BOOT_INFO_PHYSICAL = 0x8000;
    public static final long KERNEL_IMAGE_PHYSICAL = 0x20_0000;
    /** Globals, per-CPU area and boot page tables; the frame bitmap and the frame table follow. */
    public static final long KERNEL_AREA_PHYSICAL = 0x40_0000;
    public static final long GLOBALS_PHYSICAL = KERNEL_AREA_PHYSICAL;
    public static final long PERCPU_PHYSICAL = KERNEL_AREA_PHYSICAL + 0x1000;
    public static final long GDT_PHYSICAL = KERNEL_AREA_PHYSICAL + 0x2000;
    public static final long IDT_PHYSICAL = KERNEL_AREA_PHYSICAL + 0x3000;
    public static final long TSS_PHYSICAL = KERNEL_AREA_PHYSICAL + 0x4000;
    public static final long IST_PHYSICAL = KERNEL_AREA_PHYSICAL + 0x7000;
    public static final int IST_STACKS = 4;
    public static final long SERIAL_ENDPOINT_PHYSICAL = KERNEL_AREA_PHYSICAL + 0xB000;
    public static final long BOOT_TABLES_PHYSICAL = KERNEL_AREA_PHYSICAL + 0x1_0000;
    public static final long BOOT_PML4_PHYSICAL = BOOT_TABLES_PHYSICAL;
    public static final long DIRECT_PDPT_PHYSICAL = BOOT_TABLES_PHYSICAL + 0x1000;
    public static final long KERNEL_PDPT_PHYSICAL = BOOT_TABLES_PHYSICAL + 0x2000;
    public static final long KERNEL_PD_PHYSICAL = BOOT_TABLES_PHYSICAL + 0x3000;
    public static final long IMAGE_PT_PHYSICAL = BOOT_TABLES_PHYSICAL + 0x4000;
    public static final long PERCPU_PT_PHYSICAL = BOOT_TABLES_PHYSICAL + 0x5000;
    /** The part of the image's table that the user page tables share under KPTI: the trampoline alone. */
    public static final long TRAMPOLINE_PT_PHYSICAL = BOOT_TABLES_PHYSICAL + 0x6000;
    public static final long STACK_PTS_PHYSICAL = BOOT_TABLES_PHYSICAL + 0x7000;
    public static final int STACK_PTS = MAX_KERNEL_STACKS * KERNEL_STACK_STRIDE / LARGE_PAGE;
    /** One page directory for each GiB of RAM. */
    public static final long DIRECT_PDS_PHYSICAL = STACK_PTS_PHYSICAL + (long) STACK_PTS * PAGE;

    // Memory-mapped devices, uncached, in the image's part of the upper half, which no user page table shares.
    public static final long LOCAL_APIC_PHYSICAL = 0xFEE0_0000L;
    public static final long IO_APIC_PHYSICAL = 0xFEC0_0000L;
    public static final long LOCAL_APIC_BASE = KERNEL_IMAGE + 0x1F_E000;
    public static final long IO_APIC_BASE = KERNEL_IMAGE + 0x1F_F000;

    // Interrupt vectors.
    /** Vector of the I/O APIC's input 0; the others follow. */
    public static final int IRQ_VECTOR_BASE = 0x20;
    /** Input of the serial port COM1. */
    public static final int SERIAL_IRQ = 4;
    public static final int TIMER_VECTOR = 0xE0;
    public static final int SPURIOUS_VECTOR = 0xFF;
    /** Instructions of a time slice unless boot info says otherwise. */
    public static final long DEFAULT_TIME_SLICE = 20_000;

    // Selectors and system registers.
    public static final int KERNEL_CS = 0x08;
    public static final int KERNEL_SS = 0x10;
    public static final int USER_SS = 0x1B;
    public static final int USER_CS = 0x23;
    public static final int TSS_SELECTOR = 0x28;
    public static final int GDT_ENTRIES = 7;
    public static final long STAR_VALUE = 0x0013_0008_0000_0000L;
    /** TF IF DF IOPL NT AC (D09). */
    public static final long SFMASK_VALUE = 0x4_7700L;
    /** IF and the bit that is always 1: what a thread starts with. */
    public static final long USER_RFLAGS = 0x202;
    public static final int INITIAL_MXCSR = 0x1F80;
    public static final int INITIAL_FPU_CONTROL = 0x37F;
    /** x87, SSE and AVX state are enabled, where there is XSAVE. */
    public static final long XCR0_VALUE = XsaveLayout.X87 | XsaveLayout.SSE | XsaveLayout.AVX;
    public static final int TSS_RSP0 = 0x04;
    public static final int TSS_IST1 = 0x24;
    public static final int TSS_IO_MAP_BASE = 0x66;
    public static final int TSS_IO_BITMAP = 0x68;
    /** The bitmap for 65536 ports and the byte of ones that must follow it (SDM vol. 1, 19.5.2). */
    public static final int TSS_LIMIT = TSS_IO_BITMAP + 8192;

    // Ports.
    public static final int SERIAL_PORT = 0x3F8;
    public static final int EXIT_PORT = 0xF4;

    /** What the frame's vector slot holds for a system call. */
    public static final int VECTOR_SYSCALL = 0x100;
    public static final int SYSCALL_COUNT = 22;

    // Per-CPU page.
    public static final int PERCPU_SELF = 0x00;
    public static final int PERCPU_USER_RSP = 0x08;
    public static final int PERCPU_KERNEL_STACK = 0x10;
    public static final int PERCPU_KERNEL_CR3 = 0x18;
    public static final int PERCPU_USER_CR3 = 0x20;
    public static final int PERCPU_SCRATCH = 0x28;
    public static final int PERCPU_CURRENT_THREAD = 0x30;
    public static final int PERCPU_RESCHEDULE = 0x38;
    public static final int PERCPU_IDLE_CR3 = 0x40;
    /** Counts NMIs and #DBs that hit ring 0 and were let go. */
    public static final int PERCPU_NMI_COUNT = 0x48;
    public static final int PERCPU_DEBUG_COUNT = 0x50;
    public static final int PERCPU_INTERRUPT_COUNT = 0x58;
    /** 1 while the local APIC's timer runs for a time slice. */
    public static final int PERCPU_TIMER_ARMED = 0x60;
    /** {@link #PERCPU_RESCHEDULE}: the running thread goes behind its peers, or before them if it was preempted. */
    public static final int RESCHEDULE_TURN_OVER = 1;
    public static final int RESCHEDULE_PREEMPTED = 2;

    // Save area: the frame at the top of a thread's kernel stack.
    private static final String[] FRAME_WORDS = {"R15", "R14", "R13", "R12", "R11", "R10", "R9", "R8", "RBP", "RDI",
            "RSI",
            "RDX", "RCX", "RBX", "RAX", "VECTOR", "ERROR", "RIP", "CS", "RFLAGS", "RSP", "SS"};
    public static final int FRAME_RDI = 9 * 8;
    public static final int FRAME_RAX = 14 * 8;
    public static final int FRAME_VECTOR = 15 * 8;
    public static final int FRAME_ERROR = 16 * 8;
    public static final int FRAME_RIP = 17 * 8;
    public static final int FRAME_CS = 18 * 8;
    public static final int FRAME_RFLAGS = 19 * 8;
    public static final int FRAME_RSP = 20 * 8;
    public static final int FRAME_SS = 21 * 8;
    public static final int FRAME_SIZE = 22 * 8;

    // Boot info: what boot loader and harness tell the kernel, and what it answers.
    public static final long BOOT_INFO_MAGIC_VALUE = 0x544F_4F42_4350_5352L;
    public static final int BOOT_INFO_MAGIC = 0x00;
    /** How many frames the allocator may hand out; 0 = all there are. */
    public static final int BOOT_INFO_MEMORY_LIMIT = 0x08;
    public static final int BOOT_INFO_MODULE_COUNT = 0x10;
    public static final int BOOT_INFO_OPTIONS = 0x18;
    /** Out: see {@link #STATUS_RUNNING} and its like. */
    public static final int BOOT_INFO_STATUS = 0x20;
    public static final int BOOT_INFO_RAM_SIZE = 0x28;
    public static final int BOOT_INFO_IMAGE_END = 0x30;
    public static final int BOOT_INFO_MODULES = 0x40;
    public static final int MAX_MODULES = 8;
    public static final int MODULE_STRIDE = 0x40;
    public static final int MODULE_PHYSICAL = 0x00;
    public static final int MODULE_LENGTH = 0x08;
    public static final int MODULE_NAME = 0x10;
    public static final int NAME_LENGTH = 16;
    /** Out: 0 untouched, 1 became a process, else the (negative) error of the refusal. */
    public static final int MODULE_STATUS = 0x20;
    /** Out: id of the process. */
    public static final int MODULE_PROCESS_ID = 0x28;
    /** Out: 1 + the ordinal of the {@link ringspec.elf.ElfRule} that the file breaks, 0 if it breaks none. */
    public static final int MODULE_RULE = 0x30;

    /** Instructions of a time slice; 0 = {@link #DEFAULT_TIME_SLICE}. */
    public static final int BOOT_INFO_TIME_SLICE = 0x240;
    /** What the addresses of processes depend on, with {@link #OPTION_ASLR}. */
    public static final int BOOT_INFO_ASLR_SEED = 0x248;

    /** Bit of {@link #BOOT_INFO_OPTIONS}: two PML4s for each process. */
    public static final int OPTION_KPTI = 1;
    /** Bit of {@link #BOOT_INFO_OPTIONS}: addresses of processes by {@link #BOOT_INFO_ASLR_SEED}. */
    public static final int OPTION_ASLR = 2;

    public static final int STATUS_RUNNING = 1;
    public static final int STATUS_INIT_REFUSED = 2;
    public static final int STATUS_ENDED = 3;
    public static final int STATUS_PANIC = 4;

    // What is written to the exit port.
    public static final int EXIT_ALL_ENDED = 0;
    public static final int EXIT_INIT_KILLED = 1;
    public static final int EXIT_PANIC = 2;
    public static final int EXIT_INIT_REFUSED = 3;

    // IDT.
    public static final int GATE_INTERRUPT = 0x8E;
    public static final int GATE_INTERRUPT_RING3 = 0xEE;
    public static final int EXCEPTION_STUB_SIZE = 16;
    public static final int INTERRUPT_STUB_SIZE = 8;

    private KernelLayout() {
    }

    /** The direct-map address of a physical one. */
    public static long direct(long physical) {
        return DIRECT_MAP + physical;
    }

    /** The physical address behind a direct-map one. */
    public static long physical(long direct) {
        return direct - DIRECT_MAP;
    }

    /** The highest address of a kernel stack: its thread's RSP0. */
    public static long kernelStackTop(int index) {
        return KERNEL_STACKS + (index + 1L) * KERNEL_STACK_STRIDE;
    }

    /**
     * The constants that the assembly text may use.
     *
     * @param options what the kernel is built with
     */
    public static Map<String, Long> assemblerConstants(KernelOptions options) {
        Map<String, Long> constants = new LinkedHashMap<>(layoutConstants());
        constants.put("KPTI", options.kpti() ? 1L : 0);
        constants.put("SMAP", options.smap() ? 1L : 0);
        constants.put("XSAVE", options.xsave() ? 1L : 0);
        return constants;
    }

    /** Addresses and offsets by name, the same for every set of options. */
    public static Map<String, Long> layoutConstants() {
        Map<String, Long> all = new LinkedHashMap<>();
        addresses(all);
        systemRegisters(all);
        perCpuAndFrame(all);
        all.putAll(ObjectLayout.constants());
        return all;
    }

    private static void addresses(Map<String, Long> all) {
        all.put("PAGE", (long) PAGE);
        all.put("USER_MAX", USER_MAX);
        all.put("DIRECT_MAP", DIRECT_MAP);
        all.put("KERNEL_IMAGE", KERNEL_IMAGE);
        all.put("KERNEL_TEXT", KERNEL_TEXT);
        all.put("KERNEL_TRAMPOLINE", KERNEL_TRAMPOLINE);
        all.put("KERNEL_RODATA", KERNEL_RODATA);
        all.put("KERNEL_DATA", KERNEL_DATA);
        all.put("BOOT_INFO", direct(BOOT_INFO_PHYSICAL));
        all.put("BOOT_INFO_MEMORY_LIMIT", (long) BOOT_INFO_MEMORY_LIMIT);
        all.put("BOOT_INFO_MODULE_COUNT", (long) BOOT_INFO_MODULE_COUNT);
        all.put("BOOT_INFO_STATUS", (long) BOOT_INFO_STATUS);
        all.put("BOOT_INFO_MODULES", (long) BOOT_INFO_MODULES);
        all.put("MODULE_STRIDE", (long) MODULE_STRIDE);
        all.put("MODULE_STATUS", (long) MODULE_STATUS);
        all.put("MODULE_PROCESS_ID", (long) MODULE_PROCESS_ID);
        all.put("MODULE_RULE", (long) MODULE_RULE);
        all.put("KERNEL_GLOBALS", direct(GLOBALS_PHYSICAL));
        all.put("LOCAL_APIC_BASE", LOCAL_APIC_BASE);
        all.put("IO_APIC_BASE", IO_APIC_BASE);
        all.put("IRQ_VECTOR_BASE", (long) IRQ_VECTOR_BASE);
        all.put("TIMER_VECTOR", (long) TIMER_VECTOR);
        all.put("SPURIOUS_VECTOR", (long) SPURIOUS_VECTOR);
        all.put("BOOT_INFO_TIME_SLICE", (long) BOOT_INFO_TIME_SLICE);
        all.put("PERCPU_BASE", PERCPU_BASE);
        all.put("GDT_BASE", GDT_BASE);
        all.put("GDT_ENTRIES", (long) GDT_ENTRIES);
        all.put("IDT_BASE", IDT_BASE);
        all.put("TSS_BASE", TSS_BASE);
        all.put("TSS_RSP0", (long) TSS_RSP0);
        all.put("TSS_IST1", (long) TSS_IST1);
        all.put("TSS_IO_MAP_BASE", (long) TSS_IO_MAP_BASE);
        all.put("TSS_IO_BITMAP", (long) TSS_IO_BITMAP);
        all.put("TSS_LIMIT", (long) TSS_LIMIT);
        all.put("IST1_TOP", IST1_TOP);
        all.put("IST2_TOP", IST2_TOP);
        all.put("IST3_TOP", IST3_TOP);
        all.put("IST4_TOP", IST4_TOP);
        all.put("KERNEL_STACKS", KERNEL_STACKS);
        all.put("KERNEL_STACK_STRIDE", (long) KERNEL_STACK_STRIDE);
        all.put("KERNEL_STACK_PAGES", (long) KERNEL_STACK_PAGES);
        all.put("GATE_INTERRUPT", (long) GATE_INTERRUPT);
        all.put("GATE_INTERRUPT_RING3", (long) GATE_INTERRUPT_RING3);
        all.put("EXCEPTION_STUB_SIZE", (long) EXCEPTION_STUB_SIZE);
        all.put("INTERRUPT_STUB_SIZE", (long) INTERRUPT_STUB_SIZE);
    }

    private static void systemRegisters(Map<String, Long> all) {
        all.put("KERNEL_CS", (long) KERNEL_CS);
        all.put("KERNEL_SS", (long) KERNEL_SS);
        all.put("USER_SS", (long) USER_SS);
        all.put("USER_CS", (long) USER_CS);
        all.put("TSS_SELECTOR", (long) TSS_SELECTOR);
        all.put("STAR_VALUE", STAR_VALUE);
        all.put("SFMASK_VALUE", SFMASK_VALUE);
        all.put("CR0_VALUE", ControlRegisters.CR0_PE | ControlRegisters.CR0_MP | ControlRegisters.CR0_ET
                | ControlRegisters.CR0_NE | ControlRegisters.CR0_WP | ControlRegisters.CR0_PG);
        all.put("CR4_VALUE", ControlRegisters.CR4_PAE | ControlRegisters.CR4_PGE | ControlRegisters.CR4_OSFXSR
                | ControlRegisters.CR4_OSXMMEXCPT);
        all.put("CR4_SMEP", ControlRegisters.CR4_SMEP);
        all.put("CR4_SMAP", ControlRegisters.CR4_SMAP);
        all.put("CR4_UMIP", ControlRegisters.CR4_UMIP);
        all.put("CR4_OSXSAVE", ControlRegisters.CR4_OSXSAVE);
        all.put("XCR0_VALUE", XCR0_VALUE);
        // Bit numbers in the registers of CPUID leaf 7 (SDM vol. 2A, CPUID).
        all.put("CPUID_7_EBX_SMEP", 7L);
        all.put("CPUID_7_EBX_SMAP", 20L);
        all.put("CPUID_7_ECX_UMIP", 2L);
        all.put("EFER_SCE", ControlRegisters.EFER_SCE);
        all.put("EFER_NXE", ControlRegisters.EFER_NXE);
        all.put("MSR_EFER", msr(Msr.EFER));
        all.put("MSR_STAR", msr(Msr.STAR));
        all.put("MSR_LSTAR", msr(Msr.LSTAR));
        all.put("MSR_CSTAR", msr(Msr.CSTAR));
        all.put("MSR_SFMASK", msr(Msr.SFMASK));
        all.put("MSR_FS_BASE", msr(Msr.FS_BASE));
        all.put("MSR_GS_BASE", msr(Msr.GS_BASE));
        all.put("MSR_KERNEL_GS_BASE", msr(Msr.KERNEL_GS_BASE));
        all.put("SYSCALL_COUNT", (long) SYSCALL_COUNT);
        all.put("VECTOR_SYSCALL", (long) VECTOR_SYSCALL);
        for (ErrorCode error : ErrorCode.values()) {
            all.put("ERROR_" + error.name(), error.result());
        }
    }

    private static long msr(int number) {
        return Integer.toUnsignedLong(number);
    }

    private static void perCpuAndFrame(Map<String, Long> all) {
        all.put("PERCPU_SELF", (long) PERCPU_SELF);
        all.put("PERCPU_USER_RSP", (long) PERCPU_USER_RSP);
        all.put("PERCPU_KERNEL_STACK", (long) PERCPU_KERNEL_STACK);
        all.put("PERCPU_KERNEL_CR3", (long) PERCPU_KERNEL_CR3);
        all.put("PERCPU_USER_CR3", (long) PERCPU_USER_CR3);
        all.put("PERCPU_SCRATCH", (long) PERCPU_SCRATCH);
        all.put("PERCPU_CURRENT_THREAD", (long) PERCPU_CURRENT_THREAD);
        all.put("PERCPU_RESCHEDULE", (long) PERCPU_RESCHEDULE);
        all.put("PERCPU_IDLE_CR3", (long) PERCPU_IDLE_CR3);
        all.put("PERCPU_NMI_COUNT", (long) PERCPU_NMI_COUNT);
        all.put("PERCPU_DEBUG_COUNT", (long) PERCPU_DEBUG_COUNT);
        all.put("PERCPU_INTERRUPT_COUNT", (long) PERCPU_INTERRUPT_COUNT);
        all.put("PERCPU_TIMER_ARMED", (long) PERCPU_TIMER_ARMED);
        for (int i = 0; i < FRAME_WORDS.length; i++) {
            all.put("FRAME_" + FRAME_WORDS[i], 8L * i);
        }
        all.put("FRAME_SIZE", (long) FRAME_SIZE);
    }
}
