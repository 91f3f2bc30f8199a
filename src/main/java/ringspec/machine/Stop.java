package ringspec.machine;

/** Why a machine came back from {@link Machine#run}. */
public sealed interface Stop {

    /** HLT, and nothing is pending or scheduled that would wake the processor. */
    record Halted(long rip) implements Stop {
    }

    /** The guest wrote the exit port. */
    record Exited(int code) implements Stop {
    }

    /** The limit was reached; {@code instructions} is the virtual time now. */
    record BudgetExhausted(long instructions) implements Stop {
    }

    /** The instruction at a breakpoint would be next. */
    record Breakpoint(long rip) implements Stop {
    }

    /** The processor shut down; {@code rip} is where the first fault arose. */
    record TripleFault(long rip) implements Stop {
    }

    /** Somebody called {@link Machine#requestStop}. */
    record Requested(long rip) implements Stop {
    }
}
