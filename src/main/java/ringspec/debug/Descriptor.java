package ringspec.debug;

/**
 * An 8-byte segment descriptor as it stands in a descriptor table (SDM vol. 3A, 3.4.5).
 *
 * @param selector its offset in the table
 * @param value the 64 bits
 */
public record Descriptor(int selector, long value) {

    /** A code segment rather than a data or system segment. */
    public boolean isCode() {
        return (value >>> 43 & 3) == 3;
    }

    /** A code or data segment rather than a system segment, which is twice as long in 64-bit mode. */
    public boolean isCodeOrData() {
        return (value >>> 44 & 1) != 0;
    }

    /** DPL. */
    public int dpl() {
        return (int) (value >>> 45 & 3);
    }

    /** P. */
    public boolean isPresent() {
        return (value >>> 47 & 1) != 0;
    }

    /** L: 64-bit code. */
    public boolean isLong() {
        return (value >>> 53 & 1) != 0;
    }
}
