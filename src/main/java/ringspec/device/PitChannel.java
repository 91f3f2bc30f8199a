package ringspec.device;

/**
 * One counter of an 8254 (Intel 8254 data sheet, "Mode Definitions"), as a function of its clock's ticks.
 *
 * <p>Nothing runs along with the clock: the counter is where it was loaded, and everything else follows from the tick that is
 * asked for. Ticks must not decrease from call to call. A count written at tick T is loaded at T + 1. A count of 1 in modes 2 and
 * 3, which the data sheet forbids, leaves OUT high for ever.
 */
final class PitChannel {

    static final long NEVER = Long.MAX_VALUE;

    private static final int ONE_SHOT = 1;
    private static final int RATE_GENERATOR = 2;
    private static final int SQUARE_WAVE = 3;
    private static final int HARDWARE_STROBE = 5;

    private int mode;
    private boolean bcd;
    private boolean gate;
    /** The count register: what will be loaded, 1 to 65536. */
    private int written = 0x10000;
    /** Modes 1 to 3 and 5: {@link #written} has not been loaded yet, though another count has. */
    private boolean waits;
    private boolean loaded;
    /** What the counter counted down from last. */
    private int start = 0x10000;
    /** When it held that; in mode 3 when the current half of the wave began. */
    private long origin;
    /** Mode 3: which half of the wave it is. */
    private boolean highHalf;
    /** GATE is low where that stops the counter: ticks it had counted then. */
    private boolean stopped;
    private long stoppedAfter;

    PitChannel(boolean gate) {
        this.gate = gate;
        this.mode = SQUARE_WAVE;
    }

    void copyFrom(PitChannel other) {
        mode = other.mode;
        bcd = other.bcd;
        gate = other.gate;
        written = other.written;
        waits = other.waits;
        loaded = other.loaded;
        start = other.start;
        origin = other.origin;
        highHalf = other.highHalf;
        stopped = other.stopped;
        stoppedAfter = other.stoppedAfter;
    }

    /** A control word: OUT takes the mode's first level, and nothing counts until a count is written. */
    void setMode(int newMode, boolean decimal) {
        // Bit 2 is without meaning in modes 2 and 3.
        mode = newMode > 5 ? newMode & 3 : newMode;
        bcd = decimal;
        loaded = false;
        waits = false;
        stopped = false;
    }

    int mode() {
        return mode;
    }

    boolean isDecimal() {
        return bcd;
    }

    boolean gate() {
        return gate;
    }

    /**
     * A whole count was written.
     *
     * @param count as written, 16 bits; 0 is the largest
     */
    void write(long tick, int count) {
        settle(tick);
        int value = bcd ? fromDecimal(count) : count;
        written = value == 0 ? modulus() : value;
        boolean atTrigger = mode == ONE_SHOT || mode == HARDWARE_STROBE;
        boolean atEndOfCycle = isPeriodic() && loaded;
        if (atTrigger || atEndOfCycle) {
            waits = true;
        } else {
            load(tick + 1);
        }
    }

    /** The first byte of two arrives: in mode 0 it stops the counter and sets OUT low. */
    void beginWrite() {
        if (mode == 0) {
            loaded = false;
        }
    }

    private void load(long tick) {
        start = written;
        origin = tick;
        loaded = true;
        waits = false;
        highHalf = true;
        stopped = !gate && mode != ONE_SHOT && mode != HARDWARE_STROBE;
        stoppedAfter = 0;
    }

    /** GATE changes. */
    void setGate(long tick, boolean high) {
        settle(tick);
        boolean rises = high && !gate;
        boolean falls = !high && gate;
        gate = high;
        boolean triggered = mode == ONE_SHOT || mode == HARDWARE_STROBE;
        if (rises && triggered || rises && isPeriodic() && loaded) {
            load(tick + 1);
        } else if (rises && stopped) {
            stopped = false;
            origin = tick - stoppedAfter;
        } else if (falls && !triggered && loaded) {
            stoppedAfter = Math.max(0, tick - origin);
            stopped = true;
        }
    }

    private boolean isPeriodic() {
        return mode == RATE_GENERATOR || mode == SQUARE_WAVE;
    }

    private int modulus() {
        return bcd ? 10_000 : 0x10000;
    }

    private boolean standsStill() {
        return !loaded || stopped || isPeriodic() && start == 1;
    }

    /** Moves the origin of a periodic mode to the cycle, or half of one, that the tick is in. */
    private void settle(long tick) {
        if (!isPeriodic() || standsStill()) {
            return;
        }
        if (waits && tick - origin >= part()) {
            nextPart();
            start = written;
            waits = false;
        }
        if (start == 1 || tick < origin) {
            return;
        }
        origin += (tick - origin) / start * start;
        while (tick - origin >= part()) {
            nextPart();
        }
    }

    private void nextPart() {
        origin += part();
        highHalf = mode == RATE_GENERATOR || !highHalf;
    }

    /** Ticks until something is loaded again: a cycle in mode 2, half a one in mode 3, the high half being the longer one. */
    private int part() {
        return mode == RATE_GENERATOR ? start : highHalf ? (start + 1) / 2 : start / 2;
    }

    /** The level of OUT. */
    boolean out(long tick) {
        settle(tick);
        if (!loaded) {
            return mode != 0;
        }
        long elapsed = stopped ? stoppedAfter : tick - origin;
        return switch (mode) {
            case 0 -> elapsed >= start;
            case ONE_SHOT -> elapsed < 0 || elapsed >= start;
            case RATE_GENERATOR -> standsStill() || elapsed != start - 1;
            case SQUARE_WAVE -> standsStill() || highHalf;
            default -> elapsed != start;
        };
    }

    /** The next tick at which OUT changes unless software intervenes; {@link #NEVER} if it doesn't. */
    long nextChange(long tick) {
        settle(tick);
        if (standsStill()) {
            return NEVER;
        }
        long end = origin + start;
        return switch (mode) {
            case 0 -> tick < end ? end : NEVER;
            case ONE_SHOT -> tick < origin ? origin : tick < end ? end : NEVER;
            case RATE_GENERATOR -> tick < end - 1 ? end - 1 : end;
            case SQUARE_WAVE -> origin + part();
            default -> tick < end ? end : tick == end ? end + 1 : NEVER;
        };
    }

    /** NULL COUNT of the status byte: the count that was written has not reached the counter. */
    boolean isNullCount(long tick) {
        settle(tick);
        return !loaded || waits || tick < origin;
    }

    /** The counter as software reads it: 16 bits, binary or four decimal digits. */
    int count(long tick) {
        settle(tick);
        if (!loaded) {
            return 0;
        }
        long elapsed = stopped ? stoppedAfter : Math.max(0, tick - origin);
        long value = mode == SQUARE_WAVE ? (start & ~1) - 2 * elapsed : start - elapsed;
        int count = (int) Math.floorMod(value, (long) modulus());
        return bcd ? toDecimal(count) : count;
    }

    private static int fromDecimal(int digits) {
        return (digits >>> 12 & 15) * 1000 + (digits >>> 8 & 15) * 100 + (digits >>> 4 & 15) * 10 + (digits & 15);
    }

    private static int toDecimal(int value) {
        return value / 1000 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10;
    }
}
