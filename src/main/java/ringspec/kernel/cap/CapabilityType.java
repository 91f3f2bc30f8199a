package ringspec.kernel.cap;

/** What a capability is for. */
public enum CapabilityType {
    MEMORY, ENDPOINT, INTERRUPT, PROCESS, THREAD,
    /** Made by the kernel alone, used once. */
    REPLY;

    private static final CapabilityType[] ALL = values();

    /** The number that cap_inspect shows and the table holds: 1 to 6. */
    public int code() {
        return ordinal() + 1;
    }

    /** The type of a code, or null for any other number. */
    public static CapabilityType of(int code) {
        return code >= 1 && code <= ALL.length ? ALL[code - 1] : null;
    }
}
