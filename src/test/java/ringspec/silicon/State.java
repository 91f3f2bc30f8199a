package ringspec.silicon;

import java.util.Arrays;

/** Everything an instruction in ring 3 can see and change, before or after it ran, and how it ended. */
final class State {

    /** RAX RCX RDX RBX RSP RBP RSI RDI R8..R15. */
    final long[] gpr = new long[16];
    long rip;
    long rflags;
    /** Selectors by segment register number: ES CS SS DS FS GS. */
    final int[] selectors = new int[6];
    long fsBase;
    long gsBase;
    /** XMM0..XMM15, low half first. */
    final long[] xmm = new long[32];
    /** Bits 255:128 of YMM0..YMM15. */
    final long[] ymmHigh = new long[32];
    int mxcsr = 0x1F80;
    /** The x87 environment as FXSAVE64 lays it out. */
    int fpuControl = 0x37F;
    int fpuStatus;
    int fpuTag;
    int fpuOpcode;
    long fpuInstruction;
    long fpuOperand;
    /** ST(0)..ST(7): significand, then sign and exponent. */
    final long[] fpu = new long[16];
    /** The pages at {@link Layout#DATA}. */
    final byte[] memory = new byte[Layout.DATA_SIZE];

    /** What ended the run: the vector, its error code or 0, and CR2 for a page fault, else 0. */
    int vector;
    long errorCode;
    long faultAddress;

    /** Takes over another state. */
    void copyFrom(State other) {
        System.arraycopy(other.gpr, 0, gpr, 0, gpr.length);
        rip = other.rip;
        rflags = other.rflags;
        System.arraycopy(other.selectors, 0, selectors, 0, selectors.length);
        fsBase = other.fsBase;
        gsBase = other.gsBase;
        System.arraycopy(other.xmm, 0, xmm, 0, xmm.length);
        System.arraycopy(other.ymmHigh, 0, ymmHigh, 0, ymmHigh.length);
        mxcsr = other.mxcsr;
        fpuControl = other.fpuControl;
        fpuStatus = other.fpuStatus;
        fpuTag = other.fpuTag;
        fpuOpcode = other.fpuOpcode;
        fpuInstruction = other.fpuInstruction;
        fpuOperand = other.fpuOperand;
        System.arraycopy(other.fpu, 0, fpu, 0, fpu.length);
        System.arraycopy(other.memory, 0, memory, 0, memory.length);
        vector = other.vector;
        errorCode = other.errorCode;
        faultAddress = other.faultAddress;
    }

    /** The state in which Linux starts a program, all registers 0. */
    void reset() {
        Arrays.fill(gpr, 0);
        Arrays.fill(xmm, 0);
        Arrays.fill(ymmHigh, 0);
        Arrays.fill(fpu, 0);
        Arrays.fill(selectors, 0);
        selectors[1] = Layout.USER_CODE;
        selectors[2] = Layout.USER_DATA;
        rip = 0;
        rflags = 0x202;
        fsBase = 0;
        gsBase = 0;
        mxcsr = 0x1F80;
        fpuControl = 0x37F;
        fpuStatus = 0;
        fpuTag = 0;
        fpuOpcode = 0;
        fpuInstruction = 0;
        fpuOperand = 0;
        vector = 0;
        errorCode = 0;
        faultAddress = 0;
    }
}
