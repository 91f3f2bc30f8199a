package ringspec.machine;

import ringspec.cpu.Cpu;
import ringspec.cpu.InterruptSource;
import ringspec.cpu.ProcessorModel.Vendor;
import ringspec.device.IoApic;
import ringspec.device.LegacyInterrupts;
import ringspec.device.LocalApic;
import ringspec.device.ProcessorCore;
import ringspec.trace.TraceEvent;

/**
 * What drives the processor's INTR and NMI: the local APIC, the I/O APIC that sends to it, in front of both the requests that
 * bypass them, and the 8259A whose requests come through LINT0 with ExtINT delivery, whatever the task priority.
 */
final class InterruptSystem implements InterruptSource, ProcessorCore {

    private static final long APIC_ENABLED = 1 << 11;

    private final Cpu cpu;
    private final Runnable attention;
    private final InterruptQueue bypass;
    private final LocalApic localApic;
    private final IoApic ioApic;
    private final LegacyInterrupts legacy;

    /**
     * @param attention makes the engine return before the next instruction
     */
    InterruptSystem(Cpu cpu, Runnable attention) {
        this.cpu = cpu;
        this.attention = attention;
        this.bypass = new InterruptQueue(() -> cpu.cr8);
        this.localApic = new LocalApic(this, cpu.model.vendor() == Vendor.AMD ? LocalApic.Implementation.AMD
                : LocalApic.Implementation.INTEL);
        this.ioApic = new IoApic(localApic, this);
        this.legacy = new LegacyInterrupts(this::setLegacyRequest);
    }

    /** The 8259A drive LINT0, or the processor's INTR pin, which is the same pin, while the local APIC is disabled globally. */
    private void setLegacyRequest(boolean high) {
        localApic.setInput(LocalApic.LINT0, high);
        attention();
    }

    LocalApic localApic() {
        return localApic;
    }

    IoApic ioApic() {
        return ioApic;
    }

    /** The two 8259A; silent unless a board is wired to them. */
    LegacyInterrupts legacy() {
        return legacy;
    }

    private boolean isLegacyPending() {
        return legacy.isRequested() && ((cpu.msrs.apicBase & APIC_ENABLED) == 0 || localApic.isExternalPending());
    }

    /** Whether a device's interrupt request can become an NMI, which wakes a processor that takes no interrupts. */
    boolean canBecomeNmi() {
        return ioApic.sendsNmi() || localApic.takesNmiFrom(LocalApic.LINT0);
    }

    /** See {@link Machine#injectInterrupt}. */
    void inject(int vector) {
        InterruptQueue.requireVector(vector);
        if (localApic.isSoftwareEnabled()) {
            localApic.receive(vector, false);
        } else {
            bypass.request(vector);
            attention();
        }
    }

    void copyFrom(InterruptSystem other) {
        bypass.copyFrom(other.bypass);
        localApic.copyFrom(other.localApic);
        ioApic.copyFrom(other.ioApic);
        legacy.copyFrom(other.legacy);
    }

    @Override
    public boolean isPending() {
        return isLegacyPending() || bypass.isPending() || localApic.isPending();
    }

    @Override
    public int acknowledge() {
        if (isLegacyPending()) {
            return legacy.acknowledge();
        }
        return bypass.isPending() ? bypass.acknowledge() : localApic.acknowledge();
    }

    /** A local APIC that is disabled globally forgets everything, and is software-disabled from then on (SDM vol. 3A, 12.4.3). */
    @Override
    public void apicBaseWritten(long before, long after) {
        if ((before & APIC_ENABLED) != 0 && (after & APIC_ENABLED) == 0) {
            localApic.reset();
        }
    }

    @Override
    public long time() {
        return cpu.instructions;
    }

    @Override
    public int taskPriority() {
        return (int) cpu.cr8 << 4 | cpu.taskPrioritySubclass;
    }

    @Override
    public void setTaskPriority(int value) {
        cpu.cr8 = value >>> 4;
        cpu.taskPrioritySubclass = value & 0xF;
    }

    @Override
    public void requestNmi() {
        cpu.nmiPending = true;
        attention();
    }

    @Override
    public void attention() {
        attention.run();
    }

    @Override
    public void emit(TraceEvent event) {
        cpu.emit(event);
    }
}
