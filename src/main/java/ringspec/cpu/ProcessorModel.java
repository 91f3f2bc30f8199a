package ringspec.cpu;

/**
 * A processor model: what CPUID reports and how it behaves where Intel and AMD differ.
 */
public interface ProcessorModel {

    /** Vendor, which decides the differences the manuals document. */
    enum Vendor {
        INTEL, AMD
    }

    /** Name on the command line and in reports, such as "INTEL". */
    String name();

    /** Vendor. */
    Vendor vendor();

    /**
     * CPUID.
     *
     * @return EAX, EBX, ECX, EDX for the leaf and subleaf; bits that mirror processor state (OSXSAVE, OSPKE, the sizes in leaf
     *         0DH) are as after reset and brought up to date by the caller
     */
    int[] cpuid(int leaf, int subleaf);

    /** True if CPUID offers the feature. */
    boolean has(Feature feature);

    /** CR4 bits that may be set; any other raises #GP(0). */
    long supportedCr4();

    /** State components that XCR0 may enable (SDM vol. 1, 13.2); 0 without XSAVE. */
    long supportedXcr0();

    /** EFER bits that may be set; any other raises #GP(0). */
    long supportedEfer();

    /** MAXPHYADDR: page-table entry bits from here to 51 are reserved. */
    int physicalAddressBits();
}
