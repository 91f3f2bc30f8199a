package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/** Binds the arithmetic instructions: packed and scalar, single and double (SDM vol. 1, 10.4.1.2 and 11.4.1.2). */
final class FloatOperations {

    private FloatOperations() {
    }

    static void register(Registry registry) {
        family(registry, "ADD", FloatArithmetic::add);
        family(registry, "SUB", FloatArithmetic::subtract);
        family(registry, "MUL", FloatArithmetic::multiply);
        family(registry, "DIV", FloatArithmetic::divide);
        family(registry, "SQRT", FloatArithmetic::squareRoot);
        family(registry, "MIN", FloatArithmetic::minimum);
        family(registry, "MAX", FloatArithmetic::maximum);
        registry.add("RCPPS", (i, offset) -> packed(i, offset, FloatFormat.SINGLE, FloatEstimates::reciprocal));
        registry.add("RCPSS", (i, offset) -> scalar(i, offset, FloatFormat.SINGLE, FloatEstimates::reciprocal));
        registry.add("RSQRTPS", (i, offset) -> packed(i, offset, FloatFormat.SINGLE, FloatEstimates::reciprocalRoot));
        registry.add("RSQRTSS", (i, offset) -> scalar(i, offset, FloatFormat.SINGLE, FloatEstimates::reciprocalRoot));
    }

    private static void family(Registry registry, String name, FloatArithmetic.Element element) {
        registry.add(name + "PS", (i, offset) -> packed(i, offset, FloatFormat.SINGLE, element));
        registry.add(name + "PD", (i, offset) -> packed(i, offset, FloatFormat.DOUBLE, element));
        registry.add(name + "SS", (i, offset) -> scalar(i, offset, FloatFormat.SINGLE, element));
        registry.add(name + "SD", (i, offset) -> scalar(i, offset, FloatFormat.DOUBLE, element));
    }

    static Operation packed(Instruction instruction, int offset, FloatFormat format, FloatArithmetic.Element element) {
        return XmmOperand.packed(instruction, offset, (cpu, d, low, high) -> {
            FloatContext context = new FloatContext(cpu.mxcsr);
            long newLow = elements(context, format, cpu.xmm[d], low, element);
            long newHigh = elements(context, format, cpu.xmm[d + 1], high, element);
            context.finish(cpu);
            cpu.xmm[d] = newLow;
            cpu.xmm[d + 1] = newHigh;
        });
    }

    /** The one or two elements of 64 bits. */
    private static long elements(FloatContext context, FloatFormat format, long a, long b,
            FloatArithmetic.Element element) {
        if (format == FloatFormat.DOUBLE) {
            return element.of(context, format, a, b);
        }
        long lower = element.of(context, format, a & 0xFFFF_FFFFL, b & 0xFFFF_FFFFL);
        return lower & 0xFFFF_FFFFL | element.of(context, format, a >>> 32, b >>> 32) << 32;
    }

    /** Computes the lowest element, the rest of the destination stays. */
    static Operation scalar(Instruction instruction, int offset, FloatFormat format, FloatArithmetic.Element element) {
        return XmmOperand.scalar(instruction, offset, format.width, (cpu, d, low, high) -> {
            FloatContext context = new FloatContext(cpu.mxcsr);
            long result = element.of(context, format, Widths.truncate(format.width, cpu.xmm[d]), low);
            context.finish(cpu);
            writeLowest(cpu, d, format, result);
        });
    }

    /** Replaces the lowest element of a register. */
    static void writeLowest(Cpu cpu, int d, FloatFormat format, long bits) {
        cpu.xmm[d] = format == FloatFormat.DOUBLE ? bits : cpu.xmm[d] & 0xFFFF_FFFFL << 32 | bits & 0xFFFF_FFFFL;
    }
}
