package ringspec.cpu;

/** What drives the processor's INTR pin. */
public interface InterruptSource {

    /** True while a maskable interrupt of sufficient priority is requested. */
    boolean isPending();

    /** The INTA cycle: returns the vector of the highest request and marks it in service. */
    int acknowledge();

    /** WRMSR wrote IA32_APIC_BASE: bit 11 is the local APIC's global enable, bits from 12 on its address. */
    default void apicBaseWritten(long before, long after) {
        // An interrupt controller outside the processor has nothing to do with it.
    }
}
