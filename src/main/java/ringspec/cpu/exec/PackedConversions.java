package ringspec.cpu.exec;

import java.util.function.LongUnaryOperator;
import ringspec.isa.Instruction;

/** Packing with saturation, interleaving, and sign and zero extension of packed integers (SDM vol. 1, 9.4.4 and 12.10.8). */
final class PackedConversions {

    private PackedConversions() {
    }

    static void register(Registry registry) {
        pack(registry, "PACKSSWB", words -> narrowWords(words, -0x80, 0x7F));
        pack(registry, "PACKUSWB", words -> narrowWords(words, 0, 0xFF));
        pack(registry, "PACKSSDW", dwords -> narrowDwords(dwords, -0x8000, 0x7FFF));
        pack(registry, "PACKUSDW", dwords -> narrowDwords(dwords, 0, 0xFFFF));
        interleaving(registry, "PUNPCK%sBW", 8);
        interleaving(registry, "PUNPCK%sWD", 16);
        interleaving(registry, "PUNPCK%sDQ", 32);
        interleaving(registry, "UNPCK%sPS", 32);
        quadwords(registry, "PUNPCK%sQDQ");
        quadwords(registry, "UNPCK%sPD");
        for (String form : new String[]{"BW", "BD", "BQ", "WD", "WQ", "DQ"}) {
            int from = width(form.charAt(0));
            int to = width(form.charAt(1));
            LaneOperation.both(registry, "PMOVSX" + form, (i, offset) -> extend(i, offset, from, to, true));
            LaneOperation.both(registry, "PMOVZX" + form, (i, offset) -> extend(i, offset, from, to, false));
        }
    }

    private static int width(char suffix) {
        return 8 << "BWDQ".indexOf(suffix);
    }

    /** The lower half of the result comes from a, the upper one from b. */
    private static void pack(Registry registry, String mnemonic, LongUnaryOperator narrow) {
        LaneOperation.lanes(registry, mnemonic, (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = narrow.applyAsLong(aLow) | narrow.applyAsLong(aHigh) << 32;
            out[at + 1] = narrow.applyAsLong(bLow) | narrow.applyAsLong(bHigh) << 32;
        }, (a, b) -> narrow.applyAsLong(a) | narrow.applyAsLong(b) << 32);
    }

    /** Four words, saturated to bytes, in 32 bits. */
    private static long narrowWords(long words, int min, int max) {
        long result = 0;
        for (int shift = 48; shift >= 0; shift -= 16) {
            result = result << 8 | Math.clamp((short) (words >>> shift), min, max) & 0xFF;
        }
        return result;
    }

    /** Two doublewords, saturated to words, in 32 bits. */
    private static long narrowDwords(long dwords, int min, int max) {
        return Math.clamp((int) dwords, min, max) & 0xFFFF
                | (Math.clamp((int) (dwords >> 32), min, max) & 0xFFFFL) << 16;
    }

    private static void interleaving(Registry registry, String pattern, int width) {
        LaneOperation.lanes(registry, pattern.formatted("L"), (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = interleave(width, aLow, bLow);
            out[at + 1] = interleave(width, aLow >>> 32, bLow >>> 32);
        }, (a, b) -> interleave(width, a, b));
        LaneOperation.lanes(registry, pattern.formatted("H"), (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = interleave(width, aHigh, bHigh);
            out[at + 1] = interleave(width, aHigh >>> 32, bHigh >>> 32);
        }, (a, b) -> interleave(width, a >>> 32, b >>> 32));
    }

    private static void quadwords(Registry registry, String pattern) {
        LaneOperation.lanes(registry, pattern.formatted("L"), (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = aLow;
            out[at + 1] = bLow;
        });
        LaneOperation.lanes(registry, pattern.formatted("H"), (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = aHigh;
            out[at + 1] = bHigh;
        });
    }

    /** The elements of the low 32 bits of both, alternating. */
    private static long interleave(int width, long a, long b) {
        return switch (width) {
            case 8 -> spread8(a) | spread8(b) << 8;
            case 16 -> spread16(a) | spread16(b) << 16;
            default -> a & 0xFFFF_FFFFL | b << 32;
        };
    }

    /** The low four bytes as words. */
    private static long spread8(long bytes) {
        long words = spread16(bytes);
        return (words | words << 8) & 0x00FF_00FF_00FF_00FFL;
    }

    /** The low two words as doublewords; four bytes, as pairs. */
    private static long spread16(long words) {
        return (words & 0xFFFF) | (words & 0xFFFF_0000L) << 16;
    }

    /** A lane of the result has as many elements as 128 / to; so many bits of the source go with it. */
    private static Operation extend(Instruction instruction, int offset, int from, int to, boolean signed) {
        VectorOperands operands = VectorOperands.unary(instruction, offset);
        int perHalf = 64 / to;
        int halves = operands.wide ? 4 : 2;
        int bits = halves * perHalf * from;
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long low = bits >= 64 ? operands.b(cpu, at, 0) : operands.scalar(cpu, at, bits);
            long high = bits > 64 ? operands.b(cpu, at, 1) : 0;
            long[] out = cpu.vectorResult;
            for (int i = 0; i < halves; i++) {
                int start = i * perHalf * from;
                out[i] = extend((start < 64 ? low : high) >>> start, from, to, signed);
            }
            operands.write(cpu, out);
        });
    }

    /** The lowest 64 / to elements, extended. */
    private static long extend(long elements, int from, int to, boolean signed) {
        long result = 0;
        long mask = to == 64 ? -1 : (1L << to) - 1;
        for (int i = 64 / to - 1; i >= 0; i--) {
            long element = elements >>> i * from;
            long value = signed ? Widths.signExtend(from, element) : Widths.truncate(from, element);
            result = to == 64 ? value : result << to | value & mask;
        }
        return result;
    }
}
