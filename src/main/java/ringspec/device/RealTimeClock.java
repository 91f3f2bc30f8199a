package ringspec.device;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.function.LongSupplier;

/**
 * The MC146818 real-time clock with its CMOS RAM at ports 70h and 71h (Motorola MC146818 data sheet), running in virtual time.
 *
 * <p>A second's update ends at a whole second since the divider started; UIP is set in the 2228 microseconds before it. SQW, DSE and
 * test modes are not there; a date that is none, such as 31 February, stands still. Bit 7 of port 70h, which masks NMI on a PC,
 * is kept and has no effect.
 */
public final class RealTimeClock implements PortDevice {

    /** Its first port. */
    public static final int PORT = 0x70;
    /** Ports that it occupies. */
    public static final int COUNT = 2;
    /** Its interrupt request. */
    public static final int IRQ = 8;
    /** CMOS register of the century, in BCD; the ACPI FADT says so, too. */
    public static final int CENTURY = 0x32;

    private static final int SECONDS = 0;
    private static final int SECONDS_ALARM = 1;
    private static final int MINUTES = 2;
    private static final int HOURS = 4;
    private static final int DAY_OF_WEEK = 6;
    private static final int DAY = 7;
    private static final int MONTH = 8;
    private static final int YEAR = 9;
    private static final int A = 10;
    private static final int B = 11;
    private static final int C = 12;
    private static final int D = 13;

    private static final int UIP = 0x80;
    private static final int DIVIDER_RUNS = 2;
    private static final int DIVIDER_RESET = 6;
    private static final int SET = 0x80;
    private static final int UIE = 0x10;
    private static final int BINARY = 4;
    private static final int HOURS_24 = 2;
    private static final int IRQF = 0x80;
    private static final int PF = 0x40;
    private static final int AF = 0x20;
    private static final int UF = 0x10;
    private static final int INTERRUPTS = PF | AF | UF;

    private static final long HERTZ = 32_768;
    private static final long UPDATE_TAKES = 2_228_000;
    private static final int DAY_SECONDS = 86_400;
    private static final long NEVER = Long.MAX_VALUE;

    private final LongSupplier time;
    private final OutputPin output;
    private final int[] registers = new int[128];
    private int selected;
    /** A time at which a second of the divider began. */
    private long phase;
    /** Up to when updates and periodic flags are accounted for. */
    private long settled;
    private boolean level;

    /**
     * @param time virtual time
     * @param date what the clock shows at reset
     * @param output IRQ 8, low at first
     */
    public RealTimeClock(LongSupplier time, LocalDateTime date, OutputPin output) {
        this.time = time;
        this.output = output;
        registers[A] = DIVIDER_RUNS << 4 | 6;
        registers[B] = HOURS_24;
        registers[D] = 0x80;
        show(date);
    }

    /** Takes over another clock's whole state, but not what it is wired to. */
    public void copyFrom(RealTimeClock other) {
        System.arraycopy(other.registers, 0, registers, 0, registers.length);
        selected = other.selected;
        phase = other.phase;
        settled = other.settled;
        level = other.level;
    }

    /**
     * Writes CMOS RAM as firmware does.
     *
     * @param register 14 to 127
     * @param value 0 to 255
     */
    public void setMemory(int register, int value) {
        if (register <= D || register > 127 || value >>> 8 != 0) {
            throw new IllegalArgumentException("CMOS register %d = %d: expected registers 14 to 127 and bytes"
                    .formatted(
                            register, value));
        }
        registers[register] = value;
    }

    /** When {@link #update} is to be called next; {@link Long#MAX_VALUE} while no interrupt can come. */
    public long due() {
        if (level) {
            return NEVER;
        }
        long due = NEVER;
        if ((registers[B] & PF) != 0 && period() > 0) {
            due = afterTick((ticks(settled) / period() + 1) * period());
        }
        if ((registers[B] & (UIE | AF)) != 0 && isUpdating()) {
            due = Math.min(due, phase + (seconds(settled) + 1) * VirtualTime.PER_SECOND);
        }
        return due;
    }

    /** Lets clock, flags and IRQ 8 follow the time. */
    public void update() {
        settle();
        boolean high = (registers[C] & registers[B] & INTERRUPTS) != 0;
        registers[C] = registers[C] & ~IRQF | (high ? IRQF : 0);
        if (high != level) {
            level = high;
            output.set(high);
        }
    }

    private boolean dividerRuns() {
        return registers[A] >>> 4 == DIVIDER_RUNS;
    }

    private boolean isUpdating() {
        return dividerRuns() && (registers[B] & SET) == 0;
    }

    private long seconds(long at) {
        return Math.floorDiv(at - phase, VirtualTime.PER_SECOND);
    }

    private long ticks(long at) {
        return at < phase ? -1 : VirtualTime.ticks(at - phase, HERTZ);
    }

    private long afterTick(long tick) {
        return phase + VirtualTime.timeOf(tick, HERTZ);
    }

    /** Ticks of 1/32768 s between periodic flags; 0 for none. */
    private int period() {
        int rate = registers[A] & 15;
        return !dividerRuns() || rate == 0 ? 0 : rate <= 2 ? 1 << rate + 6 : 1 << rate - 1;
    }

    private void settle() {
        long now = time.getAsLong();
        if (period() > 0 && ticks(now) / period() > ticks(settled) / period()) {
            registers[C] |= PF;
        }
        if (isUpdating()) {
            long updates = seconds(now) - seconds(settled);
            if (updates > 0) {
                advance(updates);
            }
        }
        settled = now;
    }

    private void advance(long updates) {
        registers[C] |= UF;
        LocalDateTime shown = shown();
        if (shown == null) {
            return;
        }
        for (int i = 1; i <= Math.min(updates, DAY_SECONDS); i++) {
            if (isAlarm(shown.plusSeconds(i))) {
                registers[C] |= AF;
                break;
            }
        }
        show(shown.plusSeconds(updates));
    }

    private boolean isAlarm(LocalDateTime at) {
        int[] fields = {code(at.getSecond()), code(at.getMinute()), hourCode(at.getHour())};
        for (int i = 0; i < fields.length; i++) {
            int alarm = registers[SECONDS_ALARM + 2 * i];
            // Both upper bits set: any value will do.
            if (alarm < 0xC0 && alarm != fields[i]) {
                return false;
            }
        }
        return true;
    }

    private void show(LocalDateTime date) {
        registers[SECONDS] = code(date.getSecond());
        registers[MINUTES] = code(date.getMinute());
        registers[HOURS] = hourCode(date.getHour());
        registers[DAY_OF_WEEK] = date.getDayOfWeek().getValue() % 7 + 1;
        registers[DAY] = code(date.getDayOfMonth());
        registers[MONTH] = code(date.getMonthValue());
        registers[YEAR] = code(date.getYear() % 100);
        registers[CENTURY] = toBcd(date.getYear() / 100 % 100);
    }

    /** What the registers show, or null if it is no date. */
    private LocalDateTime shown() {
        try {
            int year = fromBcd(registers[CENTURY]) * 100 + number(registers[YEAR]);
            return LocalDateTime.of(year, number(registers[MONTH]), number(registers[DAY]), hour(registers[HOURS]),
                    number(
                            registers[MINUTES]), number(registers[SECONDS]));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private boolean isBinary() {
        return (registers[B] & BINARY) != 0;
    }

    private int code(int value) {
        return isBinary() ? value : toBcd(value);
    }

    private int number(int code) {
        return isBinary() ? code : fromBcd(code);
    }

    /** In the 12-hour form bit 7 is PM, and the hour after midnight and noon is 12. */
    private int hourCode(int hour) {
        return (registers[B] & HOURS_24) != 0 ? code(hour) : code((hour + 11) % 12 + 1) | (hour >= 12 ? 0x80 : 0);
    }

    private int hour(int code) {
        return (registers[B] & HOURS_24) != 0 ? number(code) : number(code & 0x7F) % 12 + (code >= 0x80 ? 12 : 0);
    }

    private static int toBcd(int value) {
        return value / 10 << 4 | value % 10;
    }

    private static int fromBcd(int code) {
        return (code >>> 4) * 10 + (code & 15);
    }

    @Override
    public int read(int offset, int size) {
        if (offset == 0) {
            return 0xFF;
        }
        update();
        int value = registers[selected & 0x7F];
        if ((selected & 0x7F) == A) {
            return value | (isUpdateNear() ? UIP : 0);
        }
        if ((selected & 0x7F) == C) {
            registers[C] = 0;
            update();
        }
        return value;
    }

    private boolean isUpdateNear() {
        return isUpdating() && Math.floorMod(settled - phase, VirtualTime.PER_SECOND) >= VirtualTime.PER_SECOND
                - UPDATE_TAKES;
    }

    @Override
    public void write(int offset, int size, int value) {
        if (offset == 0) {
            selected = value;
            return;
        }
        settle();
        switch (selected & 0x7F) {
            case A -> writeA(value & ~UIP);
            // SET clears UIE.
            case B -> registers[B] = (value & SET) != 0 ? value & ~UIE : value;
            case C, D -> {
                // Read-only.
            }
            default -> registers[selected & 0x7F] = value;
        }
        update();
    }

    /** A divider that leaves its reset makes the first update half a second later. */
    private void writeA(int value) {
        boolean wasReset = registers[A] >>> 5 == DIVIDER_RESET >>> 1;
        registers[A] = value;
        if (wasReset && dividerRuns()) {
            phase = settled - VirtualTime.PER_SECOND / 2;
        }
    }
}
