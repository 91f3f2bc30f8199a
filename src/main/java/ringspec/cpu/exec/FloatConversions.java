package ringspec.cpu.exec;

import java.math.BigInteger;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** Conversions between integers, single and double precision (SDM vol. 1, 11.4.4 and 11.6). */
final class FloatConversions {

    private FloatConversions() {
    }

    static void register(Registry registry) {
        for (FloatFormat format : FloatFormat.values()) {
            String suffix = format == FloatFormat.SINGLE ? "SS" : "SD";
            registry.add("CVTSI2" + suffix, (i, offset) -> fromGeneral(i, offset, format));
            registry.add("CVT" + suffix + "2SI", (i, offset) -> toGeneral(i, offset, format, false));
            registry.add("CVTT" + suffix + "2SI", (i, offset) -> toGeneral(i, offset, format, true));
        }
        registry.add("CVTSS2SD", (i, offset) -> betweenScalars(i, offset, FloatFormat.SINGLE, FloatFormat.DOUBLE));
        registry.add("CVTSD2SS", (i, offset) -> betweenScalars(i, offset, FloatFormat.DOUBLE, FloatFormat.SINGLE));
        registry.add("CVTPS2PD", (i, offset) -> widening(i, offset,
                (context, element) -> convert(context, FloatFormat.SINGLE, FloatFormat.DOUBLE, element
                        & 0xFFFF_FFFFL)));
        registry.add("CVTDQ2PD", (i, offset) -> widening(i, offset,
                (context, element) -> fromInteger(context, FloatFormat.DOUBLE, (int) element)));
        registry.add("CVTPD2PS", (i, offset) -> narrowing(i, offset,
                (context, element) -> convert(context, FloatFormat.DOUBLE, FloatFormat.SINGLE, element)));
        registry.add("CVTPD2DQ", (i, offset) -> narrowing(i, offset,
                (context, element) -> toInteger(context, FloatFormat.DOUBLE, element, 32, context.rounding())));
        registry.add("CVTTPD2DQ", (i, offset) -> narrowing(i, offset,
                (context, element) -> toInteger(context, FloatFormat.DOUBLE, element, 32, FloatRounding.TO_ZERO)));
        registry.add("CVTDQ2PS", (i, offset) -> FloatOperations.packed(i, offset, FloatFormat.SINGLE,
                (context, format, a, b) -> fromInteger(context, format, (int) b)));
        registry.add("CVTPS2DQ", (i, offset) -> FloatOperations.packed(i, offset, FloatFormat.SINGLE,
                (context, format, a, b) -> toInteger(context, format, b, 32, context.rounding())));
        registry.add("CVTTPS2DQ", (i, offset) -> FloatOperations.packed(i, offset, FloatFormat.SINGLE,
                (context, format, a, b) -> toInteger(context, format, b, 32, FloatRounding.TO_ZERO)));
    }

    /** Converts one element. */
    private interface Conversion {
        long of(FloatContext context, long element);
    }

    private static Operation fromGeneral(Instruction instruction, int offset, FloatFormat format) {
        int d = XmmOperand.destination(instruction);
        Location source = Location.of(instruction, 1, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long value = fromInteger(context, format, Widths.signExtend(source.bits(), source.read(cpu)));
            context.finish(cpu);
            FloatOperations.writeLowest(cpu, d, format, value);
        });
    }

    private static Operation toGeneral(Instruction instruction, int offset, FloatFormat format, boolean truncates) {
        var target = ((Operand.Reg) instruction.operand(0)).register();
        XmmOperand source = XmmOperand.of(instruction, 1, offset);
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            FloatRounding rounding = truncates ? FloatRounding.TO_ZERO : context.rounding();
            long value = toInteger(context, format, source.read(cpu, format.width), bits, rounding);
            context.finish(cpu);
            Location.writeRegister(cpu, target.number(), bits, value);
        });
    }

    private static Operation betweenScalars(Instruction instruction, int offset, FloatFormat from, FloatFormat to) {
        return XmmOperand.scalar(instruction, offset, from.width, (cpu, d, low, high) -> {
            FloatContext context = new FloatContext(cpu.mxcsr);
            long value = convert(context, from, to, low);
            context.finish(cpu);
            FloatOperations.writeLowest(cpu, d, to, value);
        });
    }

    /** Two 32-bit elements to two 64-bit ones. */
    private static Operation widening(Instruction instruction, int offset, Conversion conversion) {
        return XmmOperand.scalar(instruction, offset, 64, (cpu, d, low, high) -> {
            FloatContext context = new FloatContext(cpu.mxcsr);
            long first = conversion.of(context, low);
            long second = conversion.of(context, low >>> 32);
            context.finish(cpu);
            cpu.xmm[d] = first;
            cpu.xmm[d + 1] = second;
        });
    }

    /** Two 64-bit elements to two 32-bit ones, the upper half of the destination cleared. */
    private static Operation narrowing(Instruction instruction, int offset, Conversion conversion) {
        return XmmOperand.packed(instruction, offset, (cpu, d, low, high) -> {
            FloatContext context = new FloatContext(cpu.mxcsr);
            long value = conversion.of(context, low) & 0xFFFF_FFFFL | conversion.of(context, high) << 32;
            context.finish(cpu);
            cpu.xmm[d] = value;
            cpu.xmm[d + 1] = 0;
        });
    }

    private static long fromInteger(FloatContext context, FloatFormat format, long value) {
        if (value == 0) {
            return 0;
        }
        return FloatRounding.round(context, format, value < 0, BigInteger.valueOf(value).abs(), 0);
    }

    /**
     * Rounds to a signed integer; what doesn't fit gives the integer indefinite, 1 followed by zeros. Denormals are no exception
     * here.
     */
    private static long toInteger(FloatContext context, FloatFormat format, long bits, int width,
            FloatRounding rounding) {
        long x = context.operand(format, bits);
        long indefinite = -1L << width - 1;
        if (format.isNan(x) || format.isInfinite(x) || format.exponent(x) > 64) {
            context.raise(FloatContext.INVALID);
            return indefinite;
        }
        BigInteger significand = BigInteger.valueOf(format.significand(x));
        int shift = -format.exponent(x);
        BigInteger rounded = rounding.shift(significand, shift, format.isNegative(x));
        BigInteger value = format.isNegative(x) ? rounded.negate() : rounded;
        if (value.bitLength() >= width) {
            context.raise(FloatContext.INVALID);
            return indefinite;
        }
        if (significand.signum() != 0 && significand.getLowestSetBit() < shift) {
            context.raise(FloatContext.PRECISION);
        }
        return value.longValueExact();
    }

    /** Between the formats; the payload of a NaN is kept at its top bits. */
    private static long convert(FloatContext context, FloatFormat from, FloatFormat to, long bits) {
        long x = context.operand(from, bits);
        boolean negative = from.isNegative(x);
        if (from.isNan(x)) {
            if (from.isSignaling(x)) {
                context.raise(FloatContext.INVALID);
            }
            int wider = to.precision - from.precision;
            long payload = from.quiet(x) & from.fraction;
            return to.infinity(negative) | (wider > 0 ? payload << wider : payload >>> -wider);
        }
        if (from.isInfinite(x) || from.isZero(x)) {
            return from.isZero(x) ? to.zero(negative) : to.infinity(negative);
        }
        context.noteDenormal(from, x);
        return FloatRounding.round(context, to, negative, BigInteger.valueOf(from.significand(x)), from.exponent(x));
    }
}
