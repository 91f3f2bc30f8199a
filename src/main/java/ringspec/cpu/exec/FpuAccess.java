package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Vector;

/**
 * What every x87 and MMX instruction checks first (SDM vol. 3A, 2.5 and tables 2-2 and 13-1).
 *
 * <p>A pending exception is reported as #MF whatever CR0.NE says. With NE clear a PC would assert FERR#, which its chipset turns into
 * IRQ 13 and waits for port F0h; ringspec has no such chipset, and 64-bit kernels set NE.
 */
final class FpuAccess {

    private FpuAccess() {
    }

    /** x87 instructions, FXSAVE and FXRSTOR: #NM with CR0.EM or CR0.TS set. */
    static void requireFpu(Cpu cpu) {
        if ((cpu.cr0 & (ControlRegisters.CR0_EM | ControlRegisters.CR0_TS)) != 0) {
            throw Fault.of(Vector.NM);
        }
    }

    /** Waiting x87 instructions: {@link #requireFpu}, then #MF if an unmasked exception is pending. */
    static void requireWaiting(Cpu cpu) {
        requireFpu(cpu);
        if (cpu.fpu.isExceptionPending()) {
            throw Fault.of(Vector.MF);
        }
    }

    /** FWAIT looks at TS only if MP is set, never at EM. */
    static void requireNoPendingException(Cpu cpu) {
        if ((cpu.cr0 & ControlRegisters.CR0_MP) != 0 && (cpu.cr0 & ControlRegisters.CR0_TS) != 0) {
            throw Fault.of(Vector.NM);
        }
        if (cpu.fpu.isExceptionPending()) {
            throw Fault.of(Vector.MF);
        }
    }

    /**
     * MMX instructions: #UD with CR0.EM, #NM with CR0.TS, #MF if an unmasked x87 exception is pending. Changes nothing: an
     * instruction that may still fault on memory calls {@link ringspec.cpu.FpuState#enterMmx} after its accesses.
     */
    static void requireMmx(Cpu cpu) {
        if ((cpu.cr0 & ControlRegisters.CR0_EM) != 0) {
            throw Fault.undefinedOpcode();
        }
        if ((cpu.cr0 & ControlRegisters.CR0_TS) != 0) {
            throw Fault.of(Vector.NM);
        }
        if (cpu.fpu.isExceptionPending()) {
            throw Fault.of(Vector.MF);
        }
    }
}
