package ringspec.device;

/** What the local APIC itself can request: timer, errors and the pins LINT0 and LINT1, each by its LVT entry. */
final class LocalInterrupts {

    private static final long NEVER = Long.MAX_VALUE;

    private final LocalApic apic;
    private final ProcessorCore core;
    private final LocalVectorTable table = new LocalVectorTable();
    private final ApicTimer timer = new ApicTimer();
    private final ErrorStatus errors = new ErrorStatus();
    private final boolean[] inputs = new boolean[2];
    private long timerDue = NEVER;

    LocalInterrupts(LocalApic apic, ProcessorCore core) {
        this.apic = apic;
        this.core = core;
    }

    /** Everything but the levels at the pins, which others drive. */
    void reset() {
        table.reset();
        timer.reset();
        errors.reset();
        timerDue = NEVER;
    }

    void copyFrom(LocalInterrupts other) {
        table.copyFrom(other.table);
        timer.copyFrom(other.timer);
        errors.copyFrom(other.errors);
        System.arraycopy(other.inputs, 0, inputs, 0, inputs.length);
        timerDue = other.timerDue;
    }

    ApicTimer timer() {
        return timer;
    }

    ErrorStatus errors() {
        return errors;
    }

    long timerDue() {
        return timerDue;
    }

    void timerExpired() {
        timerDue = NEVER;
        apic.receive(table.vector(LocalVectorTable.TIMER), false);
        changed();
    }

    /** Makes up for an expiry that nobody has looked at yet: what is written at the same time comes after it. */
    void settle() {
        if (timerDue <= core.time()) {
            timerExpired();
        }
    }

    /**
     * Registers or requests have changed, and with them when the timer is due. What it requests while its vector is already
     * requested is lost, and it needn't be looked at when it is masked. So a processor that is halted for ever isn't woken by each
     * period.
     */
    void changed() {
        // An expiry that is due now stays so until it was delivered.
        if (timerDue > core.time()) {
            timerDue = isTimerIdle() ? NEVER : timer.expiryAfter(core.time());
        }
        core.attention();
    }

    private boolean isTimerIdle() {
        int vector = table.vector(LocalVectorTable.TIMER);
        boolean lost = vector < LocalApic.FIRST_VECTOR ? errors.hasDetected(ErrorStatus.RECEIVED_ILLEGAL_VECTOR)
                : apic.isRequested(vector);
        return lost || table.isMasked(LocalVectorTable.TIMER);
    }

    /** Logs an error for ESR; the first one since ESR was written interrupts. */
    void detect(int error) {
        errors.detect(error);
        int vector = table.vector(LocalVectorTable.ERROR);
        if (!table.isMasked(LocalVectorTable.ERROR) && errors.takeTrigger()) {
            if (vector < LocalApic.FIRST_VECTOR) {
                errors.detect(ErrorStatus.RECEIVED_ILLEGAL_VECTOR);
            } else {
                apic.receive(vector, false);
            }
        }
        changed();
    }

    void setInput(int input, boolean high) {
        boolean before = isAsserted(input);
        inputs[input] = high;
        int entry = LocalVectorTable.LINT0 + input;
        if (isLevelTriggered(input)) {
            offerLevel();
        } else if (isAsserted(input) && !before && !table.isMasked(entry)) {
            deliver(entry, false);
        }
    }

    boolean isExternalPending() {
        int entry = LocalVectorTable.LINT0;
        return isAsserted(LocalApic.LINT0) && !table.isMasked(entry) && table.deliveryMode(
                entry) == DeliveryMode.EXT_INT;
    }

    boolean takesNmiFrom(int input) {
        int entry = LocalVectorTable.LINT0 + input;
        return !table.isMasked(entry) && table.deliveryMode(entry) == DeliveryMode.NMI;
    }

    /** A level-triggered vector left service: LINT0 may send it again. */
    void endOfLevel(int vector) {
        if (table.vector(LocalVectorTable.LINT0) == vector) {
            table.setRemoteIrr(LocalVectorTable.LINT0, false);
            offerLevel();
        }
    }

    int readTable(int entry) {
        return table.read(entry);
    }

    /** While the local APIC is software-disabled, masks can't be cleared (SDM vol. 3A, 12.4.7.2). */
    void writeTable(int entry, int value) {
        table.write(entry, apic.isSoftwareEnabled() ? value : value | LocalVectorTable.MASKED);
        if (entry == LocalVectorTable.TIMER) {
            timer.setPeriodic(core.time(), (value & LocalVectorTable.PERIODIC) != 0);
        } else if (entry == LocalVectorTable.LINT0) {
            offerLevel();
        }
    }

    void maskAll() {
        table.maskAll();
    }

    private boolean isAsserted(int input) {
        return inputs[input] ^ (table.read(LocalVectorTable.LINT0 + input) & LocalVectorTable.ACTIVE_LOW) != 0;
    }

    /** Only LINT0, and only with fixed delivery; all else is edge-triggered (SDM vol. 3A, 12.5.1). */
    private boolean isLevelTriggered(int input) {
        int entry = LocalVectorTable.LINT0 + input;
        return input == LocalApic.LINT0 && (table.read(entry) & LocalVectorTable.LEVEL) != 0
                && table.deliveryMode(entry) == DeliveryMode.FIXED;
    }

    private void offerLevel() {
        int entry = LocalVectorTable.LINT0;
        boolean waits = (table.read(entry) & LocalVectorTable.REMOTE_IRR) != 0;
        if (isLevelTriggered(LocalApic.LINT0) && isAsserted(LocalApic.LINT0) && !table.isMasked(entry) && !waits) {
            table.setRemoteIrr(entry, deliver(entry, true));
        }
    }

    /** @return true if the interrupt was accepted */
    private boolean deliver(int entry, boolean level) {
        return switch (table.deliveryMode(entry)) {
            case FIXED -> apic.receive(table.vector(entry), level);
            case NMI -> {
                core.requestNmi();
                yield true;
            }
            default -> false;
        };
    }
}
