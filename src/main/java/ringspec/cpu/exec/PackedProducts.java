package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/** Products, sums of products and of differences, and horizontal sums of packed integers (SDM vol. 1, 12.6 and 12.10). */
final class PackedProducts {

    /** A function of two elements, sign-extended; of the result the element's bits count. */
    @FunctionalInterface
    private interface Element {
        int of(int a, int b);
    }

    private PackedProducts() {
    }

    static void register(Registry registry) {
        LaneOperation.halves(registry, "PMULLW", (a, b) -> words(a, b, (x, y) -> x * y));
        LaneOperation.halves(registry, "PMULHW", (a, b) -> words(a, b, (x, y) -> x * y >> 16));
        LaneOperation.halves(registry, "PMULHUW", (a, b) -> words(a, b, (x, y) -> (x & 0xFFFF) * (y & 0xFFFF) >>> 16));
        LaneOperation.halves(registry, "PMULHRSW", (a, b) -> words(a, b, (x, y) -> (x * y >> 14) + 1 >> 1));
        LaneOperation.halves(registry, "PMULUDQ", (a, b) -> (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL));
        LaneOperation.halves(registry, "PMULDQ", (a, b) -> (long) (int) a * (int) b);
        LaneOperation.halves(registry, "PMULLD", (a, b) -> dwords((int) a * (int) b, (int) (a >> 32)
                * (int) (b >> 32)));
        LaneOperation.halves(registry, "PMADDWD", PackedProducts::sumOfWordProducts);
        LaneOperation.halves(registry, "PMADDUBSW", PackedProducts::sumOfByteProducts);
        LaneOperation.halves(registry, "PSADBW", PackedProducts::sumOfDifferences);
        horizontal(registry, "PHADDW", (low, high) -> wordPairs(low, high, (x, y) -> x + y));
        horizontal(registry, "PHSUBW", (low, high) -> wordPairs(low, high, (x, y) -> x - y));
        horizontal(registry, "PHADDSW", (low, high) -> wordPairs(low, high, (x, y) -> saturate(x + y)));
        horizontal(registry, "PHSUBSW", (low, high) -> wordPairs(low, high, (x, y) -> saturate(x - y)));
        horizontal(registry, "PHADDD",
                (low, high) -> dwords((int) low + (int) (low >> 32), (int) high + (int) (high >> 32)));
        horizontal(registry, "PHSUBD",
                (low, high) -> dwords((int) low - (int) (low >> 32), (int) high - (int) (high >> 32)));
        LaneOperation.both(registry, "MPSADBW", PackedProducts::mpsadbw);
        LaneOperation.unaryLanes(registry, "PHMINPOSUW", PackedProducts::minimumPosition);
    }

    private static long dwords(int low, int high) {
        return low & 0xFFFF_FFFFL | (long) high << 32;
    }

    private static int word(long words, int number) {
        return (short) (words >>> 16 * number);
    }

    private static long words(long a, long b, Element element) {
        long result = 0;
        for (int i = 3; i >= 0; i--) {
            result = result << 16 | element.of(word(a, i), word(b, i)) & 0xFFFF;
        }
        return result;
    }

    private static long sumOfWordProducts(long a, long b) {
        return dwords(word(a, 0) * word(b, 0) + word(a, 1) * word(b, 1),
                word(a, 2) * word(b, 2) + word(a, 3) * word(b, 3));
    }

    /** Unsigned bytes of a by signed bytes of b, sums of neighbours saturated to words. */
    private static long sumOfByteProducts(long a, long b) {
        long result = 0;
        for (int shift = 48; shift >= 0; shift -= 16) {
            int even = (int) (a >>> shift & 0xFF) * (byte) (b >>> shift);
            int odd = (int) (a >>> shift + 8 & 0xFF) * (byte) (b >>> shift + 8);
            result = result << 16 | saturate(even + odd) & 0xFFFF;
        }
        return result;
    }

    private static int saturate(int value) {
        return Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    private static long sumOfDifferences(long a, long b) {
        long difference = Swar.subtractUnsignedSaturated(Swar.BYTES, a, b)
                | Swar.subtractUnsignedSaturated(Swar.BYTES, b, a);
        // Sums of neighbours in words, then all four words by one multiplication: at most 8 * 255 each.
        long pairs = (difference & 0x00FF_00FF_00FF_00FFL) + (difference >>> 8 & 0x00FF_00FF_00FF_00FFL);
        return pairs * 0x0001_0001_0001_0001L >>> 48;
    }

    /** The lower half of the result comes from the pairs of a, the upper one from those of b; of 64 bits, each has two pairs. */
    private static void horizontal(Registry registry, String mnemonic, LaneOperation.Half pairs) {
        LaneOperation.lanes(registry, mnemonic, (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = pairs.of(aLow, aHigh);
            out[at + 1] = pairs.of(bLow, bHigh);
        }, pairs);
    }

    private static long wordPairs(long low, long high, Element element) {
        return element.of(word(low, 0), word(low, 1)) & 0xFFFF
                | (element.of(word(low, 2), word(low, 3)) & 0xFFFFL) << 16
                | (element.of(word(high, 0), word(high, 1)) & 0xFFFFL) << 32
                | (long) element.of(word(high, 2), word(high, 3)) << 48;
    }

    /** Eight sums of four absolute differences: four bytes of b that stay, eight overlapping groups of a (SDM vol. 2B). */
    private static Operation mpsadbw(Instruction instruction, int offset) {
        int immediate = VectorOperands.immediate(instruction);
        return LaneOperation.lanes(instruction, VectorOperands.binary(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> {
                    int select = at == 0 ? immediate : immediate >>> 3;
                    int block = (int) (((select & 2) == 0 ? bLow : bHigh) >>> 32 * (select & 1));
                    int start = select & 4;
                    out[at] = groups(aLow, aHigh, start, block);
                    out[at + 1] = groups(aLow, aHigh, start + 4, block);
                });
    }

    /** The sums for the four groups that begin at bytes first to first + 3. */
    private static long groups(long aLow, long aHigh, int first, int block) {
        long result = 0;
        for (int i = 3; i >= 0; i--) {
            int from = first + i;
            long group = from == 0 ? aLow : from < 8 ? aLow >>> 8 * from | aHigh << 64 - 8 * from : aHigh >>> 8 * from
                    - 64;
            result = result << 16 | sumOfDifferences(group & 0xFFFF_FFFFL, block & 0xFFFF_FFFFL);
        }
        return result;
    }

    /** The least unsigned word in bits 15:0, its lowest position in bits 18:16. */
    private static void minimumPosition(long[] out, int at, long aLow, long aHigh, long bLow, long bHigh) {
        int least = 0x1_0000;
        int position = 0;
        for (int i = 0; i < 8; i++) {
            int value = word(i < 4 ? bLow : bHigh, i & 3) & 0xFFFF;
            if (value < least) {
                least = value;
                position = i;
            }
        }
        out[at] = least | (long) position << 16;
        out[at + 1] = 0;
    }
}
