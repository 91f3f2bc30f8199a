package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/**
 * Vector instructions that do the same in each lane of 128 bits, for legacy SSE, VEX.128 and VEX.256 alike. The semantics is a
 * function of a half (64 bits) where halves are independent, else of a lane; neither knows registers, memory or faults. A function
 * of a half serves MMX registers, too.
 */
final class LaneOperation {

    /** The result of 64 bits from the corresponding halves of the sources. */
    @FunctionalInterface
    interface Half {
        long of(long a, long b);
    }

    /** The result of 128 bits from the corresponding lanes of the sources, put at {@code out[at]} and {@code out[at + 1]}. */
    @FunctionalInterface
    interface Lane {
        void of(long[] out, int at, long aLow, long aHigh, long bLow, long bHigh);
    }

    private LaneOperation() {
    }

    /** Enters a function of halves under the mnemonic of legacy SSE and, with V before it, that of AVX. */
    static void halves(Registry registry, String mnemonic, Half half) {
        both(registry, mnemonic, (i, offset) -> MmxOperation.isMmx(i) ? MmxOperation.binary(i, offset, half)
                : halves(i, VectorOperands.binary(i, offset), offset, half));
    }

    /** Likewise, for a function of the second source only: "xmm1, xmm2/m128" has no further source under AVX. */
    static void unaryHalves(Registry registry, String mnemonic, Half half) {
        both(registry, mnemonic, (i, offset) -> MmxOperation.isMmx(i) ? MmxOperation.binary(i, offset, half)
                : halves(i, VectorOperands.unary(i, offset), offset, half));
    }

    /** Enters a function of lanes under both mnemonics, and what the first of them does with MMX registers. */
    static void lanes(Registry registry, String mnemonic, Lane lane, Half mmx) {
        both(registry, mnemonic, (i, offset) -> MmxOperation.isMmx(i) ? MmxOperation.binary(i, offset, mmx)
                : lanes(i, VectorOperands.binary(i, offset), offset, lane));
    }

    /** Enters a function of lanes under both mnemonics. */
    static void lanes(Registry registry, String mnemonic, Lane lane) {
        both(registry, mnemonic, (i, offset) -> lanes(i, VectorOperands.binary(i, offset), offset, lane));
    }

    /** Likewise, for a function of the second source only. */
    static void unaryLanes(Registry registry, String mnemonic, Lane lane) {
        both(registry, mnemonic, (i, offset) -> lanes(i, VectorOperands.unary(i, offset), offset, lane));
    }

    /** Enters semantics under a mnemonic and under the same with V before it. */
    static void both(Registry registry, String mnemonic, OperationFactory factory) {
        registry.add(mnemonic, factory);
        registry.add("V" + mnemonic, factory);
    }

    static Operation halves(Instruction instruction, VectorOperands operands, int offset, Half half) {
        return operands.wide ? new WideHalves(instruction, offset, operands, half)
                : new Halves(instruction, offset, operands, half);
    }

    static Operation lanes(Instruction instruction, VectorOperands operands, int offset, Lane lane) {
        return new Lanes(instruction, offset, operands, lane);
    }

    /** A function of halves on 128 bits. */
    private static final class Halves extends Operation {
        private final VectorOperands operands;
        private final Half half;

        Halves(Instruction instruction, int offset, VectorOperands operands, Half half) {
            super(instruction, offset);
            this.operands = operands;
            this.half = half;
        }

        @Override
        public void execute(Cpu cpu) {
            long at = operands.begin(cpu);
            long low = half.of(operands.a(cpu, 0), operands.b(cpu, at, 0));
            long high = half.of(operands.a(cpu, 1), operands.b(cpu, at, 1));
            operands.write(cpu, low, high);
        }
    }

    /** A function of halves on 256 bits. */
    private static final class WideHalves extends Operation {
        private final VectorOperands operands;
        private final Half half;

        WideHalves(Instruction instruction, int offset, VectorOperands operands, Half half) {
            super(instruction, offset);
            this.operands = operands;
            this.half = half;
        }

        @Override
        public void execute(Cpu cpu) {
            long at = operands.begin(cpu);
            long half0 = half.of(operands.a(cpu, 0), operands.b(cpu, at, 0));
            long half1 = half.of(operands.a(cpu, 1), operands.b(cpu, at, 1));
            long half2 = half.of(operands.a(cpu, 2), operands.b(cpu, at, 2));
            long half3 = half.of(operands.a(cpu, 3), operands.b(cpu, at, 3));
            operands.write(cpu, half0, half1, half2, half3);
        }
    }

    /** A function of lanes on 128 or 256 bits. */
    private static final class Lanes extends Operation {
        private final VectorOperands operands;
        private final Lane lane;

        Lanes(Instruction instruction, int offset, VectorOperands operands, Lane lane) {
            super(instruction, offset);
            this.operands = operands;
            this.lane = lane;
        }

        @Override
        public void execute(Cpu cpu) {
            long at = operands.begin(cpu);
            long[] out = cpu.vectorResult;
            for (int half = 0; half < (operands.wide ? 4 : 2); half += 2) {
                lane.of(out, half, operands.a(cpu, half), operands.a(cpu, half + 1), operands.b(cpu, at, half),
                        operands.b(cpu, at, half + 1));
            }
            operands.write(cpu, out);
        }
    }
}
