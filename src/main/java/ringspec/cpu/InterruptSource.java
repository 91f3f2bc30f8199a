package ringspec.cpu;

/** What drives the processor's INTR pin. */
public interface InterruptSource {

    /** True while a maskable interrupt of sufficient priority is requested. */
    boolean isPending();

    /** The INTA cycle: returns the vector of the highest request and marks it in service. */
    int acknowledge();
}
