package ringspec.device;

import java.util.Arrays;

/** The local vector table: how the local APIC delivers its own interrupts (SDM vol. 3A, 12.5.1). */
final class LocalVectorTable {

    static final int TIMER = 0;
    static final int THERMAL = 1;
    static final int PERFORMANCE = 2;
    static final int LINT0 = 3;
    static final int LINT1 = 4;
    static final int ERROR = 5;
    static final int ENTRIES = 6;

    static final int ACTIVE_LOW = 1 << 13;
    static final int REMOTE_IRR = 1 << 14;
    static final int LEVEL = 1 << 15;
    static final int MASKED = 1 << 16;
    static final int PERIODIC = 1 << 17;

    private static final int VECTOR = 0xFF;
    private static final int DELIVERY_MODE = 7 << 8;
    /** The bits of each entry that software may change. TSC-deadline mode isn't offered, so that bit 18 is reserved. */
    private static final int[] WRITABLE = {
            VECTOR | MASKED | PERIODIC,
            VECTOR | DELIVERY_MODE | MASKED,
            VECTOR | DELIVERY_MODE | MASKED,
            VECTOR | DELIVERY_MODE | ACTIVE_LOW | LEVEL | MASKED,
            VECTOR | DELIVERY_MODE | ACTIVE_LOW | LEVEL | MASKED,
            VECTOR | MASKED};

    private final int[] entries = new int[ENTRIES];

    LocalVectorTable() {
        reset();
    }

    void reset() {
        Arrays.fill(entries, MASKED);
    }

    void copyFrom(LocalVectorTable other) {
        System.arraycopy(other.entries, 0, entries, 0, ENTRIES);
    }

    int read(int entry) {
        return entries[entry];
    }

    /** Writes an entry; reserved and read-only bits stay. An entry that becomes edge-triggered loses its remote IRR. */
    void write(int entry, int value) {
        int kept = (value & LEVEL) != 0 ? entries[entry] & REMOTE_IRR : 0;
        entries[entry] = value & WRITABLE[entry] | kept;
    }

    void maskAll() {
        for (int i = 0; i < ENTRIES; i++) {
            entries[i] |= MASKED;
        }
    }

    boolean isMasked(int entry) {
        return (entries[entry] & MASKED) != 0;
    }

    int vector(int entry) {
        return entries[entry] & VECTOR;
    }

    DeliveryMode deliveryMode(int entry) {
        return DeliveryMode.of(entries[entry]);
    }

    void setRemoteIrr(int entry, boolean value) {
        entries[entry] = entries[entry] & ~REMOTE_IRR | (value ? REMOTE_IRR : 0);
    }
}
