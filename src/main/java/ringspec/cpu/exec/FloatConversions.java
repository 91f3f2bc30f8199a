package ringspec.cpu.exec;

import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** Binds the conversions between integers, single and double precision, SSE and AVX (SDM vol. 1, 11.4.4 and 14.1). */
final class FloatConversions {

    private FloatConversions() {
    }

    /** Converts one element. */
    @FunctionalInterface
    private interface Conversion {
        long of(FloatContext context, long element);
    }

    static void register(Registry registry) {
        for (FloatFormat format : new FloatFormat[]{FloatFormat.SINGLE, FloatFormat.DOUBLE}) {
            String suffix = format == FloatFormat.SINGLE ? "SS" : "SD";
            LaneOperation.both(registry, "CVTSI2" + suffix, (i, offset) -> fromGeneral(i, offset, format));
            LaneOperation.both(registry, "CVT" + suffix + "2SI", (i, offset) -> toGeneral(i, offset, format, false));
            LaneOperation.both(registry, "CVTT" + suffix + "2SI", (i, offset) -> toGeneral(i, offset, format, true));
        }
        betweenScalars(registry, "CVTSS2SD", FloatFormat.SINGLE, FloatFormat.DOUBLE);
        betweenScalars(registry, "CVTSD2SS", FloatFormat.DOUBLE, FloatFormat.SINGLE);
        widening(registry, "CVTPS2PD", (context, element) -> FloatConversion.convert(context, FloatFormat.SINGLE,
                FloatFormat.DOUBLE, element & 0xFFFF_FFFFL));
        widening(registry, "CVTDQ2PD", (context, element) -> FloatConversion.fromInteger(context, FloatFormat.DOUBLE,
                (int) element));
        narrowing(registry, "CVTPD2PS", (context, element) -> FloatConversion.convert(context, FloatFormat.DOUBLE,
                FloatFormat.SINGLE, element));
        narrowing(registry, "CVTPD2DQ", (context, element) -> FloatConversion.toInteger(context, FloatFormat.DOUBLE,
                element, 32, context.rounding()));
        narrowing(registry, "CVTTPD2DQ", (context, element) -> FloatConversion.toInteger(context, FloatFormat.DOUBLE,
                element, 32, FloatRounding.TO_ZERO));
        singles(registry, "CVTDQ2PS", (context, format, a, b) -> FloatConversion.fromInteger(context, format, (int) b));
        singles(registry, "CVTPS2DQ", (context, format, a, b) -> FloatConversion.toInteger(context, format, b, 32,
                context.rounding()));
        singles(registry, "CVTTPS2DQ", (context, format, a, b) -> FloatConversion.toInteger(context, format, b, 32,
                FloatRounding.TO_ZERO));
    }

    /** 32-bit elements to 32-bit elements. */
    private static void singles(Registry registry, String mnemonic, FloatArithmetic.Element element) {
        LaneOperation.both(registry, mnemonic, (i, offset) -> FloatOperations.unary(i, offset, FloatFormat.SINGLE,
                element));
    }

    /** The integer is the last operand; before it, with VEX encoding, is the register that gives the rest of the result. */
    private static Operation fromGeneral(Instruction instruction, int offset, FloatFormat format) {
        boolean vex = VectorOperands.isVex(instruction);
        VectorOperands operands = VectorOperands.at(instruction, offset, 0, vex ? 1 : 0, 0);
        Location source = Location.of(instruction, vex ? 2 : 1, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long value = FloatConversion.fromInteger(context, format, Widths.signExtend(source.bits(), source.read(
                    cpu)));
            context.finish(cpu);
            operands.write(cpu, format == FloatFormat.DOUBLE ? value : FloatLanes.merge32(operands.a(cpu, 0), value),
                    operands.a(cpu, 1));
        });
    }

    private static Operation toGeneral(Instruction instruction, int offset, FloatFormat format, boolean truncates) {
        var target = ((Operand.Reg) instruction.operand(0)).register();
        XmmOperand source = XmmOperand.of(instruction, 1, offset);
        boolean vex = VectorOperands.isVex(instruction);
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            FloatContext context = new FloatContext(cpu.mxcsr);
            FloatRounding rounding = truncates ? FloatRounding.TO_ZERO : context.rounding();
            long value = FloatConversion.toInteger(context, format, source.read(cpu, format.width), bits, rounding);
            context.finish(cpu);
            Location.writeRegister(cpu, target.number(), bits, value);
        });
    }

    private static void betweenScalars(Registry registry, String mnemonic, FloatFormat from, FloatFormat to) {
        LaneOperation.both(registry, mnemonic, (i, offset) -> FloatLanes.scalar(i, VectorOperands.binary(i, offset),
                offset, from.width, to.width, (context, a, b) -> FloatConversion.convert(context, from, to, b)));
    }

    /** Two 32-bit elements to two 64-bit ones in each lane. */
    private static void widening(Registry registry, String mnemonic, Conversion conversion) {
        LaneOperation.both(registry, mnemonic, (i, offset) -> FloatLanes.widening(i, VectorOperands.unary(i, offset),
                offset, (context, out, at, part) -> {
                    out[at] = conversion.of(context, part);
                    out[at + 1] = conversion.of(context, part >>> 32);
                }));
    }

    /** Two 64-bit elements to two 32-bit ones, the upper half of the destination cleared. */
    private static void narrowing(Registry registry, String mnemonic, Conversion conversion) {
        LaneOperation.both(registry, mnemonic, (i, offset) -> FloatLanes.narrowing(i, VectorOperands.unary(i, offset),
                offset, VectorOperands.isWide(i.operand(1)), (context, low, high) -> conversion.of(context, low)
                        & 0xFFFF_FFFFL | conversion.of(context, high) << 32));
    }
}
