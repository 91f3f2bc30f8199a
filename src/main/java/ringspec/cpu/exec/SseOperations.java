package ringspec.cpu.exec;

/** Semantics of the vector, MMX and x87 instructions, by family. */
final class SseOperations {

    private SseOperations() {
    }

    static void register(Registry registry) {
        VectorMoves.register(registry);
        GeneralMoves.register(registry);
        MaskedMoves.register(registry);
        Gathers.register(registry);
        PackedIntegers.register(registry);
        PackedProducts.register(registry);
        PackedShifts.register(registry);
        PackedConversions.register(registry);
        PackedShuffles.register(registry);
        PackedElements.register(registry);
        LanePermutes.register(registry);
        StringComparison.register(registry);
        Aes.register(registry);
        CarrylessProduct.register(registry);
        Sha.register(registry);
        FloatOperations.register(registry);
        FloatComparison.register(registry);
        FloatConversions.register(registry);
        FloatHorizontal.register(registry);
        FloatSelections.register(registry);
        HalfPrecision.register(registry);
        MmxConversions.register(registry);
        FusedOperations.register(registry);
        FpuOperations.register(registry);
    }
}
