package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;

/**
 * PCMPESTRI, PCMPESTRM, PCMPISTRI and PCMPISTRM (SDM vol. 1, 12.9; vol. 2B, 4.1). The first operand holds a set, ranges or what is
 * sought, the second one the text; each has as many valid elements as EAX and EDX say, or as come before a zero.
 */
final class StringComparison {

    private static final int EQUAL_ANY = 0;
    private static final int RANGES = 1;
    private static final int EQUAL_EACH = 2;

    private final boolean words;
    private final boolean signed;
    private final int aggregation;
    private final boolean negated;
    private final boolean maskedNegation;
    private final boolean last;
    /** Elements in a register, 8 or 16. */
    private final int count;

    private StringComparison(int control) {
        this.words = (control & 1) != 0;
        this.signed = (control & 2) != 0;
        this.aggregation = control >>> 2 & 3;
        this.negated = (control & 0x10) != 0;
        this.maskedNegation = (control & 0x20) != 0;
        this.last = (control & 0x40) != 0;
        this.count = words ? 8 : 16;
    }

    static void register(Registry registry) {
        LaneOperation.both(registry, "PCMPESTRI", (i, offset) -> bind(i, offset, true, true));
        LaneOperation.both(registry, "PCMPESTRM", (i, offset) -> bind(i, offset, true, false));
        LaneOperation.both(registry, "PCMPISTRI", (i, offset) -> bind(i, offset, false, true));
        LaneOperation.both(registry, "PCMPISTRM", (i, offset) -> bind(i, offset, false, false));
    }

    private static Operation bind(Instruction instruction, int offset, boolean explicit, boolean index) {
        VectorOperands operands = VectorOperands.at(instruction, offset, 0, 0, 1, false);
        StringComparison comparison = new StringComparison(VectorOperands.immediate(instruction));
        boolean longLengths = instruction.operandSize() == 64;
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long aLow = operands.a(cpu, 0);
            long aHigh = operands.a(cpu, 1);
            long bLow = operands.b(cpu, at, 0);
            long bHigh = operands.b(cpu, at, 1);
            int aLength = explicit ? comparison.length(cpu.gpr[Cpu.RAX], longLengths) : comparison.length(aLow, aHigh);
            int bLength = explicit ? comparison.length(cpu.gpr[Cpu.RDX], longLengths) : comparison.length(bLow, bHigh);
            int result = comparison.polarize(comparison.compare(aLow, aHigh, aLength, bLow, bHigh, bLength), bLength);
            if (index) {
                cpu.gpr[Cpu.RCX] = comparison.index(result);
            } else {
                comparison.writeMask(cpu, result, operands.vex);
            }
            comparison.setFlags(cpu, result, aLength, bLength);
        });
    }

    /** The magnitude of a general register, at most the number of elements. */
    private int length(long register, boolean whole) {
        long value = Math.abs(whole ? register : (int) register);
        return value < 0 || value > count ? count : (int) value;
    }

    /** The number of elements before the first zero. */
    private int length(long low, long high) {
        int length = 0;
        while (length < count && element(low, high, length) != 0) {
            length++;
        }
        return length;
    }

    private int element(long low, long high, int number) {
        int bit = words ? number * 16 : number * 8;
        long bits = (bit < 64 ? low : high) >>> bit;
        if (words) {
            return signed ? (short) bits : (int) bits & 0xFFFF;
        }
        return signed ? (byte) bits : (int) bits & 0xFF;
    }

    /** IntRes1: a bit for each element of the text. */
    private int compare(long aLow, long aHigh, int aLength, long bLow, long bHigh, int bLength) {
        int result = 0;
        for (int j = 0; j < count; j++) {
            boolean holds = switch (aggregation) {
                case EQUAL_ANY -> j < bLength && isAny(aLow, aHigh, aLength, element(bLow, bHigh, j));
                case RANGES -> j < bLength && isInRange(aLow, aHigh, aLength, element(bLow, bHigh, j));
                case EQUAL_EACH -> j < aLength && j < bLength
                        ? element(aLow, aHigh, j) == element(bLow, bHigh, j)
                        : j >= aLength && j >= bLength;
                default -> beginsAt(aLow, aHigh, aLength, bLow, bHigh, bLength, j);
            };
            result |= holds ? 1 << j : 0;
        }
        return result;
    }

    private boolean isAny(long low, long high, int length, int sought) {
        for (int i = 0; i < length; i++) {
            if (element(low, high, i) == sought) {
                return true;
            }
        }
        return false;
    }

    /** Ranges are pairs, both ends included; half a pair at the end doesn't count. */
    private boolean isInRange(long low, long high, int length, int value) {
        for (int i = 0; i + 1 < length; i += 2) {
            if (value >= element(low, high, i) && value <= element(low, high, i + 1)) {
                return true;
            }
        }
        return false;
    }

    /** What is sought stands in the text at j, as far as the register goes. */
    private boolean beginsAt(long aLow, long aHigh, int aLength, long bLow, long bHigh, int bLength, int j) {
        for (int i = 0; i < aLength && i + j < count; i++) {
            if (i + j >= bLength || element(aLow, aHigh, i) != element(bLow, bHigh, i + j)) {
                return false;
            }
        }
        return true;
    }

    /** IntRes2: negated, of the text's valid elements only if the control says so. */
    private int polarize(int result, int bLength) {
        if (!negated) {
            return result;
        }
        return result ^ (1 << (maskedNegation ? bLength : count)) - 1;
    }

    private int index(int result) {
        if (result == 0) {
            return count;
        }
        return last ? 31 - Integer.numberOfLeadingZeros(result) : Integer.numberOfTrailingZeros(result);
    }

    /** XMM0: the bits, or each as a whole element. */
    private void writeMask(Cpu cpu, int result, boolean vex) {
        cpu.xmm[0] = last ? spread(result) : result;
        cpu.xmm[1] = last ? spread(result >>> count / 2) : 0;
        if (vex) {
            cpu.ymmHigh[0] = 0;
            cpu.ymmHigh[1] = 0;
        }
    }

    private long spread(int bits) {
        int width = words ? 16 : 8;
        long tops = 0;
        for (int i = 0; i < 64 / width; i++) {
            tops |= (bits >>> i & 1L) << i * width + width - 1;
        }
        return Swar.fill(Swar.tops(width), tops);
    }

    private void setFlags(Cpu cpu, int result, int aLength, int bLength) {
        cpu.flags.setArithmetic((result != 0 ? Rflags.CF : 0) | (bLength < count ? Rflags.ZF : 0)
                | (aLength < count ? Rflags.SF : 0) | ((result & 1) != 0 ? Rflags.OF : 0));
    }
}
