package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/**
 * Vector instructions of floating point, for legacy SSE, VEX.128 and VEX.256 alike. All elements of an instruction share one
 * {@link FloatContext}: it is finished, and so raises #XM, after the last element and before the destination is written.
 *
 * <p>The functions get bits and know neither registers nor memory. Operand order is the SDM's: a is the destination of legacy SSE
 * and the second operand of VEX encoding, b the operand that may be memory.
 */
final class FloatLanes {

    /** The result of 64 bits (one double or two singles) from the corresponding halves of the sources. */
    @FunctionalInterface
    interface Half {
        long of(FloatContext context, long a, long b);
    }

    /** Likewise with the destination as a third source: FMA. */
    @FunctionalInterface
    interface Ternary {
        long of(FloatContext context, long d, long a, long b);
    }

    /** The result of 128 bits, put at {@code out[at]} and {@code out[at + 1]}. */
    @FunctionalInterface
    interface Lane {
        void of(FloatContext context, long[] out, int at, long aLow, long aHigh, long bLow, long bHigh);
    }

    /** 128 bits of result, put at {@code out[at]} and {@code out[at + 1]}, from fewer bits of the source, zero-extended. */
    @FunctionalInterface
    interface Widening {
        void of(FloatContext context, long[] out, int at, long part);
    }

    /** 64 bits of result from 128 bits of the source. */
    @FunctionalInterface
    interface Narrowing {
        long of(FloatContext context, long low, long high);
    }

    private FloatLanes() {
    }

    /** Packed, each half for itself; operands from {@link VectorOperands#binary} or {@link VectorOperands#unary}. */
    static Operation halves(Instruction instruction, VectorOperands operands, int offset, Half half) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long half0 = half.of(context, operands.a(cpu, 0), operands.b(cpu, at, 0));
            long half1 = half.of(context, operands.a(cpu, 1), operands.b(cpu, at, 1));
            if (!operands.wide) {
                context.finish(cpu);
                operands.write(cpu, half0, half1);
                return;
            }
            long half2 = half.of(context, operands.a(cpu, 2), operands.b(cpu, at, 2));
            long half3 = half.of(context, operands.a(cpu, 3), operands.b(cpu, at, 3));
            context.finish(cpu);
            operands.write(cpu, half0, half1, half2, half3);
        });
    }

    /** Packed, the destination being a source, too; lower and upper half of a lane each have their function. */
    static Operation ternaryPairs(Instruction instruction, VectorOperands operands, int offset, Ternary lower,
            Ternary upper) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long[] out = cpu.vectorResult;
            for (int i = 0; i < (operands.wide ? 4 : 2); i++) {
                Ternary half = (i & 1) == 0 ? lower : upper;
                out[i] = half.of(context, operands.d(cpu, i), operands.a(cpu, i), operands.b(cpu, at, i));
            }
            context.finish(cpu);
            operands.write(cpu, out);
        });
    }

    /** Packed, lane by lane: horizontal operations, dot products. */
    static Operation lanes(Instruction instruction, VectorOperands operands, int offset, Lane lane) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long[] out = cpu.vectorResult;
            for (int i = 0; i < (operands.wide ? 4 : 2); i += 2) {
                lane.of(context, out, i, operands.a(cpu, i), operands.a(cpu, i + 1), operands.b(cpu, at, i),
                        operands.b(cpu, at, i + 1));
            }
            context.finish(cpu);
            operands.write(cpu, out);
        });
    }

    /**
     * Scalar: the lowest element of the result replaces that of a; the rest is a's up to bit 127.
     *
     * @param operands from {@link VectorOperands#binary}
     * @param bits width of the source's element, 32 or 64
     * @param resultBits width of the result's element, 32 or 64
     * @param element gets both operands cut to the source's width
     */
    static Operation scalar(Instruction instruction, VectorOperands operands, int offset, int bits, int resultBits,
            Half element) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long a = operands.a(cpu, 0);
            long result = element.of(context, Widths.truncate(bits, a), operands.scalar(cpu, at, bits));
            context.finish(cpu);
            operands.write(cpu, resultBits == 64 ? result : merge32(a, result), operands.a(cpu, 1));
        });
    }

    /** Scalar with three sources (FMA): the rest is the destination's up to bit 127. */
    static Operation scalarTernary(Instruction instruction, VectorOperands operands, int offset, int bits,
            Ternary element) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long d = operands.d(cpu, 0);
            long result = element.of(context, Widths.truncate(bits, d), Widths.truncate(bits, operands.a(cpu, 0)),
                    operands.scalar(cpu, at, bits));
            context.finish(cpu);
            operands.write(cpu, bits == 64 ? result : merge32(d, result), operands.d(cpu, 1));
        });
    }

    static long merge32(long rest, long lowest) {
        return rest & 0xFFFF_FFFFL << 32 | lowest & 0xFFFF_FFFFL;
    }

    /**
     * A source of half the destination's bits, 64 for each lane of the result: CVTPS2PD, CVTPH2PS.
     *
     * @param operands from {@link VectorOperands#unary}
     */
    static Operation widening(Instruction instruction, VectorOperands operands, int offset, Widening lane) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long[] out = cpu.vectorResult;
            lane.of(context, out, 0, operands.b(cpu, at, 0));
            if (operands.wide) {
                lane.of(context, out, 2, operands.b(cpu, at, 1));
            }
            context.finish(cpu);
            operands.write(cpu, out);
        });
    }

    /**
     * A destination of half the source's bits, in an XMM register whose rest is cleared: CVTPD2PS, CVTPD2DQ.
     *
     * @param operands from {@link VectorOperands#unary}
     * @param wideSource whether the source has 256 bits
     */
    static Operation narrowing(Instruction instruction, VectorOperands operands, int offset, boolean wideSource,
            Narrowing lane) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long low = lane.of(context, operands.b(cpu, at, 0), operands.b(cpu, at, 1));
            long high = wideSource ? lane.of(context, operands.b(cpu, at, 2), operands.b(cpu, at, 3)) : 0;
            context.finish(cpu);
            operands.write(cpu, low, high);
        });
    }
}
