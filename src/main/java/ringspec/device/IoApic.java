package ringspec.device;

import java.util.Arrays;

import ringspec.trace.TraceEvent;

/**
 * An I/O APIC with 24 inputs (Intel 82093AA data sheet; the EOI register is that of version 20H).
 *
 * <p>Registers are accessed with aligned 32 bits; other writes are ignored, other reads give 0. Delivery modes are fixed, lowest
 * priority (the same here) and NMI; SMI, INIT and ExtINT are accepted and without effect. A level-triggered interrupt that the
 * local APIC refuses is offered again when the local APIC is enabled or the entry or its input changes; an edge is lost, as is one
 * on a masked input.
 */
public final class IoApic implements MmioDevice {

    /** Where it is found. */
    public static final long BASE = 0xFEC0_0000L;
    /** Bytes that it occupies. */
    public static final int SIZE = 0x1000;
    /** How many inputs there are. */
    public static final int INPUTS = 24;

    private static final int IOREGSEL = 0x00;
    private static final int IOWIN = 0x10;
    private static final int EOI = 0x40;

    private static final int ID = 0;
    private static final int VERSION = 1;
    private static final int ARBITRATION = 2;
    private static final int REDIRECTION = 0x10;

    private static final int VERSION_VALUE = INPUTS - 1 << 16 | 0x20;
    private static final int ID_BITS = 0x0F00_0000;
    private static final int ACTIVE_LOW = 1 << 13;
    private static final int REMOTE_IRR = 1 << 14;
    private static final int LEVEL = 1 << 15;
    private static final int MASKED = 1 << 16;
    /** Delivery status (bit 12) and remote IRR are read-only. */
    private static final int LOW_WRITABLE = 0x0001_AFFF;
    private static final int HIGH_WRITABLE = 0xFF00_0000;

    private final LocalApic localApic;
    private final ProcessorCore core;
    private final int[] low = new int[INPUTS];
    private final int[] high = new int[INPUTS];
    private final boolean[] inputs = new boolean[INPUTS];
    private int selected;
    private int id;

    /**
     * An I/O APIC after reset, all inputs low and masked.
     *
     * @param localApic the only receiver of its messages; it will tell this one of EOIs
     * @param core where events go
     */
    public IoApic(LocalApic localApic, ProcessorCore core) {
        this.localApic = localApic;
        this.core = core;
        Arrays.fill(low, MASKED);
        localApic.connect(this);
    }

    /** Takes over another I/O APIC's whole state, but not what it is wired to. */
    public void copyFrom(IoApic other) {
        System.arraycopy(other.low, 0, low, 0, INPUTS);
        System.arraycopy(other.high, 0, high, 0, INPUTS);
        System.arraycopy(other.inputs, 0, inputs, 0, INPUTS);
        selected = other.selected;
        id = other.id;
    }

    /**
     * An input changes its electrical level.
     *
     * @param input 0 to 23
     * @param level true for high; whether that is active is for the entry's polarity to say
     * @throws IllegalArgumentException if there is no such input
     */
    public void setInput(int input, boolean level) {
        requireInput(input);
        if (inputs[input] == level) {
            return;
        }
        inputs[input] = level;
        core.emit(new TraceEvent.InterruptLine(input, level));
        if (isLevelTriggered(input)) {
            offer(input);
        } else if (isAsserted(input) && !isMasked(input)) {
            send(input);
        }
    }

    /** An input is wired to what is high after reset; nothing happens by that. */
    public void startHigh(int input) {
        requireInput(input);
        inputs[input] = true;
    }

    /**
     * Refuses what is no input.
     *
     * @throws IllegalArgumentException if the number isn't 0 to 23
     */
    public static void requireInput(int input) {
        if (input < 0 || input >= INPUTS) {
            throw new IllegalArgumentException(
                    "I/O APIC input " + input + ": expected 0 to " + (INPUTS - 1) + "; COM1 is input 4");
        }
    }

    /** An input's electrical level. */
    public boolean input(int input) {
        return inputs[input];
    }

    /** The mask bit of an input's redirection entry, as a debugger sees it. */
    public boolean isMasked(int input) {
        requireInput(input);
        return (low[input] & MASKED) != 0;
    }

    /** Whether some input is unmasked with NMI delivery. */
    public boolean sendsNmi() {
        for (int entry : low) {
            if ((entry & MASKED) == 0 && DeliveryMode.of(entry) == DeliveryMode.NMI) {
                return true;
            }
        }
        return false;
    }

    /** An EOI message arrives: level-triggered entries with its vector are free again, and those still asserted send anew. */
    void endOfInterrupt(int vector) {
        for (int i = 0; i < INPUTS; i++) {
            if (isLevelTriggered(i) && (low[i] & 0xFF) == vector) {
                low[i] &= ~REMOTE_IRR;
                offer(i);
            }
        }
    }

    /** The local APIC may now accept what it refused. */
    void retry() {
        for (int i = 0; i < INPUTS; i++) {
            offer(i);
        }
    }

    private boolean isAsserted(int input) {
        return inputs[input] ^ (low[input] & ACTIVE_LOW) != 0;
    }

    /** NMIs are edges whatever the trigger mode. */
    private boolean isLevelTriggered(int input) {
        return (low[input] & LEVEL) != 0 && DeliveryMode.of(low[input]) != DeliveryMode.NMI;
    }

    /** Sends a level-triggered interrupt if it is asserted, unmasked and not already accepted. */
    private void offer(int input) {
        if (isLevelTriggered(input) && isAsserted(input) && (low[input] & (MASKED | REMOTE_IRR)) == 0 && send(input)) {
            low[input] |= REMOTE_IRR;
        }
    }

    /** @return true if a local APIC accepted the message */
    private boolean send(int input) {
        if (!localApic.isDestination(high[input] >>> 24, (low[input] & InterruptDestination.LOGICAL) != 0)) {
            return false;
        }
        return switch (DeliveryMode.of(low[input])) {
            case FIXED, LOWEST_PRIORITY -> localApic.receive(low[input] & 0xFF, (low[input] & LEVEL) != 0);
            case NMI -> {
                localApic.receiveNmi();
                yield true;
            }
            default -> false;
        };
    }

    @Override
    public long read(long offset, int size) {
        if (size != 4) {
            return 0;
        }
        return switch ((int) offset) {
            case IOREGSEL -> selected;
            case IOWIN -> readSelected() & 0xFFFF_FFFFL;
            default -> 0;
        };
    }

    private int readSelected() {
        return switch (selected) {
            case ID, ARBITRATION -> id;
            case VERSION -> VERSION_VALUE;
            default -> {
                int entry = selectedEntry();
                yield entry < 0 ? 0 : (selected & 1) == 0 ? low[entry] : high[entry];
            }
        };
    }

    private int selectedEntry() {
        int entry = selected - REDIRECTION >> 1;
        return entry < INPUTS ? Math.max(entry, -1) : -1;
    }

    @Override
    public void write(long offset, int size, long value) {
        if (size != 4) {
            return;
        }
        switch ((int) offset) {
            case IOREGSEL -> selected = (int) value & 0xFF;
            case IOWIN -> writeSelected((int) value);
            case EOI -> endOfInterrupt((int) value & 0xFF);
            default -> {
                // Reserved.
            }
        }
    }

    private void writeSelected(int value) {
        int entry = selectedEntry();
        if (selected == ID) {
            id = value & ID_BITS;
        } else if (entry >= 0 && (selected & 1) != 0) {
            high[entry] = value & HIGH_WRITABLE;
            offer(entry);
        } else if (entry >= 0) {
            writeLow(entry, value);
        }
    }

    /**
     * Switching to edge-triggered clears remote IRR, which is how software ends an interrupt without an EOI. Edges come from the
     * input alone, not from a change of polarity.
     */
    private void writeLow(int entry, int value) {
        int kept = (value & LEVEL) != 0 ? low[entry] & REMOTE_IRR : 0;
        low[entry] = value & LOW_WRITABLE | kept;
        offer(entry);
    }
}
