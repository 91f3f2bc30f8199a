package ringspec.cpu;

import ringspec.cpu.ProcessorModel.Vendor;

/**
 * Where the state components lie in an XSAVE area (SDM vol. 1, 13.4 and 13.5): 512 bytes of FXSAVE format, a header of 64 bytes,
 * then the extended components, either at the offsets that CPUID leaf 0DH gives or, compacted, one after the other.
 */
public final class XsaveLayout {

    /** XCR0[0]: x87 state. */
    public static final long X87 = 1;
    /** XCR0[1]: MXCSR and XMM registers. */
    public static final long SSE = 1 << 1;
    /** XCR0[2]: the upper halves of the YMM registers. */
    public static final long AVX = 1 << 2;
    /** XCR0[9]: PKRU. */
    public static final long PKRU = 1 << 9;

    /** Number of the AVX component. */
    public static final int AVX_COMPONENT = 2;
    /** Number of the PKRU component. */
    public static final int PKRU_COMPONENT = 9;

    /** Offset of XSTATE_BV, the header's first 8 bytes. */
    public static final int XSTATE_BV = 512;
    /** Offset of XCOMP_BV, the header's second 8 bytes. */
    public static final int XCOMP_BV = 520;
    /** Legacy region and header together. */
    public static final int HEADER_END = 576;

    private static final int AVX_SIZE = 256;
    private static final int PKRU_SIZE = 8;
    /** Intel leaves the place of MPX and AVX-512 free, AMD puts PKRU right behind the AVX state. */
    private static final int PKRU_OFFSET_INTEL = 2688;
    private static final int PKRU_OFFSET_AMD = 832;

    private XsaveLayout() {
    }

    /** Bytes of an extended component, 2 or 9. */
    public static int size(int component) {
        return switch (component) {
            case AVX_COMPONENT -> AVX_SIZE;
            case PKRU_COMPONENT -> PKRU_SIZE;
            default -> throw new IllegalArgumentException(
                    "state component %d has no size: expected 2 (AVX) or 9 (PKRU)".formatted(component));
        };
    }

    /** Offset of an extended component, 2 or 9, in the standard format. */
    public static int standardOffset(ProcessorModel model, int component) {
        return switch (component) {
            case AVX_COMPONENT -> HEADER_END;
            case PKRU_COMPONENT -> model.vendor() == Vendor.AMD ? PKRU_OFFSET_AMD : PKRU_OFFSET_INTEL;
            default -> throw new IllegalArgumentException(
                    "state component %d has no offset: expected 2 (AVX) or 9 (PKRU)".formatted(component));
        };
    }

    /** Offset of an extended component, 2 or 9, in the compacted format that holds the given components. */
    public static int compactedOffset(long components, int component) {
        return component == PKRU_COMPONENT && (components & AVX) != 0 ? HEADER_END + AVX_SIZE : HEADER_END;
    }

    /** Bytes of an area of the standard format that can hold the given components. */
    public static int standardSize(ProcessorModel model, long components) {
        if ((components & PKRU) != 0) {
            return standardOffset(model, PKRU_COMPONENT) + PKRU_SIZE;
        }
        return (components & AVX) != 0 ? HEADER_END + AVX_SIZE : HEADER_END;
    }

    /** Bytes of an area of the compacted format that holds the given components. */
    public static int compactedSize(long components) {
        return HEADER_END + ((components & AVX) != 0 ? AVX_SIZE : 0) + ((components & PKRU) != 0 ? PKRU_SIZE : 0);
    }
}
