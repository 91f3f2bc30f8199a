package ringspec.machine;

import ringspec.device.ResetCause;

/** Why a machine came back from {@link Machine#run}. */
public sealed interface Stop {

    /** HLT, and nothing is pending or scheduled that would wake the processor. */
    record Halted(long rip) implements Stop {

        @Override
        public String toString() {
            return "halted for good, RIP 0x%x".formatted(rip);
        }
    }

    /** The guest wrote the exit port. */
    record Exited(int code) implements Stop {

        @Override
        public String toString() {
            return "exit code " + code;
        }
    }

    /** The limit was reached; {@code instructions} is the virtual time now. */
    record BudgetExhausted(long instructions) implements Stop {

        @Override
        public String toString() {
            return "limit reached after %d instructions".formatted(instructions);
        }
    }

    /** The instruction at a breakpoint would be next. */
    record Breakpoint(long rip) implements Stop {

        @Override
        public String toString() {
            return "breakpoint at RIP 0x%x".formatted(rip);
        }
    }

    /** The processor shut down; {@code rip} is where the first fault arose. */
    record TripleFault(long rip) implements Stop {

        @Override
        public String toString() {
            return "triple fault, first at RIP 0x%x".formatted(rip);
        }
    }

    /** Software entered S5, soft off, by the ACPI registers. */
    record PoweredOff() implements Stop {

        @Override
        public String toString() {
            return "powered off";
        }
    }

    /** Software reset the machine, which stays as it was then; a triple fault is {@link TripleFault} instead. */
    record Reset(ResetCause cause) implements Stop {

        @Override
        public String toString() {
            return "reset by " + cause;
        }
    }

    /**
     * The guest did something legal that the emulator doesn't do (see {@link ringspec.cpu.NotEmulatedException}); the machine can't go
     * on, since whatever it did would be wrong.
     *
     * @param rip the instruction
     * @param reason what it was, where, and what to do instead
     */
    record NotEmulated(long rip, String reason) implements Stop {

        @Override
        public String toString() {
            return "not emulated: " + reason;
        }
    }

    /** Somebody called {@link Machine#requestStop}. */
    record Requested(long rip) implements Stop {

        @Override
        public String toString() {
            return "stopped on request at RIP 0x%x".formatted(rip);
        }
    }
}
