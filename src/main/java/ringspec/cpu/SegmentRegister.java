package ringspec.cpu;

/**
 * A segment register with its hidden part (SDM vol. 3A, 3.4.3), or LDTR or TR.
 *
 * <p>{@code attributes} are bits 40 to 55 of the descriptor moved down to bit 0, the limit's bits 48 to 51 cleared: type 3:0,
 * S 4, DPL 6:5, P 7, AVL 12, L 13, D/B 14, G 15.
 */
public final class SegmentRegister {

    public static final int ES = 0;
    public static final int CS = 1;
    public static final int SS = 2;
    public static final int DS = 3;
    public static final int FS = 4;
    public static final int GS = 5;
    public static final int LDTR = 6;
    public static final int TR = 7;

    /** Attribute bit: the descriptor is present. */
    public static final int PRESENT = 1 << 7;
    /** Attribute bit: code or data rather than a system segment. */
    public static final int CODE_OR_DATA = 1 << 4;
    /** Attribute bit: 64-bit code segment. */
    public static final int LONG = 1 << 13;
    /** Attribute bit: default operand size 32. */
    public static final int DEFAULT_BIG = 1 << 14;
    /** Attribute bit: limit counts 4 KiB pages. */
    public static final int GRANULARITY = 1 << 15;

    public int selector;
    public long base;
    /** Last valid offset, unsigned, granularity applied. */
    public long limit;
    public int attributes;

    /** Loads everything at once. */
    public void load(int newSelector, long newBase, long newLimit, int newAttributes) {
        selector = newSelector;
        base = newBase;
        limit = newLimit;
        attributes = newAttributes;
    }

    /** DPL of the cached descriptor. */
    public int dpl() {
        return attributes >>> 5 & 3;
    }

    /** Takes over another register's content. */
    public void copyFrom(SegmentRegister other) {
        load(other.selector, other.base, other.limit, other.attributes);
    }
}
