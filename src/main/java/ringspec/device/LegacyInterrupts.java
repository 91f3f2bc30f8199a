package ringspec.device;

/**
 * The two 8259A of a PC, the slave at the master's input 2, with the edge/level registers at 4D0h and 4D1h. INTR goes wherever
 * the board leads it.
 */
public final class LegacyInterrupts {

    /** Ports of the master. */
    public static final int MASTER = 0x20;
    /** Ports of the slave. */
    public static final int SLAVE = 0xA0;
    /** ELCR1 and ELCR2. */
    public static final int EDGE_LEVEL = 0x4D0;
    /** Interrupt requests IRQ 0 to 15; number 2 is the slave's. */
    public static final int LINES = 16;

    private static final int CASCADE = 2;
    /** IRQ 0, 1, 2, 8 and 13 are always edge-triggered. */
    private static final int[] CAN_BE_LEVEL = {0xF8, 0xDE};

    private final OutputPin output;
    private final Pic8259 master = new Pic8259();
    private final Pic8259 slave = new Pic8259();
    private boolean requested;
    private boolean slaveRequested;

    /**
     * @param output INTR, low at first
     */
    public LegacyInterrupts(OutputPin output) {
        this.output = output;
    }

    /** Takes over another pair's whole state, but not what it is wired to. */
    public void copyFrom(LegacyInterrupts other) {
        master.copyFrom(other.master);
        slave.copyFrom(other.slave);
        requested = other.requested;
        slaveRequested = other.slaveRequested;
    }

    /** The device at {@link #MASTER} and at {@link #SLAVE}, two ports each. */
    public PortDevice ports(int first) {
        Pic8259 chip = first == MASTER ? master : slave;
        return new PortDevice() {
            @Override
            public int read(int offset, int size) {
                int value = chip.read(offset);
                update();
                return value;
            }

            @Override
            public void write(int offset, int size, int value) {
                chip.write(offset, value);
                update();
            }
        };
    }

    /** The device at {@link #EDGE_LEVEL}, two ports. */
    public PortDevice edgeLevelPorts() {
        return new PortDevice() {
            @Override
            public int read(int offset, int size) {
                return (offset == 0 ? master : slave).levelTriggered();
            }

            @Override
            public void write(int offset, int size, int value) {
                (offset == 0 ? master : slave).setLevelTriggered(value & CAN_BE_LEVEL[offset]);
                update();
            }
        };
    }

    /**
     * An interrupt request changes its level.
     *
     * @param line 0 to 15, but not 2
     */
    public void setLine(int line, boolean high) {
        (line < 8 ? master : slave).setInput(line & 7, high);
        update();
    }

    /** INTR: some request is let through. */
    public boolean isRequested() {
        return requested;
    }

    /** The INTA cycles: the vector of the highest request, which goes in service, or that of a spurious interrupt. */
    public int acknowledge() {
        boolean any = master.highest() != Pic8259.NONE;
        int input = master.acknowledge();
        int vector = master.base() + input;
        if (any && (master.cascade() >>> input & 1) != 0) {
            // A slave that goes by another number than its input leaves the bus floating.
            boolean answers = input == CASCADE && slave.cascade() == CASCADE;
            vector = answers ? slave.base() + slave.acknowledge() : 0xFF;
            // INT drops between the cycles of two requests, which is the edge that the master needs for the second one.
            master.setInput(CASCADE, false);
            slaveRequested = false;
        }
        update();
        return vector;
    }

    private void update() {
        boolean slaveWants = slave.highest() != Pic8259.NONE;
        if (slaveWants != slaveRequested) {
            slaveRequested = slaveWants;
            master.setInput(CASCADE, slaveWants);
        }
        boolean high = master.highest() != Pic8259.NONE;
        if (high != requested) {
            requested = high;
            output.set(high);
        }
    }
}
