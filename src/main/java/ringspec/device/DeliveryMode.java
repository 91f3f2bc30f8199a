package ringspec.device;

/** Bits 10:8 of ICR, LVT and redirection entries, by their numbers. */
enum DeliveryMode {
    FIXED, LOWEST_PRIORITY, SMI, RESERVED, NMI, INIT, START_UP, EXT_INT;

    private static final DeliveryMode[] ALL = values();

    /** The mode in a register's bits 10:8. */
    static DeliveryMode of(int register) {
        return ALL[register >>> 8 & 7];
    }
}
