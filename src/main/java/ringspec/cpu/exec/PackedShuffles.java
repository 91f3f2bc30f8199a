package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/** Shuffles within a lane and blends: elements of the sources, selected by an immediate or by a third source. */
final class PackedShuffles {

    private PackedShuffles() {
    }

    static void register(Registry registry) {
        LaneOperation.both(registry, "PSHUFD", (i, offset) -> {
            int order = VectorOperands.immediate(i);
            return LaneOperation.lanes(i, VectorOperands.unary(i, offset), offset,
                    (out, at, aLow, aHigh, bLow, bHigh) -> dwords(out, at, bLow, bHigh, bLow, bHigh, order));
        });
        LaneOperation.both(registry, "PSHUFLW", (i, offset) -> words(i, offset, false));
        LaneOperation.both(registry, "PSHUFHW", (i, offset) -> words(i, offset, true));
        registry.add("PSHUFW", (i, offset) -> {
            int order = VectorOperands.immediate(i);
            return MmxOperation.binary(i, offset, (a, b) -> words(b, order));
        });
        LaneOperation.both(registry, "SHUFPS", (i, offset) -> {
            int order = VectorOperands.immediate(i);
            return LaneOperation.lanes(i, VectorOperands.binary(i, offset), offset,
                    (out, at, aLow, aHigh, bLow, bHigh) -> dwords(out, at, aLow, aHigh, bLow, bHigh, order));
        });
        LaneOperation.both(registry, "SHUFPD", (i, offset) -> {
            int order = VectorOperands.immediate(i);
            return LaneOperation.lanes(i, VectorOperands.binary(i, offset), offset,
                    (out, at, aLow, aHigh, bLow, bHigh) -> {
                        out[at] = (order >>> at & 1) == 0 ? aLow : aHigh;
                        out[at + 1] = (order >>> at + 1 & 1) == 0 ? bLow : bHigh;
                    });
        });
        LaneOperation.lanes(registry, "PSHUFB", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = bytes(aLow, aHigh, bLow, 15);
            out[at + 1] = bytes(aLow, aHigh, bHigh, 15);
        }, (a, b) -> bytes(a, 0, b, 7));
        LaneOperation.both(registry, "PALIGNR", PackedShuffles::palignr);
        blends(registry);
    }

    private static void blends(Registry registry) {
        LaneOperation.both(registry, "PBLENDW", (i, offset) -> blend(i, offset, 16));
        registry.add("VPBLENDD", (i, offset) -> blend(i, offset, 32));
        LaneOperation.both(registry, "PBLENDVB", (i, offset) -> blendByMask(i, offset, Swar.BYTES));
    }

    /** Two doublewords of a lane, then two of another, each by two bits of the order. */
    static void dwords(long[] out, int at, long aLow, long aHigh, long bLow, long bHigh, int order) {
        out[at] = dword(aLow, aHigh, order) | dword(aLow, aHigh, order >>> 2) << 32;
        out[at + 1] = dword(bLow, bHigh, order >>> 4) | dword(bLow, bHigh, order >>> 6) << 32;
    }

    static long dword(long low, long high, int number) {
        return ((number & 2) == 0 ? low : high) >>> 32 * (number & 1) & 0xFFFF_FFFFL;
    }

    private static Operation words(Instruction instruction, int offset, boolean upper) {
        int order = VectorOperands.immediate(instruction);
        return LaneOperation.lanes(instruction, VectorOperands.unary(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> {
                    out[at] = upper ? bLow : words(bLow, order);
                    out[at + 1] = upper ? words(bHigh, order) : bHigh;
                });
    }

    private static long words(long from, int order) {
        long result = 0;
        for (int i = 0; i < 4; i++) {
            result |= (from >>> 16 * (order >>> 2 * i & 3) & 0xFFFF) << 16 * i;
        }
        return result;
    }

    /** The byte that each byte of the order names by its low bits, or 0 if the order's top bit is set. */
    private static long bytes(long low, long high, long order, int mask) {
        long result = 0;
        for (int shift = 56; shift >= 0; shift -= 8) {
            int number = (int) (order >>> shift) & mask;
            long from = (number & 8) == 0 ? low : high;
            result = result << 8 | from >>> 8 * (number & 7) & 0xFF;
        }
        return result & ~Swar.signs(Swar.BYTES, order);
    }

    /** Bytes from the immediate on, of b followed by a. */
    private static Operation palignr(Instruction instruction, int offset) {
        int from = 8 * VectorOperands.immediate(instruction);
        if (MmxOperation.isMmx(instruction)) {
            return MmxOperation.binary(instruction, offset, (a, b) -> PackedShifts.extract(b, a, from));
        }
        return LaneOperation.lanes(instruction, VectorOperands.binary(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> {
                    out[at] = PackedShifts.extract(bLow, bHigh, from) | PackedShifts.extract(aLow, aHigh, from - 128);
                    out[at + 1] = PackedShifts.extract(bHigh, aLow, from) | PackedShifts.extract(aHigh, 0, from - 128);
                });
    }

    /** An element of b where the immediate's bit is set, else of a; words have one immediate for both lanes. */
    private static Operation blend(Instruction instruction, int offset, int width) {
        int immediate = VectorOperands.immediate(instruction);
        int perHalf = 64 / width;
        long[] masks = new long[4];
        for (int bit = 0; bit < 4 * perHalf; bit++) {
            if ((immediate >>> (bit & 7) & 1) != 0) {
                masks[bit / perHalf] |= Widths.truncate(width, -1) << bit % perHalf * width;
            }
        }
        return LaneOperation.lanes(instruction, VectorOperands.binary(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> {
                    out[at] = Swar.select(masks[at], bLow, aLow);
                    out[at + 1] = Swar.select(masks[at + 1], bHigh, aHigh);
                });
    }

    /** An element of b where the mask element's top bit is set; the mask is XMM0 or, with VEX encoding, the fourth operand. */
    private static Operation blendByMask(Instruction instruction, int offset, long tops) {
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        int mask = VectorOperands.index(instruction, instruction.operands().size() - 1);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long[] out = cpu.vectorResult;
            for (int i = 0; i < (operands.wide ? 4 : 2); i++) {
                long select = Swar.signs(tops, VectorOperands.register(cpu, mask, i));
                out[i] = Swar.select(select, operands.b(cpu, at, i), operands.a(cpu, i));
            }
            operands.write(cpu, out);
        });
    }
}
