package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/** Binds what combines elements of one register or alternates between them: SSE3 and the dot products (SDM vol. 1, 12.3, 12.8). */
final class FloatHorizontal {

    private FloatHorizontal() {
    }

    static void register(Registry registry) {
        LaneOperation.both(registry, "ADDSUBPD", (i, offset) -> lanes(i, offset, (context, out, at, aLow, aHigh, bLow,
                bHigh) -> {
            out[at] = FloatArithmetic.subtract(context, FloatFormat.DOUBLE, aLow, bLow);
            out[at + 1] = FloatArithmetic.add(context, FloatFormat.DOUBLE, aHigh, bHigh);
        }));
        LaneOperation.both(registry, "ADDSUBPS", (i, offset) -> FloatLanes.halves(i, VectorOperands.binary(i, offset),
                offset, (context, a, b) -> pair(FloatArithmetic.subtract(context, FloatFormat.SINGLE, lower(a), lower(
                        b)), FloatArithmetic.add(context, FloatFormat.SINGLE, a >>> 32, b >>> 32))));
        pairs(registry, "HADD", FloatArithmetic::add);
        pairs(registry, "HSUB", FloatArithmetic::subtract);
        LaneOperation.both(registry, "DPPD", FloatHorizontal::dotProductOfDoubles);
        LaneOperation.both(registry, "DPPS", FloatHorizontal::dotProductOfSingles);
    }

    private static Operation lanes(Instruction instruction, int offset, FloatLanes.Lane lane) {
        return FloatLanes.lanes(instruction, VectorOperands.binary(instruction, offset), offset, lane);
    }

    /** Neighbours of the first source, then those of the second. */
    private static void pairs(Registry registry, String name, FloatArithmetic.Element element) {
        LaneOperation.both(registry, name + "PD", (i, offset) -> lanes(i, offset, (context, out, at, aLow, aHigh, bLow,
                bHigh) -> {
            out[at] = element.of(context, FloatFormat.DOUBLE, aLow, aHigh);
            out[at + 1] = element.of(context, FloatFormat.DOUBLE, bLow, bHigh);
        }));
        LaneOperation.both(registry, name + "PS", (i, offset) -> lanes(i, offset, (context, out, at, aLow, aHigh, bLow,
                bHigh) -> {
            out[at] = pair(neighbours(context, element, aLow), neighbours(context, element, aHigh));
            out[at + 1] = pair(neighbours(context, element, bLow), neighbours(context, element, bHigh));
        }));
    }

    private static long neighbours(FloatContext context, FloatArithmetic.Element element, long half) {
        return element.of(context, FloatFormat.SINGLE, lower(half), half >>> 32);
    }

    private static long lower(long half) {
        return half & 0xFFFF_FFFFL;
    }

    private static long pair(long lower, long upper) {
        return lower(lower) | upper << 32;
    }

    /**
     * The immediate's bits 5:4 select the products, others count as +0; bits 1:0 where the sum goes. Products and sum are separate
     * steps: an unmasked exception of a product keeps the sum from being looked at.
     */
    private static Operation dotProductOfDoubles(Instruction instruction, int offset) {
        int control = VectorOperands.immediate(instruction);
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long low = product(context, FloatFormat.DOUBLE, control >>> 4, operands.a(cpu, 0), operands.b(cpu, at, 0));
            long high = product(context, FloatFormat.DOUBLE, control >>> 5, operands.a(cpu, 1), operands.b(cpu, at, 1));
            context.finish(cpu);
            long sum = FloatArithmetic.add(context, FloatFormat.DOUBLE, low, high);
            context.finish(cpu);
            operands.write(cpu, (control & 1) != 0 ? sum : 0, (control & 2) != 0 ? sum : 0);
        });
    }

    private static long product(FloatContext context, FloatFormat format, int selected, long a, long b) {
        return (selected & 1) != 0 ? FloatArithmetic.multiply(context, format, a, b) : 0;
    }

    /** Likewise with bits 7:4 and 3:0, in each lane: the sum of the sums of the lower two and the upper two products. */
    private static Operation dotProductOfSingles(Instruction instruction, int offset) {
        int control = VectorOperands.immediate(instruction);
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        int halves = operands.wide ? 4 : 2;
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long[] values = cpu.vectorResult;
            for (int i = 0; i < halves; i++) {
                int selected = control >>> 4 + 2 * (i & 1);
                long a = operands.a(cpu, i);
                long b = operands.b(cpu, at, i);
                values[i] = pair(product(context, FloatFormat.SINGLE, selected, lower(a), lower(b)),
                        product(context, FloatFormat.SINGLE, selected >>> 1, a >>> 32, b >>> 32));
            }
            context.finish(cpu);
            for (int i = 0; i < halves; i++) {
                values[i] = neighbours(context, FloatArithmetic::add, values[i]);
            }
            context.finish(cpu);
            for (int i = 0; i < halves; i += 2) {
                long sum = FloatArithmetic.add(context, FloatFormat.SINGLE, values[i], values[i + 1]);
                values[i] = pair((control & 1) != 0 ? sum : 0, (control & 2) != 0 ? sum : 0);
                values[i + 1] = pair((control & 4) != 0 ? sum : 0, (control & 8) != 0 ? sum : 0);
            }
            context.finish(cpu);
            operands.write(cpu, values);
        });
    }
}
