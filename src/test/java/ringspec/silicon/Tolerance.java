package ringspec.silicon;

import java.math.BigInteger;
import java.util.Set;
import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;
import ringspec.isa.InstructionForm;
import ringspec.isa.Operand.Imm;

/** Results that the manuals define only to an error bound. */
final class Tolerance {

    /** RCPPS and RSQRTPS: relative error at most 1.5 * 2^-12 (SDM vol. 2B), on either side. */
    private static final double ESTIMATE = 2 * 1.5 / 4096;

    private static final Set<String> SHIFTS = Set.of("ROL", "ROR", "RCL", "RCR", "SHL", "SHR", "SAR", "SHLD", "SHRD");

    private Tolerance() {
    }

    static boolean isEstimate(InstructionForm form) {
        return form.mnemonic().matches("V?R(CP|SQRT)[PS]S");
    }

    /** True if each single-precision element of a YMM register is a possible estimate of the same number. */
    static boolean estimatesAgree(State real, State emulated, int register) {
        for (int half = 0; half < 2; half++) {
            int i = 2 * register + half;
            if (!agree(real.xmm[i], emulated.xmm[i]) || !agree(real.ymmHigh[i], emulated.ymmHigh[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean agree(long real, long emulated) {
        return agree((int) real, (int) emulated) && agree((int) (real >>> 32), (int) (emulated >>> 32));
    }

    private static boolean agree(int real, int emulated) {
        float a = Float.intBitsToFloat(real);
        float b = Float.intBitsToFloat(emulated);
        if (real == emulated) {
            return true;
        }
        return Float.isFinite(a) && Float.isFinite(b) && Math.abs((double) a - b) <= ESTIMATE * Math.abs((double) a);
    }

    /** True for instructions that read or write more than one operand: no manual says in which order, nor how much a fault undoes. */
    static boolean hasManyAccesses(Instruction instruction) {
        String mnemonic = instruction.mnemonic();
        return instruction.form().operands().stream().anyMatch(o -> o.text().startsWith("m16:") || o.text()
                .startsWith("m80")) || mnemonic.contains(
                        "XSAVE") || mnemonic.contains("XRSTOR") || mnemonic.startsWith("RETF") || mnemonic
                                .startsWith("IRET") || mnemonic.endsWith("ENV") || mnemonic.endsWith("SAVE") || mnemonic
                                        .equals(
                                                "FRSTOR");
    }

    private static boolean isMemoryFault(int vector) {
        return vector == Vector.PF || vector == Vector.GP || vector == Vector.SS;
    }

    /** True if one part of an operand is in the last canonical page, so that another may be beyond it. */
    private static boolean isAtCanonicalEnd(State state) {
        return state.vector == Vector.PF && state.faultAddress >>> 12 == 0x7FFF_FFFF_FFFFL >>> 12;
    }

    /** True if both processors faulted, and the manuals allow either fault. */
    static boolean faultsAgree(Instruction instruction, State real, State emulated) {
        if (real.rip != emulated.rip) {
            return false;
        }
        String mnemonic = instruction.mnemonic();
        boolean pageOrProtection = real.vector == Vector.PF && emulated.vector == Vector.GP;
        if (hasManyAccesses(instruction) && isMemoryFault(real.vector) && isMemoryFault(emulated.vector)) {
            boolean pages = real.vector == Vector.PF && emulated.vector == Vector.PF;
            boolean protection = real.vector == Vector.GP && emulated.vector == Vector.GP;
            // Selector and RIP may both be bad. A far RET with a bad CS: AMD reads the outer stack before it looks at CS.
            return pages && Math.abs(real.faultAddress - emulated.faultAddress) < 1024
                    || protection && (real.errorCode == 0 || emulated.errorCode == 0)
                    || pageOrProtection && mnemonic.startsWith("RETF") || emulated.vector == Vector.SS && mnemonic
                            .equals("CALL") || isAtCanonicalEnd(real) || isAtCanonicalEnd(
                                    emulated);
        }
        boolean stackOrProtection = (real.vector == Vector.PF || real.vector == Vector.SS || real.vector == Vector.AC)
                && emulated.vector == Vector.GP;
        // The stack and the target of a CALL are both bad, or CS and the outer stack of a far RET: AMD accesses the stack first. A
        // misaligned FXSAVE image: "implementation-specific" (SDM vol. 2A, FXSAVE, #AC).
        return stackOrProtection && (mnemonic.equals("CALL") || mnemonic.startsWith("RETF")) || real.vector == Vector.AC
                && emulated.vector == Vector.GP && mnemonic.startsWith("FX");
    }

    /** OF after a shift or rotation by more than one bit: undefined (SDM vol. 2B, SAL/SAR/SHL/SHR and their kin). */
    static long shiftedOverflow(Instruction instruction, State before) {
        if (!SHIFTS.contains(instruction.mnemonic())) {
            return 0;
        }
        long count = instruction.operands().getLast() instanceof Imm immediate ? immediate.value()
                : before.gpr[Cpu.RCX];
        return (count & (instruction.operandSize() == 64 ? 63 : 31)) > 1 ? Rflags.OF : 0;
    }

    /** Units in the last place that an x87 result may be off (SDM vol. 1, 8.3.10); 0 for exact instructions. */
    static int ulps(InstructionForm form) {
        return Integer.parseInt(form.attributes().value("ulp", "0"));
    }

    /** True if ST(i) differs by no more than so many units in the last place. */
    static boolean within(int ulps, State real, State emulated, int i) {
        boolean same = real.fpu[2 * i] == emulated.fpu[2 * i] && real.fpu[2 * i + 1] == emulated.fpu[2 * i + 1];
        return same || ulps > 0 && magnitude(real, i).subtract(magnitude(emulated, i)).abs().compareTo(BigInteger
                .valueOf(ulps)) <= 0;
    }

    /** The number as an integer that grows by 1 from each representable number to the next. */
    private static BigInteger magnitude(State state, int i) {
        long signExponent = state.fpu[2 * i + 1];
        BigInteger value = BigInteger.valueOf(signExponent & 0x7FFF).shiftLeft(63).add(BigInteger.valueOf(
                state.fpu[2 * i] & Long.MAX_VALUE));
        return (signExponent & 0x8000) != 0 ? value.negate() : value;
    }
}
