package ringspec.cpu.exec;

/** Semantics of the SSE, SSE2 and x87 instructions. */
final class SseOperations {

    private SseOperations() {
    }

    static void register(Registry registry) {
    }
}
