package ringspec.device;

/** The local APIC's error-status register: errors are collected and appear when software writes it (SDM vol. 3A, 12.5.3). */
final class ErrorStatus {

    static final int SEND_ILLEGAL_VECTOR = 1 << 5;
    static final int RECEIVED_ILLEGAL_VECTOR = 1 << 6;
    static final int ILLEGAL_REGISTER = 1 << 7;

    private int visible;
    private int detected;
    private boolean armed = true;

    void reset() {
        visible = 0;
        detected = 0;
        armed = true;
    }

    void copyFrom(ErrorStatus other) {
        visible = other.visible;
        detected = other.detected;
        armed = other.armed;
    }

    int read() {
        return visible;
    }

    /** A write of any value: shows what was detected since the last one, and lets the next error interrupt again. */
    void write() {
        visible = detected;
        detected = 0;
        armed = true;
    }

    void detect(int error) {
        detected |= error;
    }

    /** True if the error was detected since the register was last written. */
    boolean hasDetected(int error) {
        return (detected & error) != 0;
    }

    /** True once after each write: only the first error interrupts. */
    boolean takeTrigger() {
        boolean result = armed;
        armed = false;
        return result;
    }
}
