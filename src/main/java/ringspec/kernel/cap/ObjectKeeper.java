package ringspec.kernel.cap;

/** What endpoints, interrupts and replies do when a capability to one of them goes. */
public interface ObjectKeeper {

    /** A capability is about to leave its slot: threads that wait through it wake with DEAD (D30). */
    void leaving(Capability capability);

    /**
     * A capability has left its slot: the object has one reference less, and ends with the last one.
     *
     * @param type ENDPOINT, INTERRUPT or REPLY
     */
    void dropReference(CapabilityType type, long object);
}
