package ringspec.cpu.exec;

/** Semantics of the SSE, SSE2 and x87 instructions, by family. */
final class SseOperations {

    private SseOperations() {
    }

    static void register(Registry registry) {
        SseMoves.register(registry);
        PackedIntegers.register(registry);
        PackedShuffles.register(registry);
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
