package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/** PCLMULQDQ: the product of two 64-bit polynomials over GF(2) (SDM vol. 2B). */
final class CarrylessProduct {

    private CarrylessProduct() {
    }

    static void register(Registry registry) {
        LaneOperation.both(registry, "PCLMULQDQ", CarrylessProduct::pclmulqdq);
    }

    /** Imm8 bit 0 selects the half of the first source, bit 4 that of the second. */
    private static Operation pclmulqdq(Instruction instruction, int offset) {
        int select = VectorOperands.immediate(instruction);
        return LaneOperation.lanes(instruction, VectorOperands.binary(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> multiply(out, at, (select & 1) == 0 ? aLow : aHigh,
                        (select & 16) == 0 ? bLow : bHigh));
    }

    private static void multiply(long[] out, int at, long a, long b) {
        long low = 0;
        long high = 0;
        for (long rest = b; rest != 0; rest &= rest - 1) {
            int bit = Long.numberOfTrailingZeros(rest);
            low ^= a << bit;
            // In two steps: a shift by 64, which bit 0 asks for, would be none.
            high ^= a >>> 1 >>> 63 - bit;
        }
        out[at] = low;
        out[at + 1] = high;
    }
}
