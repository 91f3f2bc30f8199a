package ringspec.device;

/** Which interrupt messages a local APIC takes as meant for it (SDM vol. 3A, 12.6.2). */
final class InterruptDestination {

    /** Bit 11 of ICR and of redirection entries: logical destination mode. */
    static final int LOGICAL = 1 << 11;

    private static final int BROADCAST = 0xFF;
    private static final int FLAT_MODEL = 0xF;

    private InterruptDestination() {
    }

    /**
     * Whether a message is for a local APIC.
     *
     * @param destination the message's destination field, 0 to 255
     * @param logical the message's destination mode
     * @param id the local APIC's ID, 0 to 255
     * @param logicalId LDR[31:24]
     * @param model DFR[31:28]: 1111B flat, 0000B cluster; others are undefined and taken for cluster
     */
    static boolean matches(int destination, boolean logical, int id, int logicalId, int model) {
        if (destination == BROADCAST) {
            return true;
        }
        if (!logical) {
            return destination == id;
        }
        if (model == FLAT_MODEL) {
            return (destination & logicalId) != 0;
        }
        int cluster = destination >>> 4;
        return (cluster == 0xF || cluster == logicalId >>> 4) && (destination & logicalId & 0xF) != 0;
    }
}
