package ringspec.cpu.exec;

import java.util.Arrays;
import ringspec.cpu.Cpu;
import ringspec.cpu.FpuState;
import ringspec.cpu.XsaveLayout;

/** The state components that the XSAVE family handles: whether they are in use, and their initial configuration (SDM vol. 1, 13.6). */
final class ExtendedState {

    /** MXCSR after reset: all exceptions masked. */
    static final int MXCSR_AT_INIT = 0x1F80;

    private ExtendedState() {
    }

    /** How many 64-bit halves of XMM or upper YMM registers the current mode has: 32 in 64-bit mode. */
    static int vectorHalves(Cpu cpu) {
        return cpu.codeBits() == 64 ? cpu.xmm.length : cpu.xmm.length / 2;
    }

    /** XINUSE: the components that are not in their initial configuration; bit 1 tells of the XMM registers alone. */
    static long inUse(Cpu cpu) {
        int halves = vectorHalves(cpu);
        return (isX87InUse(cpu.fpu) ? XsaveLayout.X87 : 0) | (isZero(cpu.xmm, halves) ? 0 : XsaveLayout.SSE)
                | (isZero(cpu.ymmHigh, halves) ? 0 : XsaveLayout.AVX) | (cpu.pkru != 0 ? XsaveLayout.PKRU : 0);
    }

    /** XINUSE as XGETBV and the compacting instructions see it: MXCSR counts, too. */
    static long inUseWithMxcsr(Cpu cpu) {
        return inUse(cpu) | (cpu.mxcsr != MXCSR_AT_INIT ? XsaveLayout.SSE : 0);
    }

    private static boolean isX87InUse(FpuState fpu) {
        boolean words = fpu.control != FpuState.CONTROL_AT_INIT || fpu.status != 0 || fpu.tag != 0 || fpu.opcode != 0;
        boolean pointers = fpu.instructionPointer != 0 || fpu.dataPointer != 0 || fpu.codeSelector != 0
                || fpu.dataSelector != 0;
        return words || pointers || !isZero(fpu.significand, 8) || Arrays.stream(fpu.signExponent).anyMatch(
                word -> word != 0);
    }

    private static boolean isZero(long[] words, int count) {
        for (int i = 0; i < count; i++) {
            if (words[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Puts components into their initial configuration; MXCSR and PKRU are the caller's. */
    static void initialize(Cpu cpu, long components) {
        if ((components & XsaveLayout.X87) != 0) {
            cpu.fpu.reset();
        }
        if ((components & XsaveLayout.SSE) != 0) {
            Arrays.fill(cpu.xmm, 0, vectorHalves(cpu), 0);
        }
        if ((components & XsaveLayout.AVX) != 0) {
            Arrays.fill(cpu.ymmHigh, 0, vectorHalves(cpu), 0);
        }
    }
}
