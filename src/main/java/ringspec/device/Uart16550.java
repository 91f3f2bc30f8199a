package ringspec.device;

import java.util.ArrayDeque;
import java.util.function.IntConsumer;

/**
 * A 16550A serial port (National Semiconductor PC16550D data sheet). Bytes take no time on the line: what is written to THR
 * has left when the next instruction looks, and a received byte below the FIFO's trigger level times out at once.
 *
 * <p>After reset the line is 8N1, as firmware leaves it.
 */
public final class Uart16550 implements PortDevice {

    /** COM1's first port. */
    public static final int COM1 = 0x3F8;
    /** COM1's interrupt, an input of the I/O APIC. */
    public static final int IRQ = 4;
    /** Ports that it occupies. */
    public static final int COUNT = 8;

    private static final int DATA = 0;
    private static final int IER = 1;
    private static final int IIR_FCR = 2;
    private static final int LCR = 3;
    private static final int MCR = 4;
    private static final int LSR = 5;
    private static final int MSR = 6;

    private static final int IER_RECEIVED = 1;
    private static final int IER_TRANSMITTER_EMPTY = 2;
    private static final int IER_LINE_STATUS = 4;
    private static final int IER_MODEM_STATUS = 8;

    private static final int IIR_NONE = 1;
    private static final int IIR_MODEM_STATUS = 0;
    private static final int IIR_TRANSMITTER_EMPTY = 2;
    private static final int IIR_RECEIVED = 4;
    private static final int IIR_LINE_STATUS = 6;
    private static final int IIR_TIMEOUT = 0xC;
    private static final int IIR_FIFOS = 0xC0;

    private static final int FCR_ENABLE = 1;
    private static final int FCR_CLEAR_RECEIVER = 2;
    private static final int[] TRIGGER_LEVELS = {1, 4, 8, 14};

    private static final int LCR_DLAB = 0x80;
    private static final int LCR_8N1 = 3;

    private static final int MCR_OUT2 = 8;
    private static final int MCR_LOOPBACK = 0x10;

    private static final int LSR_DATA_READY = 1;
    private static final int LSR_OVERRUN = 2;
    private static final int LSR_TRANSMITTER_EMPTY = 0x60;

    /** CTS, DSR and DCD are on: somebody listens. */
    private static final int MODEM_INPUTS = 0xB0;
    private static final int MSR_RI = 0x40;
    private static final int FIFO_SIZE = 16;

    /** What the interrupt output is wired to. */
    @FunctionalInterface
    public interface InterruptOutput {
        /** The output is high, that is active, or low from now on; told at changes only. */
        void set(boolean high);
    }

    private final IntConsumer line;
    private final InterruptOutput output;
    private final ArrayDeque<Integer> fifo = new ArrayDeque<>();
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
    /** IER, LCR, MCR and SCR by register number. */
    private final int[] registers = new int[COUNT];
    private int divisor = 1;
    private int fcr;
    private int msr = MODEM_INPUTS;
    private boolean overrun;
    private boolean transmitterEmptied;
    private boolean outputHigh;

    /**
     * A port whose interrupt output goes nowhere.
     *
     * @param line told every byte that is transmitted, 0 to 255
     */
    public Uart16550(IntConsumer line) {
        this(line, high -> {
        });
    }

    /**
     * @param line told every byte that is transmitted, 0 to 255
     * @param output told when the interrupt output changes; low at first
     */
    public Uart16550(IntConsumer line, InterruptOutput output) {
        this.line = line;
        this.output = output;
        registers[LCR] = LCR_8N1;
    }

    /** Takes over another port's whole state, but not what it is wired to, which must be in the corresponding state already. */
    public void copyFrom(Uart16550 other) {
        System.arraycopy(other.registers, 0, registers, 0, COUNT);
        fifo.clear();
        fifo.addAll(other.fifo);
        waiting.clear();
        waiting.addAll(other.waiting);
        divisor = other.divisor;
        fcr = other.fcr;
        msr = other.msr;
        overrun = other.overrun;
        transmitterEmptied = other.transmitterEmptied;
        outputHigh = other.outputHigh;
    }

    @Override
    public int read(int offset, int size) {
        int value = readRegister(offset);
        updateOutput();
        return value;
    }

    private int readRegister(int offset) {
        return switch (offset) {
            case DATA -> dlab() ? divisor & 0xFF : readReceiver();
            case IER -> dlab() ? divisor >>> 8 : registers[IER];
            case IIR_FCR -> readIdentification();
            case LSR -> readLineStatus();
            case MSR -> readModemStatus();
            default -> registers[offset];
        };
    }

    @Override
    public void write(int offset, int size, int value) {
        writeRegister(offset, value);
        updateOutput();
    }

    private void writeRegister(int offset, int value) {
        switch (offset) {
            case DATA -> {
                if (dlab()) {
                    divisor = divisor & 0xFF00 | value;
                } else {
                    transmit(value);
                }
            }
            case IER -> {
                if (dlab()) {
                    divisor = divisor & 0xFF | value << 8;
                } else {
                    writeInterruptEnable(value & 0xF);
                }
            }
            case IIR_FCR -> writeFifoControl(value);
            case MCR -> writeModemControl(value & 0x1F);
            case LSR, MSR -> {
                // Read-only; the data sheet keeps writes for factory tests.
            }
            default -> registers[offset] = value;
        }
    }

    /** A byte arrives on the line now. If the receiver is full, it is an overrun. */
    public void receive(int value) {
        if ((registers[MCR] & MCR_LOOPBACK) == 0) {
            arrive(value & characterMask());
            updateOutput();
        }
    }

    /** Bytes arrive as fast as the guest takes them, so that none is lost. */
    public void feed(byte[] bytes) {
        for (byte value : bytes) {
            waiting.add(value & 0xFF);
        }
        refill();
        updateOutput();
    }

    /** The interrupt output: some enabled interrupt is pending and MCR.OUT2 lets it through. */
    public boolean interruptLine() {
        return (registers[MCR] & MCR_OUT2) != 0 && pendingInterrupt() != IIR_NONE;
    }

    private void updateOutput() {
        boolean high = interruptLine();
        if (high != outputHigh) {
            outputHigh = high;
            output.set(high);
        }
    }

    /** The divisor latch: 115200 / baud rate. */
    public int divisor() {
        return divisor;
    }

    private boolean dlab() {
        return (registers[LCR] & LCR_DLAB) != 0;
    }

    private boolean fifosEnabled() {
        return (fcr & FCR_ENABLE) != 0;
    }

    /** A character has 5 to 8 bits by LCR's word length. */
    private int characterMask() {
        return (1 << 5 + (registers[LCR] & 3)) - 1;
    }

    private int readReceiver() {
        Integer value = fifo.poll();
        // The next character takes some time on a real line, so that the output falls in between.
        updateOutput();
        refill();
        return value == null ? 0 : value;
    }

    private void refill() {
        if ((registers[MCR] & MCR_LOOPBACK) != 0) {
            return;
        }
        while (!waiting.isEmpty() && fifo.size() < capacity()) {
            fifo.add(waiting.poll() & characterMask());
        }
    }

    private int capacity() {
        return fifosEnabled() ? FIFO_SIZE : 1;
    }

    private void arrive(int value) {
        if (fifo.size() == capacity()) {
            overrun = true;
            if (fifosEnabled()) {
                return;
            }
            // Without FIFOs the newer character overwrites the one in RBR.
            fifo.clear();
        }
        fifo.add(value);
    }

    private void transmit(int value) {
        int character = value & characterMask();
        if ((registers[MCR] & MCR_LOOPBACK) != 0) {
            arrive(character);
        } else {
            line.accept(character);
        }
        transmitterEmptied = true;
    }

    private void writeInterruptEnable(int value) {
        if ((value & ~registers[IER] & IER_TRANSMITTER_EMPTY) != 0) {
            transmitterEmptied = true;
        }
        registers[IER] = value;
    }

    private void writeFifoControl(int value) {
        boolean switched = ((value ^ fcr) & FCR_ENABLE) != 0;
        if (switched || (value & FCR_CLEAR_RECEIVER) != 0) {
            fifo.clear();
        }
        // The other bits can be programmed only together with the enable bit.
        fcr = (value & FCR_ENABLE) != 0 ? value & 0xC9 : 0;
        refill();
    }

    private void writeModemControl(int value) {
        registers[MCR] = value;
        int inputs = (value & MCR_LOOPBACK) == 0 ? MODEM_INPUTS
                : (value & 2) << 3 | (value & 1) << 5 | (value & 4) << 4 | (value & 8) << 4;
        int changed = (inputs ^ msr) & 0xF0;
        // TERI, the delta bit of RI, is set by its trailing edge only.
        if ((inputs & MSR_RI) != 0) {
            changed &= ~MSR_RI;
        }
        msr = inputs | msr & 0xF | changed >>> 4;
        refill();
    }

    private int readIdentification() {
        int identification = pendingInterrupt();
        if (identification == IIR_TRANSMITTER_EMPTY) {
            transmitterEmptied = false;
        }
        return identification | (fifosEnabled() ? IIR_FIFOS : 0);
    }

    private int pendingInterrupt() {
        int enabled = registers[IER];
        if ((enabled & IER_LINE_STATUS) != 0 && overrun) {
            return IIR_LINE_STATUS;
        }
        if ((enabled & IER_RECEIVED) != 0 && !fifo.isEmpty()) {
            int trigger = fifosEnabled() ? TRIGGER_LEVELS[fcr >>> 6] : 1;
            return fifo.size() >= trigger ? IIR_RECEIVED : IIR_TIMEOUT;
        }
        if ((enabled & IER_TRANSMITTER_EMPTY) != 0 && transmitterEmptied) {
            return IIR_TRANSMITTER_EMPTY;
        }
        if ((enabled & IER_MODEM_STATUS) != 0 && (msr & 0xF) != 0) {
            return IIR_MODEM_STATUS;
        }
        return IIR_NONE;
    }

    private int readLineStatus() {
        int status = LSR_TRANSMITTER_EMPTY | (fifo.isEmpty() ? 0 : LSR_DATA_READY) | (overrun ? LSR_OVERRUN : 0);
        overrun = false;
        return status;
    }

    private int readModemStatus() {
        int status = msr;
        msr &= 0xF0;
        return status;
    }
}
