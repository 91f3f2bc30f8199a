package ringspec.cpu.exec;

import java.util.Map;
import java.util.function.LongUnaryOperator;
import ringspec.isa.Instruction;

/** SSE2 arithmetic, comparison and packing of integers, and bitwise logic (SDM vol. 1, 11.4.2 and 12.7). */
final class PackedIntegers {

    /** A function of two lanes, both sign-extended; of the result the lane's bits count. */
    @FunctionalInterface
    interface Lane {
        long of(long a, long b);
    }

    private PackedIntegers() {
    }

    static void register(Registry registry) {
        logic(registry);
        arithmetic(registry);
        comparisons(registry);
        multiplications(registry);
        registry.add("PACKSSWB", (i, offset) -> pack(i, offset, 16, v -> clamp(v, -0x80, 0x7F)));
        registry.add("PACKUSWB", (i, offset) -> pack(i, offset, 16, v -> clamp(v, 0, 0xFF)));
        registry.add("PACKSSDW", (i, offset) -> pack(i, offset, 32, v -> clamp(v, -0x8000, 0x7FFF)));
    }

    private static void logic(Registry registry) {
        Map<String, Lane> operations = Map.of("AND", (a, b) -> a & b, "ANDN", (a, b) -> ~a & b, "OR", (a, b) -> a | b,
                "XOR",
                (a, b) -> a ^ b);
        operations.forEach((name, operation) -> {
            lanes(registry, "P" + name, 64, operation);
            lanes(registry, name + "PS", 64, operation);
            lanes(registry, name + "PD", 64, operation);
        });
    }

    private static void arithmetic(Registry registry) {
        Map<String, Integer> widths = Map.of("B", 8, "W", 16, "D", 32, "Q", 64);
        widths.forEach((suffix, width) -> {
            lanes(registry, "PADD" + suffix, width, (a, b) -> a + b);
            lanes(registry, "PSUB" + suffix, width, (a, b) -> a - b);
        });
        for (int width : new int[]{8, 16}) {
            String suffix = width == 8 ? "B" : "W";
            long mask = (1L << width) - 1;
            long max = mask >>> 1;
            lanes(registry, "PADDS" + suffix, width, (a, b) -> clamp(a + b, ~max, max));
            lanes(registry, "PSUBS" + suffix, width, (a, b) -> clamp(a - b, ~max, max));
            lanes(registry, "PADDUS" + suffix, width, (a, b) -> clamp((a & mask) + (b & mask), 0, mask));
            lanes(registry, "PSUBUS" + suffix, width, (a, b) -> clamp((a & mask) - (b & mask), 0, mask));
            lanes(registry, "PAVG" + suffix, width, (a, b) -> (a & mask) + (b & mask) + 1 >>> 1);
        }
        lanes(registry, "PMINUB", 8, (a, b) -> Math.min(a & 0xFF, b & 0xFF));
        lanes(registry, "PMAXUB", 8, (a, b) -> Math.max(a & 0xFF, b & 0xFF));
        lanes(registry, "PMINSW", 16, Math::min);
        lanes(registry, "PMAXSW", 16, Math::max);
    }

    private static void comparisons(Registry registry) {
        Map<String, Integer> widths = Map.of("B", 8, "W", 16, "D", 32);
        widths.forEach((suffix, width) -> {
            lanes(registry, "PCMPEQ" + suffix, width, (a, b) -> a == b ? -1 : 0);
            lanes(registry, "PCMPGT" + suffix, width, (a, b) -> a > b ? -1 : 0);
        });
    }

    private static void multiplications(Registry registry) {
        lanes(registry, "PMULLW", 16, (a, b) -> a * b);
        lanes(registry, "PMULHW", 16, (a, b) -> a * b >> 16);
        lanes(registry, "PMULHUW", 16, (a, b) -> (a & 0xFFFF) * (b & 0xFFFF) >>> 16);
        lanes(registry, "PMULUDQ", 64, (a, b) -> (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL));
        lanes(registry, "PMADDWD", 32, (a, b) -> (long) (short) a * (short) b + (a >> 16) * (b >> 16));
        lanes(registry, "PSADBW", 64, PackedIntegers::sumOfDifferences);
    }

    private static long sumOfDifferences(long a, long b) {
        long sum = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            sum += Math.abs((a >>> shift & 0xFF) - (b >>> shift & 0xFF));
        }
        return sum;
    }

    private static void lanes(Registry registry, String mnemonic, int width, Lane lane) {
        registry.add(mnemonic, (i, offset) -> XmmOperand.packed(i, offset, (cpu, d, low, high) -> {
            cpu.xmm[d] = apply(width, cpu.xmm[d], low, lane);
            cpu.xmm[d + 1] = apply(width, cpu.xmm[d + 1], high, lane);
        }));
    }

    /** Applies a function to each lane of 64 bits. */
    static long apply(int width, long a, long b, Lane lane) {
        if (width == 64) {
            return lane.of(a, b);
        }
        long result = 0;
        long mask = (1L << width) - 1;
        for (int shift = 0; shift < 64; shift += width) {
            long value = lane.of(Widths.signExtend(width, a >>> shift), Widths.signExtend(width, b >>> shift));
            result |= (value & mask) << shift;
        }
        return result;
    }

    private static Operation pack(Instruction instruction, int offset, int width, LongUnaryOperator saturate) {
        return XmmOperand.packed(instruction, offset, (cpu, d, low, high) -> {
            long fromDestination = narrow(width, cpu.xmm[d], saturate)
                    | narrow(width, cpu.xmm[d + 1], saturate) << 32;
            cpu.xmm[d + 1] = narrow(width, low, saturate) | narrow(width, high, saturate) << 32;
            cpu.xmm[d] = fromDestination;
        });
    }

    /** The lanes of 64 bits, saturated to half their width, in 32 bits. */
    private static long narrow(int width, long lanes, LongUnaryOperator saturate) {
        long result = 0;
        int half = width / 2;
        for (int shift = 0; shift < 64; shift += width) {
            long value = saturate.applyAsLong(Widths.signExtend(width, lanes >>> shift));
            result |= (value & (1L << half) - 1) << shift / 2;
        }
        return result;
    }

    private static long clamp(long value, long min, long max) {
        return Math.clamp(value, min, max);
    }
}
