package ringspec.cpu;

import java.util.Arrays;

/**
 * The state of the x87 floating-point unit, whose registers the MMX registers share (SDM vol. 1, 8.1 and 9.2.1).
 *
 * <p>The eight 80-bit registers lie here by physical number, R0 to R7: ST(i) is R((TOP + i) mod 8), MMn is the significand of Rn.
 * Status and control word hold only bits that exist, and what instructions see is exactly what stands here.
 */
public final class FpuState {

    /** Status word: invalid operation. */
    public static final int IE = 1;
    /** Status word: denormal operand. */
    public static final int DE = 1 << 1;
    /** Status word: division by zero. */
    public static final int ZE = 1 << 2;
    /** Status word: overflow. */
    public static final int OE = 1 << 3;
    /** Status word: underflow. */
    public static final int UE = 1 << 4;
    /** Status word: inexact result (precision). */
    public static final int PE = 1 << 5;
    /** Status word: stack fault. */
    public static final int SF = 1 << 6;
    /** Status word: an exception that the control word doesn't mask is pending. */
    public static final int ES = 1 << 7;
    /** Status word: condition code 0. */
    public static final int C0 = 1 << 8;
    /** Status word: condition code 1, for stack faults and inexact results the direction. */
    public static final int C1 = 1 << 9;
    /** Status word: condition code 2. */
    public static final int C2 = 1 << 10;
    /** Status word: condition code 3. */
    public static final int C3 = 1 << 14;
    /** Status word: busy, always the same as {@link #ES}. */
    public static final int BUSY = 1 << 15;
    /** The six exceptions, in the status word and as masks in the control word. */
    public static final int EXCEPTIONS = 0x3F;

    /** Control word after FNINIT: all exceptions masked, 64-bit precision, round to nearest. */
    public static final int CONTROL_AT_INIT = 0x37F;
    /** Control word bits that exist: masks, PC, RC and the infinity bit of the 80287, which does nothing. */
    public static final int CONTROL_MASK = 0x1F3F;
    /** Reserved bit 6 reads as 1. */
    private static final int CONTROL_ONES = 0x40;

    private static final int TOP_SHIFT = 11;
    private static final int TOP_MASK = 7 << TOP_SHIFT;
    private static final int ALL_VALID = 0xFF;
    /** Two-bit tags of FNSTENV. */
    private static final int TAG_VALID = 0;
    private static final int TAG_ZERO = 1;
    private static final int TAG_SPECIAL = 2;
    private static final int TAG_EMPTY = 3;

    /** Bits 63:0 of R0 to R7: integer bit and fraction, or an MMX register. */
    public final long[] significand = new long[8];
    /** Bits 79:64 of R0 to R7: sign and biased exponent, 0 to FFFFh. */
    public final int[] signExponent = new int[8];
    /** Control word; set it through {@link #setControl}. */
    public int control = CONTROL_AT_INIT;
    /** Status word, with TOP, ES and B. */
    public int status;
    /** Abridged tag word as FXSAVE stores it: bit n set says that Rn is not empty. */
    public int tag;
    /** FOP: the low 3 bits of the last instruction's first opcode byte, then its ModRM byte; 11 bits. */
    public int opcode;
    /** FIP: offset of the last non-control instruction. */
    public long instructionPointer;
    /** FCS: its code segment, 0 where the processor doesn't keep it. */
    public int codeSelector;
    /** FDP: offset of the last memory operand. */
    public long dataPointer;
    /** FDS: its segment, 0 where the processor doesn't keep it. */
    public int dataSelector;

    /** TOP: the physical number of ST(0). */
    public int top() {
        return status >>> TOP_SHIFT & 7;
    }

    /** Sets TOP to the low 3 bits of a number. */
    public void setTop(int top) {
        status = status & ~TOP_MASK | (top & 7) << TOP_SHIFT;
    }

    /** The physical number of ST(i). */
    public int physical(int i) {
        return (status >>> TOP_SHIFT) + i & 7;
    }

    /** True if the physical register is tagged empty. */
    public boolean isEmpty(int physical) {
        return (tag >>> physical & 1) == 0;
    }

    /** Replaces the control word, reserved bits forced to their values, and recomputes ES and B. */
    public void setControl(int value) {
        control = value & CONTROL_MASK | CONTROL_ONES;
        updateSummary();
    }

    /** Replaces the status word and recomputes ES and B. */
    public void setStatus(int value) {
        status = value & 0xFFFF;
        updateSummary();
    }

    /** ES and B are set as long as any exception is pending that the control word doesn't mask (SDM vol. 1, 8.1.3.3). */
    public void updateSummary() {
        boolean pending = (status & ~control & EXCEPTIONS) != 0;
        status = pending ? status | ES | BUSY : status & ~(ES | BUSY);
    }

    /** FNCLEX: no exception, no stack fault, nothing pending; TOP and the condition codes stay. */
    public void clearExceptions() {
        status &= ~(EXCEPTIONS | SF | ES | BUSY);
    }

    /** True if the next waiting instruction reports an exception. */
    public boolean isExceptionPending() {
        return (status & ES) != 0;
    }

    /** The tag word with two bits for each physical register, as FNSTENV stores it (SDM vol. 1, 8.1.7). */
    public int fullTag() {
        int word = 0;
        for (int i = 7; i >= 0; i--) {
            word = word << 2 | (isEmpty(i) ? TAG_EMPTY : contentTag(signExponent[i] & 0x7FFF, significand[i]));
        }
        return word;
    }

    private static int contentTag(int exponent, long significand) {
        if (exponent == 0 && significand == 0) {
            return TAG_ZERO;
        }
        return exponent == 0 || exponent == 0x7FFF || significand >= 0 ? TAG_SPECIAL : TAG_VALID;
    }

    /** Sets the tags from two-bit ones: only "empty" counts, the rest is recomputed from the registers when it is stored. */
    public void setFullTag(int word) {
        tag = 0;
        for (int i = 0; i < 8; i++) {
            if ((word >>> 2 * i & TAG_EMPTY) != TAG_EMPTY) {
                tag |= 1 << i;
            }
        }
    }

    /** What every MMX instruction but EMMS does to the x87 state: TOP is 0 and all registers are valid (SDM vol. 1, 9.5.1). */
    public void enterMmx() {
        status &= ~TOP_MASK;
        tag = ALL_VALID;
    }

    /** Writes MMn: bits 79:64 of the register become ones (SDM vol. 3A, 13.2). */
    public void writeMmx(int n, long value) {
        significand[n] = value;
        signExponent[n] = 0xFFFF;
    }

    /** FNINIT: everything at its initial value but the registers' contents. */
    public void initialize() {
        control = CONTROL_AT_INIT;
        status = 0;
        tag = 0;
        opcode = 0;
        instructionPointer = 0;
        codeSelector = 0;
        dataPointer = 0;
        dataSelector = 0;
    }

    /** The state after reset, contents of the registers included. */
    public void reset() {
        initialize();
        Arrays.fill(significand, 0);
        Arrays.fill(signExponent, 0);
    }

    /** Takes over another unit's whole state. */
    public void copyFrom(FpuState other) {
        System.arraycopy(other.significand, 0, significand, 0, significand.length);
        System.arraycopy(other.signExponent, 0, signExponent, 0, signExponent.length);
        control = other.control;
        status = other.status;
        tag = other.tag;
        opcode = other.opcode;
        instructionPointer = other.instructionPointer;
        codeSelector = other.codeSelector;
        dataPointer = other.dataPointer;
        dataSelector = other.dataSelector;
    }

    /** The words and the stack as a line of text, for assertions and dumps. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("FCW %04x  FSW %04x  FTW %02x".formatted(control, status, tag));
        for (int i = 0; i < 8; i++) {
            text.append("  R%d %04x:%016x".formatted(i, signExponent[i], significand[i]));
        }
        return text.toString();
    }
}
