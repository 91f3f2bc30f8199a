package ringspec.device;

/**
 * The local APIC's timer (SDM vol. 3A, 12.5.4) in virtual time: its clock ticks once per instruction, and the divider counts
 * these ticks.
 *
 * <p>Nothing runs along with the instructions: the count follows from the time at which it will reach zero. A write of the initial
 * count or of the divide configuration starts the divider anew.
 */
final class ApicTimer {

    private static final long NEVER = Long.MAX_VALUE;
    /** Bits 3, 1 and 0; bit 2 is reserved. */
    private static final int DIVIDE_BITS = 0xB;

    private int initialCount;
    private int divideConfiguration;
    private boolean periodic;
    /** When the count reaches zero, or did last if the timer is periodic. */
    private long expiry = NEVER;

    void reset() {
        initialCount = 0;
        divideConfiguration = 0;
        periodic = false;
        expiry = NEVER;
    }

    void copyFrom(ApicTimer other) {
        initialCount = other.initialCount;
        divideConfiguration = other.divideConfiguration;
        periodic = other.periodic;
        expiry = other.expiry;
    }

    int initialCount() {
        return initialCount;
    }

    int divideConfiguration() {
        return divideConfiguration;
    }

    /** Writes the initial count, which starts the timer; 0 stops it. */
    void start(long now, int count) {
        initialCount = count;
        expiry = expiryOf(now, count);
    }

    /** The count, unsigned. When a periodic timer reaches zero it holds the initial count at once. */
    int currentCount(long now) {
        long next = expiryAfter(now);
        return next == NEVER ? 0 : (int) Math.ceilDiv(next - now, divisor());
    }

    /** The first time after {@code now} at which the count reaches zero; {@link Long#MAX_VALUE} if it never does. */
    long expiryAfter(long now) {
        if (expiry > now) {
            return expiry;
        }
        if (!periodic) {
            return NEVER;
        }
        long period = Integer.toUnsignedLong(initialCount) * divisor();
        return expiry + ((now - expiry) / period + 1) * period;
    }

    /** Neither starts nor stops the timer (SDM vol. 3A, 12.5.4). */
    void setPeriodic(long now, boolean value) {
        expiry = expiryAfter(now);
        periodic = value;
    }

    void setDivideConfiguration(long now, int value) {
        int count = currentCount(now);
        divideConfiguration = value & DIVIDE_BITS;
        expiry = expiryOf(now, count);
    }

    private long expiryOf(long now, int count) {
        return count == 0 ? NEVER : now + Integer.toUnsignedLong(count) * divisor();
    }

    /** 2 to 128 for 000B to 110B in bits 3, 1 and 0; 1 for 111B. */
    private long divisor() {
        int code = divideConfiguration >>> 1 & 4 | divideConfiguration & 3;
        return code == 7 ? 1 : 2L << code;
    }
}
