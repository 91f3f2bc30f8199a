package ringspec.isa.assembler;

/** Space without content of its own: {@code resb} and {@code align}. */
final class SpaceItem extends Item {

    /** The most bytes one statement may ask for: enough for any image, and no accident fills the memory. */
    static final long MOST = 1L << 26;

    /** Fill value that stands for NOPs in code and zeros elsewhere. */
    static final int DEFAULT_FILL = -1;

    /** The multi-byte NOPs that the SDM recommends (vol. 2, NOP, table 4-12), by length. */
    private static final int[][] NOPS = {{}, {0x90}, {0x66, 0x90}, {0x0F, 0x1F, 0x00}, {0x0F, 0x1F, 0x40, 0},
            {0x0F, 0x1F, 0x44, 0, 0}, {0x66, 0x0F, 0x1F, 0x44, 0, 0}, {0x0F, 0x1F, 0x80, 0, 0, 0, 0},
            {0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0}, {0x66, 0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0}};

    private final boolean align;
    private final Expression amount;
    private final long unit;
    private final int fill;

    private SpaceItem(Place place, Section section, boolean align, Expression amount, long unit, int fill) {
        super(place, section);
        this.align = align;
        this.amount = amount;
        this.unit = unit;
        this.fill = fill;
    }

    /** So many zero units. */
    static SpaceItem reserve(Place place, Section section, Expression count, int unit) {
        return new SpaceItem(place, section, false, count, unit, 0);
    }

    /**
     * As many bytes as lead to the next multiple of a boundary.
     *
     * @param fill 0 to 255 or {@link #DEFAULT_FILL}
     */
    static SpaceItem align(Place place, Section section, Expression boundary, int fill) {
        return new SpaceItem(place, section, true, boundary, 1, fill);
    }

    /** Whether it is a reservation: at a section's end it takes no bytes in the image. */
    boolean isReservation() {
        return !align;
    }

    @Override
    long measure(Symbols symbols, Symbols.Stage stage) {
        Value value = symbols.evaluate(amount, new Symbols.Context(this, stage));
        if (stage == Symbols.Stage.FIRST_PASS && !value.fixed()) {
            return 0;
        }
        if (align) {
            return boundary(value.value());
        }
        return valid(value.value()) ? value.value() * unit : 0;
    }

    private boolean valid(long count) {
        return count >= 0 && count <= MOST / unit;
    }

    private long boundary(long value) {
        if (value <= 0 || Long.bitCount(value) != 1 || value > MOST) {
            throw new Mistake(amount.column(), "alignment to " + Bits.show(value) + ": expected a power of two up to "
                    + Bits.show(MOST));
        }
        return -address() & value - 1;
    }

    @Override
    byte[] bytes(Symbols symbols) {
        long count = symbols.evaluate(amount, new Symbols.Context(this, Symbols.Stage.LAID_OUT)).value();
        if (!align && !valid(count)) {
            throw new Mistake(amount.column(), "a reservation of " + Bits.show(count) + " units of " + unit
                    + ": expected 0 to " + Bits.show(MOST) + " bytes");
        }
        byte[] bytes = new byte[(int) size()];
        if (fill == DEFAULT_FILL && section().isCode()) {
            fillWithNops(bytes);
        } else if (fill != DEFAULT_FILL) {
            java.util.Arrays.fill(bytes, (byte) fill);
        }
        return bytes;
    }

    private static void fillWithNops(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int[] nop = NOPS[Math.min(bytes.length - at, NOPS.length - 1)];
            for (int value : nop) {
                bytes[at++] = (byte) value;
            }
        }
    }
}
