package ringspec.device;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The PC's odd ports: 61h with the speaker and counter 2 of the PIT, 92h with A20 (always open) and the fast reset, and 80h to
 * 8Fh, the POST code and the DMA page registers, which only remember what was written.
 */
public final class SystemPorts {

    /** System control port B. */
    public static final int PORT_B = 0x61;
    /** System control port A. */
    public static final int PORT_A = 0x92;
    /** The POST code, and the first of sixteen latches. */
    public static final int POST = 0x80;
    /** How many latches there are. */
    public static final int LATCHES = 16;

    private static final int GATE_2 = 1;
    private static final int SPEAKER = 2;
    private static final int REFRESH = 0x10;
    private static final int OUT_2 = 0x20;
    private static final int WRITABLE = 0xE;
    /** Half the period of the refresh request, 15.085 microseconds. */
    private static final long REFRESH_TOGGLES = 15_085;
    private static final int A20 = 2;
    private static final int FAST_RESET = 1;

    private final LongSupplier time;
    private final Pit8254 pit;
    private final Consumer<ResetCause> reset;
    private final int[] latches = new int[LATCHES];
    private int portB;
    private int portA;

    /**
     * @param time virtual time
     * @param pit whose counter 2 it shows
     * @param reset told when software resets the machine
     */
    public SystemPorts(LongSupplier time, Pit8254 pit, Consumer<ResetCause> reset) {
        this.time = time;
        this.pit = pit;
        this.reset = reset;
    }

    /** Takes over another's state. */
    public void copyFrom(SystemPorts other) {
        System.arraycopy(other.latches, 0, latches, 0, LATCHES);
        portB = other.portB;
        portA = other.portA;
    }

    /** True while counter 2 drives the speaker. */
    public boolean speakerOn() {
        return (portB & SPEAKER) != 0;
    }

    /** The device at {@link #PORT_B}, one port. */
    public PortDevice portB() {
        return new PortDevice() {
            @Override
            public int read(int offset, int size) {
                boolean refresh = (time.getAsLong() / REFRESH_TOGGLES & 1) != 0;
                return portB | (pit.gate2() ? GATE_2 : 0) | (refresh ? REFRESH : 0) | (pit.out2() ? OUT_2 : 0);
            }

            @Override
            public void write(int offset, int size, int value) {
                portB = value & WRITABLE;
                pit.setGate2((value & GATE_2) != 0);
            }
        };
    }

    /** The device at {@link #PORT_A}, one port. */
    public PortDevice portA() {
        return new PortDevice() {
            @Override
            public int read(int offset, int size) {
                return portA | A20;
            }

            @Override
            public void write(int offset, int size, int value) {
                boolean rises = (value & ~portA & FAST_RESET) != 0;
                portA = value;
                if (rises) {
                    reset.accept(ResetCause.PORT_92);
                }
            }
        };
    }

    /** The device at {@link #POST}, {@link #LATCHES} ports. */
    public PortDevice latches() {
        return new PortDevice() {
            @Override
            public int read(int offset, int size) {
                return latches[offset];
            }

            @Override
            public void write(int offset, int size, int value) {
                latches[offset] = value;
            }
        };
    }
}
