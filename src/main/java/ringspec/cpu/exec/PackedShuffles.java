package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** SSE and SSE2 shifts, shuffles, interleaving, insertion, extraction and sign masks (SDM vol. 1, 11.4 and 12.7). */
final class PackedShuffles {

    private PackedShuffles() {
    }

    static void register(Registry registry) {
        shifts(registry);
        interleaving(registry);
        registry.add("PSHUFD", (i, offset) -> shuffle(i, offset, (d, s, order) -> dwords(s, s, order)));
        registry.add("SHUFPS", (i, offset) -> shuffle(i, offset, PackedShuffles::dwords));
        registry.add("SHUFPD", (i, offset) -> shuffle(i, offset,
                (d, s, order) -> new long[]{d[order & 1], s[order >>> 1 & 1]}));
        registry.add("PSHUFLW", (i, offset) -> shuffle(i, offset, (d, s, order) -> new long[]{words(s[0], order),
                s[1]}));
        registry.add("PSHUFHW", (i, offset) -> shuffle(i, offset, (d, s, order) -> new long[]{s[0], words(s[1],
                order)}));
        registry.add("PINSRW", PackedShuffles::pinsrw);
        registry.add("PEXTRW", PackedShuffles::pextrw);
        registry.add("PMOVMSKB", (i, offset) -> signs(i, offset, 8));
        registry.add("MOVMSKPS", (i, offset) -> signs(i, offset, 32));
        registry.add("MOVMSKPD", (i, offset) -> signs(i, offset, 64));
    }

    private static void shifts(Registry registry) {
        for (int width : new int[]{16, 32, 64}) {
            String suffix = width == 16 ? "W" : width == 32 ? "D" : "Q";
            shift(registry, "PSLL" + suffix, width, (lane, count) -> count >= width ? 0 : lane << count);
            shift(registry, "PSRL" + suffix, width,
                    (lane, count) -> count >= width ? 0 : Widths.truncate(width, lane) >>> count);
            if (width != 64) {
                shift(registry, "PSRA" + suffix, width, (lane, count) -> lane >> Math.min(count, width - 1));
            }
        }
        registry.add("PSLLDQ", (i, offset) -> shiftBytes(i, offset, true));
        registry.add("PSRLDQ", (i, offset) -> shiftBytes(i, offset, false));
    }

    /** The count is an immediate or the low 64 bits of the source, unsigned; all lanes share it. */
    private static void shift(Registry registry, String mnemonic, int width, PackedIntegers.Lane lane) {
        registry.add(mnemonic, (instruction, offset) -> {
            if (instruction.operand(1) instanceof Operand.Imm imm) {
                int d = XmmOperand.destination(instruction);
                long count = imm.value() & 0xFF;
                return SimpleOperation.of(instruction, offset, cpu -> {
                    XmmOperand.requireSse(cpu);
                    shiftLanes(cpu, d, width, count, lane);
                });
            }
            return XmmOperand.packed(instruction, offset,
                    (cpu, d, low, high) -> shiftLanes(cpu, d, width, low >>> 8 == 0 ? low : 0xFF, lane));
        });
    }

    private static void shiftLanes(Cpu cpu, int d, int width, long count, PackedIntegers.Lane lane) {
        cpu.xmm[d] = PackedIntegers.apply(width, cpu.xmm[d], 0, (a, b) -> lane.of(a, count));
        cpu.xmm[d + 1] = PackedIntegers.apply(width, cpu.xmm[d + 1], 0, (a, b) -> lane.of(a, count));
    }

    private static Operation shiftBytes(Instruction instruction, int offset, boolean left) {
        int d = XmmOperand.destination(instruction);
        int bits = 8 * (int) Math.min(((Operand.Imm) instruction.operand(1)).value() & 0xFF, 16);
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            long low = cpu.xmm[d];
            long high = cpu.xmm[d + 1];
            cpu.xmm[d] = left ? shiftLeft(low, bits) : shiftRight(low, bits) | shiftLeft(high, 64 - bits)
                    | shiftRight(high, bits - 64);
            cpu.xmm[d + 1] = left ? shiftLeft(high, bits) | shiftRight(low, 64 - bits) | shiftLeft(low, bits - 64)
                    : shiftRight(high, bits);
        });
    }

    /** 0 for counts outside 0 to 63. */
    private static long shiftLeft(long value, int count) {
        return count < 0 || count > 63 ? 0 : value << count;
    }

    private static long shiftRight(long value, int count) {
        return count < 0 || count > 63 ? 0 : value >>> count;
    }

    private static void interleaving(Registry registry) {
        for (boolean high : new boolean[]{false, true}) {
            String part = high ? "H" : "L";
            interleave(registry, "PUNPCK" + part + "BW", 8, high);
            interleave(registry, "PUNPCK" + part + "WD", 16, high);
            interleave(registry, "PUNPCK" + part + "DQ", 32, high);
            interleave(registry, "PUNPCK" + part + "QDQ", 64, high);
            interleave(registry, "UNPCK" + part + "PS", 32, high);
            interleave(registry, "UNPCK" + part + "PD", 64, high);
        }
    }

    private static void interleave(Registry registry, String mnemonic, int width, boolean fromHigh) {
        registry.add(mnemonic, (i, offset) -> XmmOperand.packed(i, offset, (cpu, d, low, high) -> {
            long a = cpu.xmm[fromHigh ? d + 1 : d];
            long b = fromHigh ? high : low;
            cpu.xmm[d] = width == 64 ? a : interleave(width, a, b);
            cpu.xmm[d + 1] = width == 64 ? b : interleave(width, a >>> 32, b >>> 32);
        }));
    }

    /** Lanes of the low 32 bits of both, alternating. */
    private static long interleave(int width, long a, long b) {
        long result = 0;
        long mask = (1L << width) - 1;
        for (int shift = 0; shift < 32; shift += width) {
            result |= (a >>> shift & mask) << 2 * shift | (b >>> shift & mask) << 2 * shift + width;
        }
        return result;
    }

    /** Computes both halves of the result from both halves of destination and source. */
    private interface Shuffle {
        long[] of(long[] destination, long[] source, int order);
    }

    private static Operation shuffle(Instruction instruction, int offset, Shuffle shuffle) {
        int order = (int) ((Operand.Imm) instruction.operand(2)).value() & 0xFF;
        return XmmOperand.packed(instruction, offset, (cpu, d, low, high) -> {
            long[] result = shuffle.of(new long[]{cpu.xmm[d], cpu.xmm[d + 1]}, new long[]{low, high}, order);
            cpu.xmm[d] = result[0];
            cpu.xmm[d + 1] = result[1];
        });
    }

    private static long[] dwords(long[] lower, long[] upper, int order) {
        return new long[]{dword(lower, order) | dword(lower, order >>> 2) << 32,
                dword(upper, order >>> 4) | dword(upper, order >>> 6) << 32};
    }

    private static long dword(long[] from, int number) {
        return from[number >>> 1 & 1] >>> 32 * (number & 1) & 0xFFFF_FFFFL;
    }

    private static long words(long from, int order) {
        long result = 0;
        for (int i = 0; i < 4; i++) {
            result |= (from >>> 16 * (order >>> 2 * i & 3) & 0xFFFF) << 16 * i;
        }
        return result;
    }

    private static Operation pinsrw(Instruction instruction, int offset) {
        int d = XmmOperand.destination(instruction);
        Location source = Location.of(instruction, 1, offset);
        int lane = (int) ((Operand.Imm) instruction.operand(2)).value() & 7;
        int half = lane >>> 2;
        int shift = 16 * (lane & 3);
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            long word = source.read(cpu) & 0xFFFF;
            cpu.xmm[d + half] = cpu.xmm[d + half] & ~(0xFFFFL << shift) | word << shift;
        });
    }

    private static Operation pextrw(Instruction instruction, int offset) {
        int target = ((Operand.Reg) instruction.operand(0)).register().number();
        int from = XmmOperand.of(instruction, 1, offset).index();
        int lane = (int) ((Operand.Imm) instruction.operand(2)).value() & 7;
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            cpu.gpr[target] = cpu.xmm[from + (lane >>> 2)] >>> 16 * (lane & 3) & 0xFFFF;
        });
    }

    /** Gathers the sign bits of all lanes. */
    private static Operation signs(Instruction instruction, int offset, int width) {
        int target = ((Operand.Reg) instruction.operand(0)).register().number();
        int from = XmmOperand.of(instruction, 1, offset).index();
        int lanes = 64 / width;
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            long result = 0;
            for (int i = 0; i < 2 * lanes; i++) {
                long sign = cpu.xmm[from + i / lanes] >>> width * (i % lanes) + width - 1 & 1;
                result |= sign << i;
            }
            cpu.gpr[target] = result;
        });
    }
}
