package ringspec.device;

import ringspec.trace.TraceEvent;

/** The processor that a local APIC belongs to, as the APIC sees it. */
public interface ProcessorCore {

    /** Virtual time: the instructions completed before the one that is executed now. */
    long time();

    /** The task-priority register, 0 to 255: CR8 is its bits 7:4. */
    int taskPriority();

    /** Writes the task-priority register. */
    void setTaskPriority(int value);

    /** Requests a non-maskable interrupt. */
    void requestNmi();

    /** What is pending or when the timer is due may have changed: to be looked at before the next instruction. */
    void attention();

    /** Records an event at the current virtual time. */
    void emit(TraceEvent event);
}
