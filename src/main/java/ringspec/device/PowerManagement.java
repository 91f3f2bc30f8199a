package ringspec.device;

import java.util.function.LongSupplier;

/**
 * The fixed hardware of ACPI: PM1a event and control registers and the power-management timer (ACPI specification 6.5, 4.8.3).
 * There is no legacy mode, so SCI_EN reads as 1; of the events only the timer's carry occurs. The one sleeping state is S5, whose
 * SLP_TYP is {@link #SLEEP_TYPE_S5}.
 */
public final class PowerManagement implements PortDevice {

    /** PM1a_EVT_BLK. */
    public static final int PORT = 0x600;
    /** Ports that it occupies. */
    public static final int COUNT = 12;
    /** PM1a_CNT_BLK. */
    public static final int CONTROL_PORT = PORT + 4;
    /** PM_TMR_BLK, 32 bits. */
    public static final int TIMER_PORT = PORT + 8;
    /** Frequency of the timer. */
    public static final long HERTZ = 3_579_545;
    /** The system control interrupt. */
    public static final int SCI = 9;
    /** SLP_TYPa of \_S5. */
    public static final int SLEEP_TYPE_S5 = 0;

    private static final int STATUS = 0;
    private static final int ENABLE = 2;
    private static final int CONTROL = 4;
    private static final int TIMER = 8;
    private static final int TMR = 1;
    private static final int SCI_EN = 1;
    private static final int SLP_EN = 1 << 13;
    private static final long HALF_TURN = 1L << 31;

    private final LongSupplier time;
    private final OutputPin output;
    private final Runnable powerOff;
    private int status;
    private int enable;
    private int control;
    private long settledTurns;
    private boolean level;

    /**
     * @param time virtual time
     * @param output the SCI, active high, low at first
     * @param powerOff told when software enters S5
     */
    public PowerManagement(LongSupplier time, OutputPin output, Runnable powerOff) {
        this.time = time;
        this.output = output;
        this.powerOff = powerOff;
    }

    /** Takes over another's whole state, but not what it is wired to. */
    public void copyFrom(PowerManagement other) {
        status = other.status;
        enable = other.enable;
        control = other.control;
        settledTurns = other.settledTurns;
        level = other.level;
    }

    /** When {@link #update} is to be called next; {@link Long#MAX_VALUE} while no interrupt can come. */
    public long due() {
        return (enable & TMR) == 0 || level ? Long.MAX_VALUE
                : VirtualTime.timeOf((settledTurns + 1) * HALF_TURN, HERTZ);
    }

    /** TMR_STS is set when the timer's bit 31 changes; the SCI follows status and enable. */
    public void update() {
        long turns = ticks() / HALF_TURN;
        if (turns != settledTurns) {
            settledTurns = turns;
            status |= TMR;
        }
        boolean high = (status & enable & TMR) != 0;
        if (high != level) {
            level = high;
            output.set(high);
        }
    }

    private long ticks() {
        return VirtualTime.ticks(time.getAsLong(), HERTZ);
    }

    @Override
    public int width() {
        return 4;
    }

    @Override
    public int read(int offset, int size) {
        update();
        long block = offset < CONTROL ? status | (long) enable << 16 : offset < TIMER ? control | SCI_EN : ticks();
        return (int) (block >>> 8 * (offset & 3)) & -1 >>> 32 - 8 * size;
    }

    @Override
    public void write(int offset, int size, int value) {
        update();
        for (int i = 0; i < size; i++) {
            writeByte(offset + i, value >>> 8 * i & 0xFF);
        }
        update();
        if ((control & SLP_EN) != 0) {
            control &= ~SLP_EN;
            if ((control >>> 10 & 7) == SLEEP_TYPE_S5) {
                powerOff.run();
            }
        }
    }

    private void writeByte(int offset, int value) {
        switch (offset) {
            case STATUS -> status &= ~value;
            case ENABLE -> enable = value & TMR;
            case CONTROL -> control = control & 0xFF00 | value & 2;
            case CONTROL + 1 -> control = control & 0xFF | (value & 0x3C) << 8;
            default -> {
                // Bits without an event here, and the timer, which is read-only.
            }
        }
    }
}
