package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/** Binds the arithmetic instructions: packed and scalar, single and double, SSE and AVX (SDM vol. 1, 10.4.1.2, 11.4.1.2, 14.1). */
final class FloatOperations {

    private FloatOperations() {
    }

    static void register(Registry registry) {
        family(registry, "ADD", FloatArithmetic::add);
        family(registry, "SUB", FloatArithmetic::subtract);
        family(registry, "MUL", FloatArithmetic::multiply);
        family(registry, "DIV", FloatArithmetic::divide);
        family(registry, "MIN", FloatArithmetic::minimum);
        family(registry, "MAX", FloatArithmetic::maximum);
        unaryPacked(registry, "SQRTPS", FloatFormat.SINGLE, FloatArithmetic::squareRoot);
        unaryPacked(registry, "SQRTPD", FloatFormat.DOUBLE, FloatArithmetic::squareRoot);
        scalar(registry, "SQRTSS", FloatFormat.SINGLE, FloatArithmetic::squareRoot);
        scalar(registry, "SQRTSD", FloatFormat.DOUBLE, FloatArithmetic::squareRoot);
        unaryPacked(registry, "RCPPS", FloatFormat.SINGLE, FloatEstimates::reciprocal);
        scalar(registry, "RCPSS", FloatFormat.SINGLE, FloatEstimates::reciprocal);
        unaryPacked(registry, "RSQRTPS", FloatFormat.SINGLE, FloatEstimates::reciprocalRoot);
        scalar(registry, "RSQRTSS", FloatFormat.SINGLE, FloatEstimates::reciprocalRoot);
        rounding(registry);
    }

    private static void family(Registry registry, String name, FloatArithmetic.Element element) {
        for (String suffix : new String[]{"PS", "PD"}) {
            LaneOperation.both(registry, name + suffix, (i, offset) -> packed(i, offset, format(suffix), element));
        }
        scalar(registry, name + "SS", FloatFormat.SINGLE, element);
        scalar(registry, name + "SD", FloatFormat.DOUBLE, element);
    }

    /** The format that the last letter of a mnemonic names: S or D. */
    static FloatFormat format(String mnemonic) {
        return mnemonic.endsWith("S") ? FloatFormat.SINGLE : FloatFormat.DOUBLE;
    }

    private static void unaryPacked(Registry registry, String mnemonic, FloatFormat format,
            FloatArithmetic.Element element) {
        LaneOperation.both(registry, mnemonic, (i, offset) -> unary(i, offset, format, element));
    }

    private static void scalar(Registry registry, String mnemonic, FloatFormat format,
            FloatArithmetic.Element element) {
        LaneOperation.both(registry, mnemonic, (i, offset) -> scalar(i, offset, format, element));
    }

    /** The immediate controls the rounding, see {@link FloatIntegral#round}. */
    private static void rounding(Registry registry) {
        for (String suffix : new String[]{"PS", "PD", "SS", "SD"}) {
            FloatFormat format = format(suffix);
            LaneOperation.both(registry, "ROUND" + suffix, (i, offset) -> {
                int control = VectorOperands.immediate(i);
                FloatArithmetic.Element element = (context, f, a, b) -> FloatIntegral.round(context, f, b, control);
                return suffix.startsWith("P") ? unary(i, offset, format, element) : scalar(i, offset, format, element);
            });
        }
    }

    /** Two sources. */
    static Operation packed(Instruction instruction, int offset, FloatFormat format, FloatArithmetic.Element element) {
        return packed(instruction, VectorOperands.binary(instruction, offset), offset, format, element);
    }

    /** One source, the element's second. */
    static Operation unary(Instruction instruction, int offset, FloatFormat format, FloatArithmetic.Element element) {
        return packed(instruction, VectorOperands.unary(instruction, offset), offset, format, element);
    }

    private static Operation packed(Instruction instruction, VectorOperands operands, int offset, FloatFormat format,
            FloatArithmetic.Element element) {
        if (format == FloatFormat.DOUBLE) {
            return FloatLanes.halves(instruction, operands, offset, (context, a, b) -> element.of(context, format, a,
                    b));
        }
        return FloatLanes.halves(instruction, operands, offset, (context, a, b) -> {
            long lower = element.of(context, format, a & 0xFFFF_FFFFL, b & 0xFFFF_FFFFL);
            return lower & 0xFFFF_FFFFL | element.of(context, format, a >>> 32, b >>> 32) << 32;
        });
    }

    /** The lowest element; the rest is the first source's. */
    static Operation scalar(Instruction instruction, int offset, FloatFormat format, FloatArithmetic.Element element) {
        return FloatLanes.scalar(instruction, VectorOperands.binary(instruction, offset), offset, format.width,
                format.width, (context, a, b) -> element.of(context, format, a, b));
    }
}
