package ringspec.cpu.exec;

import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** Shifts of packed integers: by one count for all, by whole bytes, and with a count for each (SDM vol. 1, 9.4.6 and 14.6.3). */
final class PackedShifts {

    /** Shifts every element of 64 bits by a count from 0 to 255. */
    @FunctionalInterface
    private interface Shift {
        long of(long elements, int count);
    }

    private PackedShifts() {
    }

    static void register(Registry registry) {
        for (int width : new int[]{16, 32, 64}) {
            String suffix = width == 16 ? "W" : width == 32 ? "D" : "Q";
            shift(registry, "PSLL" + suffix, (a, count) -> Swar.shiftLeft(width, a, count));
            shift(registry, "PSRL" + suffix, (a, count) -> Swar.shiftRight(width, a, count));
            if (width != 64) {
                shift(registry, "PSRA" + suffix, (a, count) -> Swar.shiftRightSigned(width, a, count));
            }
        }
        LaneOperation.both(registry, "PSLLDQ", (i, offset) -> bytes(i, offset, true));
        LaneOperation.both(registry, "PSRLDQ", (i, offset) -> bytes(i, offset, false));
        variable(registry, "VPSLLVD", (a, b) -> eachDword(a, b, (x, n) -> n > 31 ? 0 : x << n));
        variable(registry, "VPSRLVD", (a, b) -> eachDword(a, b, (x, n) -> n > 31 ? 0 : (x & 0xFFFF_FFFFL) >>> n));
        variable(registry, "VPSRAVD", (a, b) -> eachDword(a, b, (x, n) -> x >> Math.min(n, 31)));
        variable(registry, "VPSLLVQ", (a, b) -> b >>> 6 != 0 ? 0 : a << b);
        variable(registry, "VPSRLVQ", (a, b) -> b >>> 6 != 0 ? 0 : a >>> b);
    }

    private static void variable(Registry registry, String mnemonic, LaneOperation.Half half) {
        registry.add(mnemonic,
                (i, offset) -> LaneOperation.halves(i, VectorOperands.binary(i, offset), offset, half));
    }

    /** Applies a function of a sign-extended element and its count, unsigned, to both doublewords. */
    private static long eachDword(long a, long b, LaneOperation.Half element) {
        long low = element.of((int) a, b & 0xFFFF_FFFFL);
        return low & 0xFFFF_FFFFL | element.of(a >> 32, b >>> 32) << 32;
    }

    private static void shift(Registry registry, String mnemonic, Shift shift) {
        LaneOperation.both(registry, mnemonic, (i, offset) -> {
            if (MmxOperation.isMmx(i)) {
                return byMmxCount(i, offset, shift);
            }
            return i.operands().getLast() instanceof Operand.Imm ? byImmediate(i, offset, shift)
                    : byRegister(i, offset, shift);
        });
    }

    /** A count of 64 bits, as one that is large enough to clear every element. */
    private static int count(long count) {
        return count >>> 8 == 0 ? (int) count : 0xFF;
    }

    private static Operation byImmediate(Instruction instruction, int offset, Shift shift) {
        int count = VectorOperands.immediate(instruction);
        return LaneOperation.halves(instruction, shifted(instruction, offset), offset, (a, b) -> shift.of(b, count));
    }

    /** The count is the low half of the source, which has 128 bits whatever the destination has. */
    private static Operation byRegister(Instruction instruction, int offset, Shift shift) {
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            int count = count(operands.b(cpu, at, 0));
            long[] out = cpu.vectorResult;
            for (int i = 0; i < (operands.wide ? 4 : 2); i++) {
                out[i] = shift.of(operands.a(cpu, i), count);
            }
            operands.write(cpu, out);
        });
    }

    private static Operation byMmxCount(Instruction instruction, int offset, Shift shift) {
        if (instruction.operand(1) instanceof Operand.Imm) {
            int count = VectorOperands.immediate(instruction);
            return MmxOperation.unary(instruction, offset, a -> shift.of(a, count));
        }
        return MmxOperation.binary(instruction, offset, (a, b) -> shift.of(a, count(b)));
    }

    /** "xmm1, imm8" or "xmm1, xmm2, imm8": what is shifted is b. */
    private static VectorOperands shifted(Instruction instruction, int offset) {
        int source = instruction.operands().size() - 2;
        return VectorOperands.at(instruction, offset, 0, 0, source);
    }

    private static Operation bytes(Instruction instruction, int offset, boolean left) {
        int bits = 8 * Math.min(VectorOperands.immediate(instruction), 16);
        VectorOperands operands = shifted(instruction, offset);
        return LaneOperation.lanes(instruction, operands, offset, (out, at, aLow, aHigh, low, high) -> {
            out[at] = left ? extract(0, low, 64 - bits) : extract(low, high, bits);
            out[at + 1] = left ? extract(low, high, 64 - bits) : extract(high, 0, bits);
        });
    }

    /** 64 bits of high:low from a bit on, which may lie outside 0 to 127. */
    static long extract(long low, long high, int from) {
        return shiftRight(low, from) | shiftLeft(low, -from) | shiftLeft(high, 64 - from)
                | shiftRight(high, from - 64);
    }

    /** 0 for counts outside 0 to 63. */
    private static long shiftLeft(long value, int count) {
        return count < 0 || count > 63 ? 0 : value << count;
    }

    private static long shiftRight(long value, int count) {
        return count < 0 || count > 63 ? 0 : value >>> count;
    }
}
