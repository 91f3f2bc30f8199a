package ringspec.machine;

import java.util.BitSet;
import java.util.function.LongSupplier;

import ringspec.cpu.InterruptSource;

/**
 * Interrupt requests at the INTR pin, past the local APIC, by vector, the highest first. There is no in-service state and no
 * EOI: masking by RFLAGS.IF and CR8 is all that holds a request back. Requests for a vector that is already waiting are one.
 */
public final class InterruptQueue implements InterruptSource {

    private final BitSet requests = new BitSet(256);
    private final LongSupplier taskPriority;
    private int highest = -1;

    /**
     * @param taskPriority CR8: only vectors of a higher priority class (vector / 16) are delivered
     */
    public InterruptQueue(LongSupplier taskPriority) {
        this.taskPriority = taskPriority;
    }

    /**
     * Requests an interrupt.
     *
     * @param vector 16 to 255; lower ones can't come from an interrupt controller (SDM vol. 3A, 12.5.2)
     */
    public void request(int vector) {
        requireVector(vector);
        requests.set(vector);
        highest = Math.max(highest, vector);
    }

    /**
     * Refuses what no interrupt controller may send.
     *
     * @throws IllegalArgumentException if the vector isn't 16 to 255
     */
    static void requireVector(int vector) {
        if (vector < 16 || vector > 255) {
            throw new IllegalArgumentException("interrupt vector " + vector + ": expected 16 to 255");
        }
    }

    /** Takes over another queue's requests. */
    void copyFrom(InterruptQueue other) {
        requests.clear();
        requests.or(other.requests);
        highest = other.highest;
    }

    @Override
    public boolean isPending() {
        return highest >= 0 && highest >>> 4 > taskPriority.getAsLong();
    }

    @Override
    public int acknowledge() {
        if (!isPending()) {
            throw new IllegalStateException("no interrupt of sufficient priority is requested");
        }
        int vector = highest;
        requests.clear(vector);
        highest = requests.length() - 1;
        return vector;
    }
}
