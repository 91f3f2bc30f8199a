package ringspec.device;

import ringspec.trace.TraceEvent;

/**
 * The local APIC of the only processor, in xAPIC mode (SDM vol. 3A, chapter 12; APM vol. 2, chapter 16).
 *
 * <p>The timer counts virtual time: one instruction is one tick of its clock, before the divider. An initial count C with
 * divisor D that is written at time T, the T-th instruction counted from 0, expires at T + C * D: so many instructions are then
 * complete, and the interrupt comes before the next one.
 *
 * <p>Where the manual leaves a choice, or more than this machine has:
 * <ul>
 * <li>A register is read by any access within the low four bytes of its 16, the rest reads as 0; it is written by an aligned
 * 32-bit access, others are ignored. Read-only registers ignore writes.
 * <li>While software-disabled, fixed interrupts are refused; those already requested are still delivered.
 * <li>APR and the remote-read register read as 0. CMCI, TSC-deadline mode, x2APIC and AMD's extended registers aren't offered.
 * <li>INIT, SIPI, SMI and ExtINT messages to the processor itself are accepted and without effect; ExtINT works at LINT0.
 * <li>If the priority classes of TPR and ISRV are equal, PPR is TPR.
 * </ul>
 */
public final class LocalApic implements MmioDevice {

    /** Where it is found after reset. */
    public static final long BASE = 0xFEE0_0000L;
    /** Bytes that it occupies. */
    public static final int SIZE = 0x1000;
    /** Input of {@link #setInput}: LINT0. */
    public static final int LINT0 = 0;
    /** Input of {@link #setInput}: LINT1. */
    public static final int LINT1 = 1;

    /** What differs between vendors. */
    public enum Implementation {
        /** Version 15H with six LVT entries and suppression of EOI broadcasts. */
        INTEL(0x0105_0015, 0x11FF),
        /** Version 10H with six LVT entries; SVR has a focus-check bit, which has no effect. */
        AMD(0x0005_0010, 0x3FF);

        private final int version;
        private final int spuriousWritable;

        Implementation(int version, int spuriousWritable) {
            this.version = version;
            this.spuriousWritable = spuriousWritable;
        }
    }

    /** Register numbers: offsets divided by 16. */
    private static final int ID = 0x02;
    private static final int VERSION = 0x03;
    private static final int TPR = 0x08;
    private static final int APR = 0x09;
    private static final int PPR = 0x0A;
    private static final int EOI = 0x0B;
    private static final int REMOTE_READ = 0x0C;
    private static final int LDR = 0x0D;
    private static final int DFR = 0x0E;
    private static final int SVR = 0x0F;
    private static final int ISR = 0x10;
    private static final int TMR = 0x18;
    private static final int IRR = 0x20;
    private static final int ESR = 0x28;
    private static final int ICR_LOW = 0x30;
    private static final int ICR_HIGH = 0x31;
    private static final int LVT = 0x32;
    private static final int INITIAL_COUNT = 0x38;
    private static final int CURRENT_COUNT = 0x39;
    private static final int DIVIDE_CONFIGURATION = 0x3E;

    private static final int TOP_BYTE = 0xFF00_0000;
    private static final int SVR_ENABLE = 1 << 8;
    private static final int SVR_SUPPRESS_BROADCAST = 1 << 12;
    private static final int ICR_WRITABLE = 0x000C_CFFF;
    /** Lower vectors are errors (SDM vol. 3A, 12.5.2). */
    static final int FIRST_VECTOR = 16;

    private final ProcessorCore core;
    private final Implementation implementation;
    private IoApic ioApic;

    private final VectorRegister requests = new VectorRegister();
    private final VectorRegister inService = new VectorRegister();
    private final VectorRegister triggerModes = new VectorRegister();
    private final LocalInterrupts local;
    private int id;
    private int logicalDestination;
    private int destinationFormat;
    private int spuriousVector;
    private int commandLow;
    private int commandHigh;

    /**
     * A local APIC in its state after reset.
     *
     * @param core the processor
     * @param implementation whose registers it has
     */
    public LocalApic(ProcessorCore core, Implementation implementation) {
        this.core = core;
        this.implementation = implementation;
        this.local = new LocalInterrupts(this, core);
        reset();
    }

    /** Connects the I/O APIC, which is told when a level-triggered interrupt ends. */
    void connect(IoApic controller) {
        ioApic = controller;
    }

    /** The state after power-up or reset (SDM vol. 3A, 12.4.7.1), but for TPR, which is the processor's CR8. */
    public void reset() {
        requests.reset();
        inService.reset();
        triggerModes.reset();
        local.reset();
        id = 0;
        logicalDestination = 0;
        destinationFormat = -1;
        spuriousVector = 0xFF;
        commandLow = 0;
        commandHigh = 0;
    }

    /** Takes over another local APIC's whole state, but not what it is wired to. */
    public void copyFrom(LocalApic other) {
        requests.copyFrom(other.requests);
        inService.copyFrom(other.inService);
        triggerModes.copyFrom(other.triggerModes);
        local.copyFrom(other.local);
        id = other.id;
        logicalDestination = other.logicalDestination;
        destinationFormat = other.destinationFormat;
        spuriousVector = other.spuriousVector;
        commandLow = other.commandLow;
        commandHigh = other.commandHigh;
    }

    /** True if SVR's software enable is set. */
    public boolean isSoftwareEnabled() {
        return (spuriousVector & SVR_ENABLE) != 0;
    }

    /** True while a request has a higher priority class than PPR. */
    public boolean isPending() {
        int vector = requests.highest();
        return vector >= 0 && vector >>> 4 > processorPriority() >>> 4;
    }

    /**
     * Dispenses the highest request and marks it in service; if none has sufficient priority, it is the spurious vector, which
     * leaves everything as it is (SDM vol. 3A, 12.9).
     */
    public int acknowledge() {
        if (!isPending()) {
            return spuriousVector & 0xFF;
        }
        int vector = requests.highest();
        requests.clear(vector);
        inService.set(vector);
        core.emit(new TraceEvent.InterruptInService(vector, triggerModes.has(vector)));
        local.changed();
        return vector;
    }

    /** PPR (SDM vol. 3A, 12.8.3.1). */
    public int processorPriority() {
        int task = core.taskPriority();
        int serviced = Math.max(inService.highest(), 0) & 0xF0;
        return (task & 0xF0) >= serviced ? task : serviced;
    }

    /**
     * An interrupt message with fixed delivery mode arrives.
     *
     * @param vector 0 to 255; below 16 it is an error that ESR shows
     * @param level trigger mode
     * @return true if it was accepted into IRR
     */
    public boolean receive(int vector, boolean level) {
        if (vector < FIRST_VECTOR) {
            local.detect(ErrorStatus.RECEIVED_ILLEGAL_VECTOR);
            return false;
        }
        if (!isSoftwareEnabled()) {
            return false;
        }
        requests.set(vector);
        triggerModes.assign(vector, level);
        local.changed();
        return true;
    }

    /** Whether a message with this destination is for this local APIC. */
    boolean isDestination(int destination, boolean logical) {
        return InterruptDestination.matches(destination, logical, id >>> 24, logicalDestination >>> 24,
                destinationFormat >>> 28);
    }

    /** An NMI message arrives, which no mask holds back. */
    void receiveNmi() {
        core.requestNmi();
    }

    /**
     * A local interrupt input changes. What comes of it is for the LVT entry to say.
     *
     * @param input {@link #LINT0} or {@link #LINT1}
     * @param high the pin's electrical level
     */
    public void setInput(int input, boolean high) {
        local.setInput(input, high);
    }

    /** LINT0 is asserted with ExtINT delivery: the external controller's request goes past IRR, ISR and priorities to the core. */
    public boolean isExternalPending() {
        return local.isExternalPending();
    }

    /** Whether a local interrupt input is unmasked with NMI delivery. */
    public boolean takesNmiFrom(int input) {
        return local.takesNmiFrom(input);
    }

    /** When {@link #timerExpired} is to be called; {@link Long#MAX_VALUE} while the timer can cause nothing. */
    public long timerDue() {
        return local.timerDue();
    }

    /** The timer's count has reached zero: delivers its interrupt. */
    public void timerExpired() {
        local.timerExpired();
    }

    boolean isRequested(int vector) {
        return requests.has(vector);
    }

    @Override
    public long read(long offset, int size) {
        int inRegister = (int) offset & 0xF;
        if (inRegister + size > 4 && size != 8 || inRegister > 3) {
            return 0;
        }
        long value = (readRegister((int) offset >>> 4) & 0xFFFF_FFFFL) >>> 8 * inRegister;
        return value & -1L >>> 64 - 8 * size;
    }

    private int readRegister(int register) {
        return switch (register) {
            case ID -> id;
            case VERSION -> implementation.version;
            case TPR -> core.taskPriority();
            case APR, EOI, REMOTE_READ -> 0;
            case PPR -> processorPriority();
            case LDR -> logicalDestination;
            case DFR -> destinationFormat;
            case SVR -> spuriousVector;
            case ESR -> local.errors().read();
            case ICR_LOW -> commandLow;
            case ICR_HIGH -> commandHigh;
            case INITIAL_COUNT -> local.timer().initialCount();
            case CURRENT_COUNT -> local.timer().currentCount(core.time());
            case DIVIDE_CONFIGURATION -> local.timer().divideConfiguration();
            default -> readArray(register);
        };
    }

    private int readArray(int register) {
        if (register >= ISR && register < IRR + 8) {
            VectorRegister vectors = register < TMR ? inService : register < IRR ? triggerModes : requests;
            return vectors.word(register & 7);
        }
        if (register >= LVT && register < LVT + LocalVectorTable.ENTRIES) {
            return local.readTable(register - LVT);
        }
        local.detect(ErrorStatus.ILLEGAL_REGISTER);
        return 0;
    }

    @Override
    public void write(long offset, int size, long value) {
        if (size == 4 && (offset & 0xF) == 0) {
            local.settle();
            writeRegister((int) offset >>> 4, (int) value);
            local.changed();
        }
    }

    private void writeRegister(int register, int value) {
        switch (register) {
            case ID -> id = value & TOP_BYTE;
            case TPR -> core.setTaskPriority(value & 0xFF);
            case VERSION, APR, PPR, REMOTE_READ, CURRENT_COUNT -> {
                // Read-only.
            }
            case EOI -> endOfInterrupt();
            case LDR -> logicalDestination = value & TOP_BYTE;
            case DFR -> destinationFormat = value | ~0xF000_0000;
            case SVR -> writeSpuriousVector(value);
            case ESR -> local.errors().write();
            case ICR_LOW -> writeCommand(value & ICR_WRITABLE);
            case ICR_HIGH -> commandHigh = value & TOP_BYTE;
            case INITIAL_COUNT -> local.timer().start(core.time(), value);
            case DIVIDE_CONFIGURATION -> local.timer().setDivideConfiguration(core.time(), value);
            default -> writeArray(register, value);
        }
    }

    private void writeArray(int register, int value) {
        if (register >= LVT && register < LVT + LocalVectorTable.ENTRIES) {
            local.writeTable(register - LVT, value);
        } else if (register < ISR || register >= IRR + 8) {
            local.detect(ErrorStatus.ILLEGAL_REGISTER);
        }
    }

    /** Software disable masks the whole LVT (SDM vol. 3A, 12.4.7.2). */
    private void writeSpuriousVector(int value) {
        spuriousVector = value & implementation.spuriousWritable;
        if (!isSoftwareEnabled()) {
            local.maskAll();
        } else if (ioApic != null) {
            ioApic.retry();
        }
    }

    /** Ends the interrupt that is in service with the highest priority (SDM vol. 3A, 12.8.5). */
    private void endOfInterrupt() {
        int vector = inService.highest();
        core.emit(new TraceEvent.EndOfInterrupt(vector));
        if (vector < 0) {
            return;
        }
        inService.clear(vector);
        if (!triggerModes.has(vector)) {
            return;
        }
        local.endOfLevel(vector);
        if (ioApic != null && (spuriousVector & SVR_SUPPRESS_BROADCAST) == 0) {
            ioApic.endOfInterrupt(vector);
        }
    }

    /** Sends an interprocessor interrupt, of which only those to this processor have an effect (SDM vol. 3A, 12.6.1). */
    private void writeCommand(int value) {
        commandLow = value;
        int vector = value & 0xFF;
        DeliveryMode mode = DeliveryMode.of(value);
        boolean vectored = mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY;
        if (vectored && vector < FIRST_VECTOR) {
            local.detect(ErrorStatus.SEND_ILLEGAL_VECTOR);
        }
        boolean toSelf = switch (value >>> 18 & 3) {
            case 0 -> isDestination(commandHigh >>> 24, (value & InterruptDestination.LOGICAL) != 0);
            // With these shorthands only fixed delivery is valid (table 12-3).
            case 1, 2 -> mode == DeliveryMode.FIXED;
            default -> false;
        };
        if (toSelf && vectored) {
            receive(vector, false);
        } else if (toSelf && mode == DeliveryMode.NMI) {
            receiveNmi();
        }
    }
}
