package ringspec.device;

/**
 * One 8259A interrupt controller (Intel 8259A data sheet), in 8086 mode whatever ICW4 says. Level or edge is chosen by input, as
 * the ELCR of a PC does it, and ICW1.LTIM is ignored.
 *
 * <p>A request wants its input high until it is acknowledged; one that is gone by then is acknowledged as the default IR7, which
 * doesn't go in service.
 */
final class Pic8259 {

    /** {@link #highest}: no request has sufficient priority. */
    static final int NONE = -1;

    private static final int ICW1 = 0x10;
    private static final int ICW1_SINGLE = 2;
    private static final int ICW1_NEEDS_ICW4 = 1;
    private static final int ICW4_AUTO_EOI = 2;
    private static final int ICW4_SPECIAL_NESTED = 0x10;
    private static final int OCW3 = 8;

    /** Initialization words still expected. */
    private enum Expects {
        NOTHING, ICW2, ICW3, ICW4
    }

    private Expects expects = Expects.NOTHING;
    private boolean single;
    private boolean needsIcw4;
    private int base;
    private int cascade;
    private boolean autoEoi;
    private boolean rotatesAutomatically;
    private boolean specialNested;
    private boolean specialMask;
    private boolean readsInService;
    private boolean polled;
    private int lowest = 7;
    private int levelTriggered;
    private int inputs;
    /** Rising edges that have not been acknowledged and whose inputs are still high. */
    private int edges;
    private int inService;
    private int mask = 0xFF;

    void copyFrom(Pic8259 other) {
        expects = other.expects;
        single = other.single;
        needsIcw4 = other.needsIcw4;
        base = other.base;
        cascade = other.cascade;
        autoEoi = other.autoEoi;
        rotatesAutomatically = other.rotatesAutomatically;
        specialNested = other.specialNested;
        specialMask = other.specialMask;
        readsInService = other.readsInService;
        polled = other.polled;
        lowest = other.lowest;
        levelTriggered = other.levelTriggered;
        inputs = other.inputs;
        edges = other.edges;
        inService = other.inService;
        mask = other.mask;
    }

    void setInput(int input, boolean high) {
        int bit = 1 << input;
        if (!high) {
            inputs &= ~bit;
            edges &= ~bit;
        } else if ((inputs & bit) == 0) {
            inputs |= bit;
            edges |= bit;
        }
    }

    int levelTriggered() {
        return levelTriggered;
    }

    void setLevelTriggered(int bits) {
        levelTriggered = bits;
    }

    /** ICW2: the vector of IR0, a multiple of 8. */
    int base() {
        return base;
    }

    /** ICW3: which inputs slaves are at, or a slave's own number. */
    int cascade() {
        return cascade;
    }

    boolean isMasked(int input) {
        return (mask >>> input & 1) != 0;
    }

    /** IRR. */
    private int requests() {
        return inputs & levelTriggered | edges & ~levelTriggered;
    }

    /**
     * The request that INT stands for, 0 to 7, or {@link #NONE}. A level in service holds back itself and all below, but not in
     * special mask mode where it is masked, and in special fully nested mode not a slave's further requests.
     */
    int highest() {
        int wanted = requests() & ~mask;
        for (int i = 1; i <= 8; i++) {
            int input = lowest + i & 7;
            boolean requested = (wanted >>> input & 1) != 0;
            boolean holdsBack = (inService >>> input & 1) != 0 && !(specialMask && isMasked(input));
            boolean nests = specialNested && (cascade >>> input & 1) != 0;
            if (requested && (!holdsBack || nests)) {
                return input;
            }
            if (holdsBack) {
                return NONE;
            }
        }
        return NONE;
    }

    /** The INTA cycle: the highest request goes in service; 7 if there is none. */
    int acknowledge() {
        int input = highest();
        if (input == NONE) {
            return 7;
        }
        edges &= ~(1 << input);
        if (!autoEoi) {
            inService |= 1 << input;
        } else if (rotatesAutomatically) {
            lowest = input;
        }
        return input;
    }

    /** Reads the port with A0 = 0 or 1. */
    int read(int address) {
        if (polled) {
            polled = false;
            return highest() == NONE ? 0 : 0x80 | acknowledge();
        }
        if (address == 1) {
            return mask;
        }
        return readsInService ? inService : requests();
    }

    /** Writes the port with A0 = 0 or 1. */
    void write(int address, int value) {
        if (address == 0 && (value & ICW1) != 0) {
            initialize(value);
        } else if (address == 0 && (value & OCW3) != 0) {
            writeOcw3(value);
        } else if (address == 0) {
            endOfInterrupt(value);
        } else {
            writeData(value);
        }
    }

    private void initialize(int value) {
        single = (value & ICW1_SINGLE) != 0;
        needsIcw4 = (value & ICW1_NEEDS_ICW4) != 0;
        expects = Expects.ICW2;
        mask = 0;
        inService = 0;
        edges = 0;
        lowest = 7;
        specialMask = false;
        readsInService = false;
        polled = false;
        autoEoi = false;
        rotatesAutomatically = false;
        specialNested = false;
        cascade = single ? 0 : cascade;
    }

    private void writeData(int value) {
        switch (expects) {
            case NOTHING -> mask = value;
            case ICW2 -> {
                base = value & 0xF8;
                expects = !single ? Expects.ICW3 : needsIcw4 ? Expects.ICW4 : Expects.NOTHING;
            }
            case ICW3 -> {
                cascade = value;
                expects = needsIcw4 ? Expects.ICW4 : Expects.NOTHING;
            }
            case ICW4 -> {
                autoEoi = (value & ICW4_AUTO_EOI) != 0;
                specialNested = (value & ICW4_SPECIAL_NESTED) != 0;
                expects = Expects.NOTHING;
            }
        }
    }

    private void writeOcw3(int value) {
        if ((value & 0x40) != 0) {
            specialMask = (value & 0x20) != 0;
        }
        polled = (value & 4) != 0;
        if ((value & 2) != 0) {
            readsInService = (value & 1) != 0;
        }
    }

    /** OCW2: bits 7 to 5 are R, SL and EOI. */
    private void endOfInterrupt(int value) {
        int level = value & 7;
        switch (value >>> 5) {
            case 0 -> rotatesAutomatically = false;
            case 4 -> rotatesAutomatically = true;
            case 1 -> endHighest(false);
            case 5 -> endHighest(true);
            case 3 -> inService &= ~(1 << level);
            case 7 -> {
                inService &= ~(1 << level);
                lowest = level;
            }
            case 6 -> lowest = level;
            default -> {
                // 010: no operation.
            }
        }
    }

    /** In special mask mode a masked level can't be ended without its number. */
    private void endHighest(boolean rotate) {
        for (int i = 1; i <= 8; i++) {
            int input = lowest + i & 7;
            if ((inService >>> input & 1) != 0 && !(specialMask && isMasked(input))) {
                inService &= ~(1 << input);
                if (rotate) {
                    lowest = input;
                }
                return;
            }
        }
    }
}
