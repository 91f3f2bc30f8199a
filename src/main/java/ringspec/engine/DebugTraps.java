package ringspec.engine;

import ringspec.cpu.Cpu;
import ringspec.cpu.DebugConditions;
import ringspec.cpu.EventDelivery;
import ringspec.cpu.Fault;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;

/** Which #DB comes before and after an instruction (SDM vol. 3B, 19.3.1). */
final class DebugTraps {

    /** Bit of DR6: single step. */
    static final long DR6_BS = 1 << 14;

    private DebugTraps() {
    }

    /** MOV SS and POP SS hold debug exceptions back until the next instruction has completed; STI doesn't (SDM vol. 3A, 6.8.3). */
    static boolean loadedStackSegment(Cpu cpu, Instruction instruction) {
        return cpu.interruptShadow && (instruction.mnemonic().equals("MOV") || instruction.mnemonic().equals("POP"));
    }

    /** Delivers the #DB of the trap conditions that were met, if any: single step, data and I/O breakpoints, all in one. */
    static void deliver(Cpu cpu, long dr6Bits) {
        cpu.pendingDebug = 0;
        if (dr6Bits != 0 && !cpu.shutdown) {
            cpu.halted = false;
            cpu.endMonitorWait();
            EventDelivery.debugTrap(cpu, dr6Bits);
        }
    }

    /**
     * Whether a single-step trap follows (SDM vol. 3B, 19.3.1.4): after each instruction that began with TF = 1, but not after INT n
     * and SYSCALL where these cleared TF, nor between MOV SS and its successor; SYSRET that sets TF traps at once.
     */
    static boolean singleStepFollows(Cpu cpu, Instruction instruction, boolean singleStep) {
        String mnemonic = instruction.mnemonic();
        if (mnemonic.startsWith("SYSRET")) {
            return cpu.flags.has(Rflags.TF);
        }
        if (!singleStep || cpu.shutdown) {
            return false;
        }
        return switch (mnemonic) {
            case "INT", "INT1", "INT3", "INTO", "SYSCALL" -> cpu.flags.has(Rflags.TF);
            case "MOV", "POP" -> !cpu.interruptShadow;
            default -> true;
        };
    }

    /** Delivers the #DB of an instruction breakpoint at RIP, if one is armed (SDM vol. 3B, 19.3.1.1). */
    static boolean hitsBreakpoint(Cpu cpu) {
        long hits = DebugConditions.execution(cpu, cpu.linearRip());
        if (hits == 0) {
            return false;
        }
        EventDelivery.noteDebugStatus(cpu, hits);
        EventDelivery.deliver(cpu, Fault.of(Vector.DB));
        cpu.instructions++;
        return true;
    }
}
