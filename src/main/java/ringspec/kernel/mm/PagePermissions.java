package ringspec.kernel.mm;

import static ringspec.paging.PageTableEntry.NX;
import static ringspec.paging.PageTableEntry.P;
import static ringspec.paging.PageTableEntry.RW;
import static ringspec.paging.PageTableEntry.US;

/**
 * Every combination of bits that a leaf of the kernel's page tables may have. There is no way to ask for another one, so none is
 * both writable and executable (D17, D18, D19).
 */
public enum PagePermissions {
    /** .text of a program. */
    USER_CODE(P | US),
    /** .rodata of a program. */
    USER_RODATA(P | US | NX),
    /** .data, .bss and heap. */
    USER_DATA(P | US | RW | NX),
    /** A program's stack. */
    USER_STACK(P | US | RW | NX),
    /** Kernel .text and the trampoline. */
    KERNEL_CODE(P),
    /** Kernel .rodata. */
    KERNEL_RODATA(P | NX),
    /** Kernel data, stacks, tables. */
    KERNEL_DATA(P | RW | NX);

    private final long bits;

    PagePermissions(long bits) {
        this.bits = bits;
    }

    /** The bits of the leaf besides the address. */
    public long bits() {
        return bits;
    }

    /**
     * The permissions for a program's page.
     *
     * @throws IllegalArgumentException for W and X at once
     */
    public static PagePermissions user(boolean writable, boolean executable) {
        if (writable && executable) {
            throw new IllegalArgumentException("no page is writable and executable (D19)");
        }
        return writable ? USER_DATA : executable ? USER_CODE : USER_RODATA;
    }
}
