package ringspec.silicon;

import java.math.BigInteger;
import ringspec.isa.InstructionForm;

/** Results that the manuals define only to an error bound. */
final class Tolerance {

    /** RCPPS and RSQRTPS: relative error at most 1.5 * 2^-12 (SDM vol. 2B), on either side. */
    private static final double ESTIMATE = 2 * 1.5 / 4096;

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
