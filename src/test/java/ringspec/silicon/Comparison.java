package ringspec.silicon;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ringspec.cpu.FpuState;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;
import ringspec.isa.InstructionForm;
import ringspec.isa.Operand.Mem;
import ringspec.isa.Repeat;

/** Compares what the two processors made of a case, but for what the manuals leave open. */
final class Comparison {

    /**
     * One thing that is not the same.
     *
     * @param what its name
     * @param real on the host's processor
     * @param emulated on the emulated one
     */
    record Difference(String what, String real, String emulated) {

        static Difference of(String what, long real, long emulated) {
            return new Difference(what, Long.toHexString(real), Long.toHexString(emulated));
        }

        @Override
        public String toString() {
            return "%s: silicon %s, ringspec %s".formatted(what, real, emulated);
        }
    }

    /** Bits 23:16 of MXCSR_MASK in an FXSAVE image. */
    private static final int MXCSR_MASK_BYTE = 30;

    static final String[] GENERAL = {"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11",
            "R12", "R13", "R14", "R15"};
    static final String[] SEGMENTS = {"ES", "CS", "SS", "DS", "FS", "GS"};

    private Comparison() {
    }

    /** True if nothing at all differs: the fast way. */
    private static boolean same(State a, State b) {
        return Arrays.equals(a.gpr, b.gpr) && a.rip == b.rip && a.rflags == b.rflags && a.vector == b.vector
                && a.errorCode == b.errorCode && a.faultAddress == b.faultAddress && a.mxcsr == b.mxcsr && Arrays
                        .equals(a.xmm, b.xmm)
                && Arrays.equals(a.ymmHigh, b.ymmHigh) && a.fsBase == b.fsBase && a.gsBase == b.gsBase && Arrays
                        .equals(a.selectors, b.selectors)
                && sameFpu(a, b) && Arrays.equals(a.memory, b.memory);
    }

    private static boolean sameFpu(State a, State b) {
        return a.fpuControl == b.fpuControl && a.fpuStatus == b.fpuStatus && a.fpuTag == b.fpuTag
                && a.fpuOpcode == b.fpuOpcode && a.fpuInstruction == b.fpuInstruction && a.fpuOperand == b.fpuOperand
                && Arrays.equals(a.fpu, b.fpu);
    }

    /** Everything that differs and should not. */
    static List<Difference> of(TestCase test, State real, State emulated) {
        if (same(real, emulated)) {
            return List.of();
        }
        List<Difference> found = new ArrayList<>();
        Instruction instruction = test.instruction();
        InstructionForm form = instruction == null ? null : instruction.form();
        ending(found, instruction, real, emulated);
        boolean completed = completed(test.before, real);
        flags(found, form == null ? 0 : undefinedFlags(instruction, test.before, real), real, emulated);
        if (!(completed && form != null && form.attributes().has("undefined"))) {
            // Leaving 64-bit mode leaves the upper halves undefined (SDM vol. 1, 3.4.1.1).
            long defined = real.selectors[1] == Layout.USER_CODE32 ? 0xFFFF_FFFFL : -1;
            for (int i = 0; i < 16; i++) {
                number(found, GENERAL[i], real.gpr[i] & defined, emulated.gpr[i] & defined);
            }
        }
        for (int i = 0; i < 6; i++) {
            // The kernel's way back to ring 3 turns null selectors of RPL 1 to 3 into 0 (SDM vol. 2A, IRET).
            boolean nulled = real.selectors[i] == 0 && emulated.selectors[i] <= 3;
            number(found, SEGMENTS[i], real.selectors[i], nulled ? 0 : emulated.selectors[i]);
        }
        // A null selector may clear the base: CPUID Fn8000_0021_EAX[6], NullSelectClearsBase, which no AMD model has.
        if (real.fsBase != 0 || emulated.selectors[4] > 3 || !completed) {
            number(found, "FS base", real.fsBase, emulated.fsBase);
        }
        if (real.gsBase != 0 || emulated.selectors[5] > 3 || !completed) {
            number(found, "GS base", real.gsBase, emulated.gsBase);
        }
        vectors(found, form, real, emulated);
        number(found, "MXCSR", real.mxcsr, emulated.mxcsr);
        fpu(found, form, real, emulated);
        if (form != null) {
            hideMisalignedMode(form, test, real, emulated);
        }
        boolean halfway = real.vector == Vector.PF && instruction != null && Tolerance.hasManyAccesses(instruction);
        int at = halfway ? -1 : Arrays.mismatch(real.memory, emulated.memory);
        if (at >= 0) {
            found.add(new Difference("memory at 0x%x".formatted(Layout.DATA + at), Dump.memory(real, at), Dump.memory(
                    emulated, at)));
        }
        return found;
    }

    private static void ending(List<Difference> found, Instruction instruction, State real, State emulated) {
        if (instruction != null && Tolerance.faultsAgree(instruction, real, emulated)) {
            return;
        }
        if (real.vector != emulated.vector) {
            found.add(new Difference("exception", Dump.exception(real), Dump.exception(emulated)));
        } else {
            number(found, "error code", real.errorCode, emulated.errorCode);
            number(found, "CR2", real.faultAddress, emulated.faultAddress);
        }
        number(found, "RIP", real.rip, emulated.rip);
    }

    /** True if the instruction, or an iteration of it, has ended without a fault. */
    private static boolean completed(State before, State real) {
        return real.rip != before.rip || real.vector == Vector.DB;
    }

    private static long undefinedFlags(Instruction instruction, State before, State real) {
        long undefined = 0;
        if (completed(before, real) || real.vector == Vector.DE) {
            undefined = instruction.form().attributes().undefinedFlags() | Tolerance.shiftedOverflow(instruction,
                    before);
        }
        if (real.vector == Vector.DB && instruction.repeat() != Repeat.NONE) {
            // Between iterations Intel pushes RF = 1 (SDM vol. 3A, 6.8.3), AMD doesn't say so, and a hypervisor may come between.
            undefined |= Rflags.RF;
        }
        return undefined;
    }

    private static void flags(List<Difference> found, long undefined, State real, State emulated) {
        if (((real.rflags ^ emulated.rflags) & ~undefined) != 0) {
            found.add(new Difference("RFLAGS", Dump.flags(real.rflags), Dump.flags(emulated.rflags)));
        }
    }

    /** MXCSR_MASK of an AMD processor with the misaligned SSE mode (APM vol. 2, 11.5.10), which no model has, holds bit 17. */
    private static void hideMisalignedMode(InstructionForm form, TestCase test, State real, State emulated) {
        if (form.mnemonic().contains("XSAVE")) {
            Instruction instruction = test.instruction();
            long at = new OperandPlacer(test, null).address((Mem) instruction.operand(0), instruction.length())
                    + MXCSR_MASK_BYTE - Layout.DATA;
            if (at >= 0 && at < Layout.DATA_SIZE && real.memory[(int) at] == 2 && emulated.memory[(int) at] == 0) {
                real.memory[(int) at] = 0;
            }
        }
    }

    private static void number(List<Difference> found, String what, long real, long emulated) {
        if (real != emulated) {
            found.add(Difference.of(what, real, emulated));
        }
    }

    private static void vectors(List<Difference> found, InstructionForm form, State real, State emulated) {
        boolean estimate = form != null && Tolerance.isEstimate(form);
        for (int i = 0; i < 16; i++) {
            boolean same = real.xmm[2 * i] == emulated.xmm[2 * i] && real.xmm[2 * i + 1] == emulated.xmm[2 * i + 1]
                    && real.ymmHigh[2 * i] == emulated.ymmHigh[2 * i] && real.ymmHigh[2 * i
                            + 1] == emulated.ymmHigh[2 * i + 1];
            if (!same && !(estimate && Tolerance.estimatesAgree(real, emulated, i))) {
                found.add(new Difference("YMM" + i, Dump.vector(real, i), Dump.vector(emulated, i)));
            }
        }
    }

    private static void fpu(List<Difference> found, InstructionForm form, State real, State emulated) {
        if (sameFpu(real, emulated)) {
            return;
        }
        number(found, "FCW", real.fpuControl, emulated.fpuControl);
        int ulps = form == null ? 0 : Tolerance.ulps(form);
        // C1 tells the direction of a rounding that may be the other one.
        int undefined = ulps > 0 ? FpuState.C1 : 0;
        number(found, "FSW", real.fpuStatus & ~undefined, emulated.fpuStatus & ~undefined);
        number(found, "FTW", real.fpuTag, emulated.fpuTag);
        // AMD's XSAVE, by which the host's kernel shows them, stores zeros unless an exception is pending (APM vol. 2, 11.4.4).
        if ((real.fpuStatus & FpuState.ES) != 0) {
            number(found, "FOP", real.fpuOpcode, emulated.fpuOpcode);
            number(found, "FIP", real.fpuInstruction, emulated.fpuInstruction);
            number(found, "FDP", real.fpuOperand, emulated.fpuOperand);
        }
        for (int i = 0; i < 8; i++) {
            if (!Tolerance.within(ulps, real, emulated, i)) {
                found.add(new Difference("ST(" + i + ")", Dump.extended(real, i), Dump.extended(emulated, i)));
            }
        }
    }
}
