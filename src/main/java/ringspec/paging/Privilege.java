package ringspec.paging;

/** With what authority an access is made (SDM vol. 3A, 5.6.1). */
public enum Privilege {
    /** CPL = 3, explicit. */
    USER,
    /** CPL &lt; 3 with RFLAGS.AC = 0, or an implicit access to a system data structure at any CPL and any AC. */
    SUPERVISOR,
    /** CPL &lt; 3 with RFLAGS.AC = 1, explicit: SMAP does not hinder it. */
    SUPERVISOR_AC
}
