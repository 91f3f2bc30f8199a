package ringspec.cpu;

import ringspec.trace.TraceEvent;
import ringspec.trace.TraceEvent.InterruptTaken.Source;

/**
 * Delivery of exceptions and interrupts through the IDT, or in real mode the interrupt vector table (SDM vol. 3A, 6.12 to 6.15;
 * vol. 2A, INT n; vol. 3B, 22.1.4).
 *
 * <p>Every method expects {@link Cpu#rip} to be what the frame shall hold: the faulting instruction for faults, the next one for
 * interrupts and traps.
 */
public final class EventDelivery {

    private static final long DR6_BREAKPOINTS = 15;
    private static final long DR7_GD = 1 << 13;

    private EventDelivery() {
    }

    /**
     * Delivers an exception. If delivery itself fails, the second exception is delivered in its place or #DF, as table 6-5 has
     * it; after a fault during the delivery of #DF the processor shuts down. Never throws a {@link Fault}.
     *
     * @param fault what the instruction raised; {@link Cpu#rip} is the instruction's address
     */
    public static void deliver(Cpu cpu, Fault fault) {
        Fault current = fault;
        while (true) {
            noteAddress(cpu, current);
            int vector = current.vector();
            long errorCode = cpu.isProtected() && Vector.hasErrorCode(vector) ? current.errorCode() & 0xFFFF_FFFFL : -1;
            cpu.emit(new TraceEvent.FaultTaken(vector, errorCode, cpu.rip, cpu.cpl(), vector == Vector.PF ? cpu.cr2
                    : 0));
            try {
                Gate.of(cpu, vector, false, 1).enter(errorCode, faultImage(cpu, current), cpu.rip);
                return;
            } catch (Fault second) {
                if (vector == Vector.DF) {
                    shutDown(cpu);
                    return;
                }
                noteAddress(cpu, second);
                current = isDoubleFault(vector, second.vector()) ? Fault.of(Vector.DF, 0) : second;
            }
        }
    }

    /**
     * Delivers an external interrupt or NMI between two instructions. If that fails, the resulting exception is delivered instead.
     *
     * <p>Between two iterations of a repeated string instruction the caller sets RFLAGS.RF first, since the frame shall hold it
     * (SDM vol. 3A, 6.8.3).
     *
     * @param vector 0 to 255; 2 for an NMI
     * @param source EXTERNAL or NMI; an NMI blocks further ones until IRET
     */
    public static void interrupt(Cpu cpu, int vector, Source source) {
        if (source == Source.SOFTWARE) {
            throw new IllegalArgumentException("INT n goes through softwareInterrupt, which checks the gate's DPL");
        }
        cpu.halted = false;
        cpu.endMonitorWait();
        if (source == Source.NMI) {
            cpu.nmiPending = false;
            cpu.nmiBlocked = true;
        }
        cpu.emit(new TraceEvent.InterruptTaken(vector, source, cpu.rip, cpu.cpl()));
        deliverOrFault(cpu, vector);
    }

    /** Delivers a non-maskable interrupt; see {@link #interrupt}. */
    public static void nmi(Cpu cpu) {
        interrupt(cpu, Vector.NMI, Source.NMI);
    }

    /**
     * Delivers a #DB of the trap kind: single step, data or I/O breakpoint.
     *
     * @param dr6Bits what to set in DR6, such as BS (bit 14)
     */
    public static void debugTrap(Cpu cpu, long dr6Bits) {
        noteDebugStatus(cpu, dr6Bits);
        cpu.emit(new TraceEvent.FaultTaken(Vector.DB, -1, cpu.rip, cpu.cpl(), 0));
        deliverOrFault(cpu, Vector.DB);
    }

    /**
     * INT n, INT3, INTO and INT1. Unlike the others this throws: the instruction faults, and its address is what the frame of
     * that fault holds.
     *
     * @param vector 0 to 255
     * @param privileged INT1: the gate's DPL isn't looked at, and EXT is 1 in error codes
     * @param nextRip address of the next instruction, which the frame shall hold
     * @throws Fault if the gate can't be entered; nothing has changed
     */
    public static void softwareInterrupt(Cpu cpu, int vector, boolean privileged, long nextRip) {
        Gate gate = Gate.of(cpu, vector, !privileged, privileged ? 1 : 0);
        int level = cpu.cpl();
        // RF is cleared by the instruction's completion, so the frame never has it.
        gate.enter(-1, cpu.flags.value() & ~Rflags.RF, nextRip, () -> cpu.emit(privileged
                ? new TraceEvent.FaultTaken(vector, -1, nextRip, level, 0)
                : new TraceEvent.InterruptTaken(vector, Source.SOFTWARE, nextRip, level)));
    }

    /** Sets bits of DR6 and clears DR7.GD, as the processor does before it enters the #DB handler. */
    public static void noteDebugStatus(Cpu cpu, long dr6Bits) {
        cpu.dr[6] = cpu.dr[6] & ~DR6_BREAKPOINTS | dr6Bits;
        cpu.dr[7] &= ~DR7_GD;
    }

    private static void deliverOrFault(Cpu cpu, int vector) {
        try {
            Gate.of(cpu, vector, false, 1).enter(-1, cpu.flags.value(), cpu.rip);
        } catch (Fault second) {
            deliver(cpu, second);
        }
    }

    /** RF is pushed as 1 by faults, but for the #DB of an instruction breakpoint (SDM vol. 3A, 6.8.3). */
    private static long faultImage(Cpu cpu, Fault fault) {
        boolean breakpoint = fault.vector() == Vector.DB && (cpu.dr[6] & DR6_BREAKPOINTS) != 0;
        return cpu.flags.value() | (breakpoint || fault.isTrap() ? 0 : Rflags.RF);
    }

    private static void noteAddress(Cpu cpu, Fault fault) {
        if (fault.vector() == Vector.PF) {
            cpu.cr2 = fault.address();
        }
    }

    private static boolean isDoubleFault(int first, int second) {
        return isContributory(first) && isContributory(second)
                || isPageFault(first) && (isPageFault(second) || isContributory(second));
    }

    private static boolean isPageFault(int vector) {
        return vector == Vector.PF || vector == Vector.VE;
    }

    private static boolean isContributory(int vector) {
        return switch (vector) {
            case Vector.DE, Vector.TS, Vector.NP, Vector.SS, Vector.GP, Vector.CP -> true;
            default -> false;
        };
    }

    private static void shutDown(Cpu cpu) {
        cpu.emit(new TraceEvent.TripleFault(cpu.rip));
        cpu.shutdown = true;
        cpu.stopBlock = true;
    }
}
