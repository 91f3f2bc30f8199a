package ringspec.device;

import java.util.ArrayList;
import java.util.List;

import ringspec.trace.TraceEvent;

/** A local APIC and an I/O APIC on a processor that is nothing but a clock, a TPR and an NMI pin. */
final class ApicBed implements ProcessorCore {

    static final int ID = 0x20;
    static final int VERSION = 0x30;
    static final int TPR = 0x80;
    static final int PPR = 0xA0;
    static final int EOI = 0xB0;
    static final int LDR = 0xD0;
    static final int DFR = 0xE0;
    static final int SVR = 0xF0;
    static final int ISR = 0x100;
    static final int TMR = 0x180;
    static final int IRR = 0x200;
    static final int ESR = 0x280;
    static final int ICR_LOW = 0x300;
    static final int ICR_HIGH = 0x310;
    static final int LVT_TIMER = 0x320;
    static final int LVT_LINT0 = 0x350;
    static final int LVT_LINT1 = 0x360;
    static final int LVT_ERROR = 0x370;
    static final int INITIAL_COUNT = 0x380;
    static final int CURRENT_COUNT = 0x390;
    static final int DIVIDE = 0x3E0;
    static final int MASKED = 1 << 16;
    static final int PERIODIC = 1 << 17;
    static final int LEVEL = 1 << 15;
    static final int ENABLED = 0x1FF;

    final LocalApic apic;
    final IoApic ioApic;
    final List<TraceEvent> events = new ArrayList<>();
    long time;
    int taskPriority;
    int nmis;

    ApicBed() {
        this(LocalApic.Implementation.INTEL);
    }

    ApicBed(LocalApic.Implementation implementation) {
        apic = new LocalApic(this, implementation);
        ioApic = new IoApic(apic, this);
    }

    static ApicBed enabled() {
        ApicBed bed = new ApicBed();
        bed.write(SVR, ENABLED);
        return bed;
    }

    int read(int offset) {
        return (int) apic.read(offset, 4);
    }

    void write(int offset, int value) {
        apic.write(offset, 4, value & 0xFFFF_FFFFL);
    }

    int readIo(int index) {
        ioApic.write(0, 4, index);
        return (int) ioApic.read(0x10, 4);
    }

    void writeIo(int index, int value) {
        ioApic.write(0, 4, index);
        ioApic.write(0x10, 4, value & 0xFFFF_FFFFL);
    }

    /** Lets time pass up to a count, the timer's expiries in their order; returns when they were. */
    List<Long> advance(long until) {
        List<Long> expiries = new ArrayList<>();
        while (apic.timerDue() <= until) {
            time = apic.timerDue();
            expiries.add(time);
            apic.timerExpired();
        }
        time = until;
        return expiries;
    }

    /** Whether a vector's bit is set in ISR, TMR or IRR, whose first register is at the offset. */
    boolean has(int offset, int vector) {
        return (read(offset + (vector >>> 5) * 0x10) >>> vector & 1) != 0;
    }

    @Override
    public long time() {
        return time;
    }

    @Override
    public int taskPriority() {
        return taskPriority;
    }

    @Override
    public void setTaskPriority(int value) {
        taskPriority = value;
    }

    @Override
    public void requestNmi() {
        nmis++;
    }

    @Override
    public void attention() {
        // The tests look for themselves.
    }

    @Override
    public void emit(TraceEvent event) {
        events.add(event);
    }
}
