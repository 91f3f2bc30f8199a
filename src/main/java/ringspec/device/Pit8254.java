package ringspec.device;

import java.util.function.LongSupplier;

/**
 * An 8254 programmable interval timer at ports 40h to 43h, as a PC has it: a clock of 1.193182 MHz, GATE 0 and 1 high, GATE 2 at
 * port 61h, OUT 0 at IRQ 0 (Intel 8254 data sheet). After reset the counters are in mode 3 without a count, so that nothing
 * happens.
 */
public final class Pit8254 implements PortDevice {

    /** Its first port. */
    public static final int PORT = 0x40;
    /** Ports that it occupies. */
    public static final int COUNT = 4;
    /** Its clock in hertz. */
    public static final long HERTZ = 1_193_182;

    private static final int CHANNELS = 3;
    private static final int CONTROL = 3;
    private static final int READ_BACK = 3;
    private static final int LATCH = 0;
    /** The RW bits: which bytes of a count are read and written. */
    private static final int LOW_BYTE = 1;
    private static final int HIGH_BYTE = 2;
    private static final int BOTH_BYTES = 3;
    private static final int NONE = -1;

    private final LongSupplier time;
    private final OutputPin output;
    private final PitChannel[] channels = {new PitChannel(true), new PitChannel(true), new PitChannel(false)};
    private final int[] access = {BOTH_BYTES, BOTH_BYTES, BOTH_BYTES};
    /** The low byte of a count whose high byte is still to be written. */
    private final int[] firstByte = {NONE, NONE, NONE};
    private final boolean[] highNext = new boolean[CHANNELS];
    private final int[] latchedCount = {NONE, NONE, NONE};
    private final int[] latchedStatus = {NONE, NONE, NONE};
    private boolean level = true;
    private long due = Long.MAX_VALUE;

    /**
     * @param time virtual time
     * @param output OUT 0, which is high at first
     */
    public Pit8254(LongSupplier time, OutputPin output) {
        this.time = time;
        this.output = output;
    }

    /** Takes over another timer's whole state, but not what it is wired to. */
    public void copyFrom(Pit8254 other) {
        for (int i = 0; i < CHANNELS; i++) {
            channels[i].copyFrom(other.channels[i]);
        }
        System.arraycopy(other.access, 0, access, 0, CHANNELS);
        System.arraycopy(other.firstByte, 0, firstByte, 0, CHANNELS);
        System.arraycopy(other.highNext, 0, highNext, 0, CHANNELS);
        System.arraycopy(other.latchedCount, 0, latchedCount, 0, CHANNELS);
        System.arraycopy(other.latchedStatus, 0, latchedStatus, 0, CHANNELS);
        level = other.level;
        due = other.due;
    }

    /** When {@link #update} is to be called next; {@link Long#MAX_VALUE} while OUT 0 stays as it is. */
    public long due() {
        return due;
    }

    /** Lets OUT 0 follow the time. */
    public void update() {
        boolean high = channels[0].out(tick());
        if (high != level) {
            level = high;
            output.set(high);
        }
        due = VirtualTime.timeOf(channels[0].nextChange(tick()), HERTZ);
    }

    /** Port 61h, bit 0. */
    void setGate2(boolean high) {
        channels[2].setGate(tick(), high);
    }

    /** Port 61h, bit 0 as it was written. */
    boolean gate2() {
        return channels[2].gate();
    }

    /** OUT of counter 2, which a PC shows at port 61h, bit 5. */
    boolean out2() {
        return channels[2].out(tick());
    }

    private long tick() {
        return VirtualTime.ticks(time.getAsLong(), HERTZ);
    }

    @Override
    public int read(int offset, int size) {
        if (offset == CONTROL) {
            return 0xFF;
        }
        if (latchedStatus[offset] != NONE) {
            int status = latchedStatus[offset];
            latchedStatus[offset] = NONE;
            return status;
        }
        int count = latchedCount[offset] != NONE ? latchedCount[offset] : channels[offset].count(tick());
        boolean high = access[offset] == HIGH_BYTE || access[offset] == BOTH_BYTES && highNext[offset];
        boolean last = access[offset] != BOTH_BYTES || high;
        highNext[offset] = !last;
        if (last) {
            latchedCount[offset] = NONE;
        }
        return high ? count >>> 8 : count & 0xFF;
    }

    @Override
    public void write(int offset, int size, int value) {
        if (offset == CONTROL) {
            writeControl(value);
        } else {
            writeCount(offset, value);
        }
        update();
    }

    private void writeCount(int channel, int value) {
        switch (access[channel]) {
            case LOW_BYTE -> channels[channel].write(tick(), value);
            case HIGH_BYTE -> channels[channel].write(tick(), value << 8);
            default -> {
                if (firstByte[channel] == NONE) {
                    firstByte[channel] = value;
                    channels[channel].beginWrite();
                } else {
                    channels[channel].write(tick(), value << 8 | firstByte[channel]);
                    firstByte[channel] = NONE;
                }
            }
        }
    }

    private void writeControl(int value) {
        int channel = value >>> 6;
        int bytes = value >>> 4 & 3;
        if (channel == READ_BACK) {
            readBack(value);
        } else if (bytes == LATCH) {
            latchCount(channel);
        } else {
            access[channel] = bytes;
            firstByte[channel] = NONE;
            highNext[channel] = false;
            latchedCount[channel] = NONE;
            latchedStatus[channel] = NONE;
            channels[channel].setMode(value >>> 1 & 7, (value & 1) != 0);
        }
    }

    /** Bits 5 and 4 ask for count and status if 0; bits 3 to 1 choose the counters. */
    private void readBack(int value) {
        for (int i = 0; i < CHANNELS; i++) {
            if ((value >>> i + 1 & 1) == 0) {
                continue;
            }
            if ((value & 0x20) == 0) {
                latchCount(i);
            }
            if ((value & 0x10) == 0 && latchedStatus[i] == NONE) {
                latchedStatus[i] = status(i);
            }
        }
    }

    /** A count that is latched already stays until it is read. */
    private void latchCount(int channel) {
        if (latchedCount[channel] == NONE) {
            latchedCount[channel] = channels[channel].count(tick());
        }
    }

    private int status(int channel) {
        PitChannel counter = channels[channel];
        return (counter.out(tick()) ? 0x80 : 0) | (counter.isNullCount(tick()) ? 0x40 : 0) | access[channel] << 4
                | counter.mode() << 1 | (counter.isDecimal() ? 1 : 0);
    }
}
