package ringspec.silicon;

/**
 * Where things lie in the linear address space, on the real processor and on the emulated one alike: below 2 GiB, so that displacements
 * and 32-bit addresses reach everything.
 */
final class Layout {

    static final int PAGE = 4096;

    /** Two writable pages, then a read-only one; before and after them nothing is mapped. */
    static final long DATA = 0x1000_0000L;
    static final int WRITABLE_SIZE = 2 * PAGE;
    static final int DATA_SIZE = 3 * PAGE;
    /** The first byte behind the read-only page. */
    static final long DATA_END = DATA + DATA_SIZE;

    /** Two executable, read-only pages; nothing is mapped behind them. */
    static final long CODE = 0x2000_0000L;
    static final int CODE_SIZE = 2 * PAGE;

    /** Kept free of anything else, so that the page faults that the cases want can happen. */
    static final long RESERVED = 0x0800_0000L;
    static final long RESERVED_END = 0x2800_0000L;

    /** The machine code that enters and leaves a case, and what it needs; real processor only. */
    static final long STUB = 0x3000_0000L;
    static final long STUB_DATA = 0x3001_0000L;
    static final int STUB_DATA_SIZE = 0x4000;
    static final long SIGNAL_STACK = 0x3010_0000L;
    static final int SIGNAL_STACK_SIZE = 0x2_0000;

    /** The selectors of Linux' GDT (arch/x86/include/asm/segment.h). */
    static final int USER_CODE32 = 0x23;
    static final int USER_DATA = 0x2B;
    static final int USER_CODE = 0x33;

    /** The last page of the lower half belongs to the kernel's side: Linux reports faults from here up as protection faults. */
    static final long TASK_SIZE = 0x7FFF_FFFF_F000L;

    private Layout() {
    }

    /** True if a page fault at the address is one that both processors have in the same way. */
    static boolean isPredictable(long linear) {
        return linear >= 0 && linear < 0x1_0000 || linear >= RESERVED && linear < RESERVED_END
                || Long.compareUnsigned(linear, TASK_SIZE - 0x1000) >= 0;
    }
}
