package ringspec.device;

/**
 * How virtual time and the clocks of devices that know seconds belong together: an instruction takes a nanosecond. So the
 * time-stamp counter and the local APIC's timer run at 1 GHz, and software that calibrates them by the PIT, the power-management
 * timer or the real-time clock finds just that.
 */
public final class VirtualTime {

    /** Instructions in a second. */
    public static final long PER_SECOND = 1_000_000_000;

    private VirtualTime() {
    }

    /**
     * How often a clock has ticked since reset.
     *
     * @param time instructions since reset, not negative
     * @param hertz the clock's frequency, 1 to 1,000,000,000
     */
    public static long ticks(long time, long hertz) {
        return time / PER_SECOND * hertz + time % PER_SECOND * hertz / PER_SECOND;
    }

    /** The first time at which {@link #ticks} is {@code tick}, not negative; {@link Long#MAX_VALUE} stays itself. */
    public static long timeOf(long tick, long hertz) {
        if (tick == Long.MAX_VALUE) {
            return tick;
        }
        return tick / hertz * PER_SECOND + Math.ceilDiv(tick % hertz * PER_SECOND, hertz);
    }
}
