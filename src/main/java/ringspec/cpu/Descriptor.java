package ringspec.cpu;

/**
 * A segment or gate descriptor, or the low half of a 16-byte one (SDM vol. 3A, 3.4.5 and 3.5).
 *
 * @param raw the eight bytes, little-endian
 */
public record Descriptor(long raw) {

    /** System type outside long mode: available 16-bit TSS. */
    public static final int TSS16_AVAILABLE = 1;
    /** System type: LDT. */
    public static final int LDT = 2;
    /** System type outside long mode: busy 16-bit TSS. */
    public static final int TSS16_BUSY = 3;
    /** System type outside long mode: 16-bit call gate. */
    public static final int CALL_GATE16 = 4;
    /** System type outside long mode: task gate. */
    public static final int TASK_GATE = 5;
    /** System type outside long mode: 16-bit interrupt gate. */
    public static final int INTERRUPT_GATE16 = 6;
    /** System type outside long mode: 16-bit trap gate. */
    public static final int TRAP_GATE16 = 7;
    /** System type: available TSS, 64-bit in long mode and 32-bit otherwise. */
    public static final int TSS_AVAILABLE = 9;
    /** System type: busy TSS, 64-bit in long mode and 32-bit otherwise. */
    public static final int TSS_BUSY = 11;
    /** System type: call gate, 64-bit in long mode and 32-bit otherwise. */
    public static final int CALL_GATE = 12;
    /** System type: interrupt gate, 64-bit in long mode and 32-bit otherwise. */
    public static final int INTERRUPT_GATE = 14;
    /** System type: trap gate, 64-bit in long mode and 32-bit otherwise. */
    public static final int TRAP_GATE = 15;

    /** Bit of {@link #raw}: the segment was loaded once. */
    static final long ACCESSED = 1L << 40;
    /** Bit of {@link #raw} that tells a busy from an available TSS. */
    static final long BUSY = 1L << 41;

    private static final int CONFORMING = 4;
    private static final int READABLE_OR_WRITABLE = 2;

    /** Bits 40 to 55 as {@link SegmentRegister#attributes} has them. */
    public int attributes() {
        return (int) (raw >>> 40) & 0xF0FF;
    }

    /** Type, bits 3:0. */
    public int type() {
        return (int) (raw >>> 40) & 15;
    }

    /** Descriptor privilege level. */
    public int dpl() {
        return (int) (raw >>> 45) & 3;
    }

    /** P. */
    public boolean isPresent() {
        return (attributes() & SegmentRegister.PRESENT) != 0;
    }

    /** S = 0: a system segment or gate. */
    public boolean isSystem() {
        return (attributes() & SegmentRegister.CODE_OR_DATA) == 0;
    }

    /** A code segment. */
    public boolean isCode() {
        return !isSystem() && (type() & 8) != 0;
    }

    /** A conforming code segment. */
    public boolean isConforming() {
        return isCode() && (type() & CONFORMING) != 0;
    }

    /** A data segment or a readable code segment. */
    public boolean isReadable() {
        return !isSystem() && ((type() & 8) == 0 || (type() & READABLE_OR_WRITABLE) != 0);
    }

    /** A writable data segment. */
    public boolean isWritable() {
        return !isSystem() && (type() & 8) == 0 && (type() & READABLE_OR_WRITABLE) != 0;
    }

    /** L. */
    public boolean isLong() {
        return (attributes() & SegmentRegister.LONG) != 0;
    }

    /** D/B. */
    public boolean isBig() {
        return (attributes() & SegmentRegister.DEFAULT_BIG) != 0;
    }

    /** Bits 31:0 of the base. */
    public long base() {
        return raw >>> 16 & 0xFF_FFFFL | raw >>> 32 & 0xFF00_0000L;
    }

    /** Last valid offset, unsigned, granularity applied. */
    public long limit() {
        long limit = raw & 0xFFFF | raw >>> 32 & 0xF_0000L;
        return (attributes() & SegmentRegister.GRANULARITY) != 0 ? limit << 12 | 0xFFF : limit;
    }

    /** The selector in a gate. */
    public int gateSelector() {
        return (int) (raw >>> 16) & 0xFFFF;
    }

    /** Interrupt-stack-table index in an interrupt or trap gate, 0 for none. */
    public int gateIst() {
        return (int) (raw >>> 32) & 7;
    }

    /** Parameters that a 16-bit or 32-bit call gate copies from stack to stack, 0 to 31. */
    public int gateParameters() {
        return (int) (raw >>> 32) & 31;
    }

    /** The 64-bit offset in a gate, of which {@code high} is the other half. */
    public long gateOffset(long high) {
        return raw & 0xFFFF | raw >>> 32 & 0xFFFF_0000L | high << 32;
    }
}
