package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/**
 * Binds the FMA instructions. The digits of a mnemonic say which operands are multiplied and which is added: 132 multiplies the
 * first by the third and adds the second (SDM vol. 1, 14.5.1).
 */
final class FusedOperations {

    private enum Order {
        O132, O213, O231
    }

    /** What becomes of the signs: of the product, and of the addend in even and in odd elements. */
    private record Signs(boolean product, boolean evenAddend, boolean oddAddend) {
        FloatLanes.Ternary even(Order order, FloatFormat format) {
            return element(order, format, product, evenAddend);
        }

        FloatLanes.Ternary odd(Order order, FloatFormat format) {
            return element(order, format, product, oddAddend);
        }
    }

    private FusedOperations() {
    }

    static void register(Registry registry) {
        for (Order order : Order.values()) {
            family(registry, "VFMADD", order, new Signs(false, false, false), true);
            family(registry, "VFMSUB", order, new Signs(false, true, true), true);
            family(registry, "VFNMADD", order, new Signs(true, false, false), true);
            family(registry, "VFNMSUB", order, new Signs(true, true, true), true);
            family(registry, "VFMADDSUB", order, new Signs(false, true, false), false);
            family(registry, "VFMSUBADD", order, new Signs(false, false, true), false);
        }
    }

    private static void family(Registry registry, String name, Order order, Signs signs, boolean hasScalars) {
        String mnemonic = name + order.name().substring(1);
        for (FloatFormat format : new FloatFormat[]{FloatFormat.SINGLE, FloatFormat.DOUBLE}) {
            String letter = format == FloatFormat.SINGLE ? "S" : "D";
            registry.add(mnemonic + "P" + letter, (i, offset) -> packed(i, offset, order, signs, format));
            if (hasScalars) {
                registry.add(mnemonic + "S" + letter, (i, offset) -> FloatLanes.scalarTernary(i, VectorOperands.binary(
                        i, offset), offset, format.width, signs.even(order, format)));
            }
        }
    }

    private static Operation packed(Instruction instruction, int offset, Order order, Signs signs, FloatFormat format) {
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        FloatLanes.Ternary even = signs.even(order, format);
        FloatLanes.Ternary odd = signs.odd(order, format);
        if (format == FloatFormat.DOUBLE) {
            return FloatLanes.ternaryPairs(instruction, operands, offset, even, odd);
        }
        FloatLanes.Ternary half = (context, d, a, b) -> {
            long lower = even.of(context, d & 0xFFFF_FFFFL, a & 0xFFFF_FFFFL, b & 0xFFFF_FFFFL);
            return lower & 0xFFFF_FFFFL | odd.of(context, d >>> 32, a >>> 32, b >>> 32) << 32;
        };
        return FloatLanes.ternaryPairs(instruction, operands, offset, half, half);
    }

    private static FloatLanes.Ternary element(Order order, FloatFormat format, boolean negateProduct,
            boolean negateAddend) {
        long product = format.zero(negateProduct);
        long addend = format.zero(negateAddend);
        return switch (order) {
            case O132 -> (context, d, a, b) -> FloatFusion.multiplyAdd(context, format, d, b, a, product, addend);
            case O213 -> (context, d, a, b) -> FloatFusion.multiplyAdd(context, format, a, d, b, product, addend);
            case O231 -> (context, d, a, b) -> FloatFusion.multiplyAdd(context, format, a, b, d, product, addend);
        };
    }
}
