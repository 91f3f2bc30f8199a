package ringspec.cpu.exec;

import java.util.Map;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** AVX and AVX2 instructions that move elements across lanes or repeat them: permutes, broadcasts, halves of YMM registers. */
final class LanePermutes {

    private LanePermutes() {
    }

    static void register(Registry registry) {
        registry.add("VPERM2F128", LanePermutes::halves);
        registry.add("VPERM2I128", LanePermutes::halves);
        registry.add("VPERMQ", LanePermutes::quadwords);
        registry.add("VPERMPD", LanePermutes::quadwords);
        registry.add("VPERMD", LanePermutes::doublewords);
        registry.add("VPERMPS", LanePermutes::doublewords);
        registry.add("VPERMILPS", LanePermutes::vpermilps);
        registry.add("VPERMILPD", LanePermutes::vpermilpd);
        Map.of("VBROADCASTSS", 32, "VBROADCASTSD", 64, "VPBROADCASTB", 8, "VPBROADCASTW", 16, "VPBROADCASTD", 32,
                "VPBROADCASTQ", 64).forEach((name, width) -> registry.add(name, (i, offset) -> broadcast(i, offset,
                        width)));
        registry.add("VBROADCASTF128", LanePermutes::broadcastLane);
        registry.add("VBROADCASTI128", LanePermutes::broadcastLane);
        for (String suffix : new String[]{"F128", "I128"}) {
            registry.add("VINSERT" + suffix, LanePermutes::insert);
            registry.add("VEXTRACT" + suffix, LanePermutes::extract);
        }
    }

    /** For each lane of the result, bits 1:0 select one of four lanes and bit 3 clears. */
    private static Operation halves(Instruction instruction, int offset) {
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        int order = VectorOperands.immediate(instruction);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long[] out = cpu.vectorResult;
            for (int i = 0; i < 4; i++) {
                int select = i < 2 ? order : order >>> 4;
                int half = (select & 1) * 2 + (i & 1);
                long value = (select & 2) == 0 ? operands.a(cpu, half) : operands.b(cpu, at, half);
                out[i] = (select & 8) == 0 ? value : 0;
            }
            operands.write(cpu, out);
        });
    }

    private static Operation quadwords(Instruction instruction, int offset) {
        VectorOperands operands = VectorOperands.unary(instruction, offset);
        int order = VectorOperands.immediate(instruction);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            operands.write(cpu, operands.b(cpu, at, order & 3), operands.b(cpu, at, order >>> 2 & 3), operands.b(cpu,
                    at, order >>> 4 & 3), operands.b(cpu, at, order >>> 6 & 3));
        });
    }

    /** The first source holds the numbers, the second the elements. */
    private static Operation doublewords(Instruction instruction, int offset) {
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long[] out = cpu.vectorResult;
            for (int i = 0; i < 4; i++) {
                int low = (int) operands.a(cpu, i);
                int high = (int) (operands.a(cpu, i) >>> 32);
                out[i] = operands.b(cpu, at, low >>> 1 & 3) >>> 32 * (low & 1) & 0xFFFF_FFFFL
                        | operands.b(cpu, at, high >>> 1 & 3) >>> 32 * (high & 1) << 32;
            }
            operands.write(cpu, out);
        });
    }

    private static Operation vpermilps(Instruction instruction, int offset) {
        if (instruction.operands().getLast() instanceof Operand.Imm) {
            int order = VectorOperands.immediate(instruction);
            return LaneOperation.lanes(instruction, VectorOperands.unary(instruction, offset), offset,
                    (out, at, aLow, aHigh, bLow, bHigh) -> PackedShuffles.dwords(out, at, bLow, bHigh, bLow, bHigh,
                            order));
        }
        return LaneOperation.lanes(instruction, VectorOperands.binary(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> {
                    out[at] = pair(aLow, aHigh, bLow);
                    out[at + 1] = pair(aLow, aHigh, bHigh);
                });
    }

    /** Two doublewords of a lane, numbered by the low bits of two doublewords. */
    private static long pair(long low, long high, long order) {
        return PackedShuffles.dword(low, high, (int) order) | PackedShuffles.dword(low, high,
                (int) (order >>> 32)) << 32;
    }

    /** One bit for each half: of the immediate, or bit 1 of the second source's half. */
    private static Operation vpermilpd(Instruction instruction, int offset) {
        if (instruction.operands().getLast() instanceof Operand.Imm) {
            int order = VectorOperands.immediate(instruction);
            return LaneOperation.lanes(instruction, VectorOperands.unary(instruction, offset), offset,
                    (out, at, aLow, aHigh, bLow, bHigh) -> {
                        out[at] = (order >>> at & 1) == 0 ? bLow : bHigh;
                        out[at + 1] = (order >>> at + 1 & 1) == 0 ? bLow : bHigh;
                    });
        }
        return LaneOperation.lanes(instruction, VectorOperands.binary(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> {
                    out[at] = (bLow & 2) == 0 ? aLow : aHigh;
                    out[at + 1] = (bHigh & 2) == 0 ? aLow : aHigh;
                });
    }

    private static Operation broadcast(Instruction instruction, int offset, int width) {
        VectorOperands operands = VectorOperands.unary(instruction, offset);
        long ones = Swar.lowest(width, 1);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long value = operands.scalar(cpu, at, width) * ones;
            if (operands.wide) {
                operands.write(cpu, value, value, value, value);
            } else {
                operands.write(cpu, value, value);
            }
        });
    }

    private static Operation broadcastLane(Instruction instruction, int offset) {
        VectorOperands operands = VectorOperands.unary(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long low = operands.b(cpu, at, 0);
            long high = operands.b(cpu, at, 1);
            operands.write(cpu, low, high, low, high);
        });
    }

    private static Operation insert(Instruction instruction, int offset) {
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        boolean upper = (VectorOperands.immediate(instruction) & 1) != 0;
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long low = operands.b(cpu, at, 0);
            long high = operands.b(cpu, at, 1);
            if (upper) {
                operands.write(cpu, operands.a(cpu, 0), operands.a(cpu, 1), low, high);
            } else {
                operands.write(cpu, low, high, operands.a(cpu, 2), operands.a(cpu, 3));
            }
        });
    }

    private static Operation extract(Instruction instruction, int offset) {
        int from = VectorOperands.index(instruction, 1);
        int half = (VectorOperands.immediate(instruction) & 1) * 2;
        if (instruction.operand(0) instanceof Operand.Mem mem) {
            EffectiveAddress address = new EffectiveAddress(instruction, mem, offset);
            return SimpleOperation.of(instruction, offset, cpu -> {
                VectorOperands.requireAvx(cpu);
                long linear = address.linear(cpu);
                VectorOperands.prepareStore(cpu, linear, 16);
                VectorOperands.write64(cpu, linear, VectorOperands.register(cpu, from, half));
                VectorOperands.write64(cpu, linear + 8, VectorOperands.register(cpu, from, half + 1));
            });
        }
        VectorOperands operands = VectorOperands.unary(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            operands.begin(cpu);
            operands.write(cpu, operands.b(cpu, 0, half), operands.b(cpu, 0, half + 1));
        });
    }
}
