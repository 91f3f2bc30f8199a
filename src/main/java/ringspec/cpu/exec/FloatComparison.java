package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** CMPPS and its kin, COMISS, UCOMISS and their kin (SDM vol. 2A). */
final class FloatComparison {

    private static final int LESS = 1;
    private static final int LESS_OR_EQUAL = 2;
    private static final int UNORDERED = 3;
    private static final long UNORDERED_FLAGS = Rflags.ZF | Rflags.PF | Rflags.CF;

    private FloatComparison() {
    }

    static void register(Registry registry) {
        registry.add("UCOMISS", (i, offset) -> compare(i, offset, FloatFormat.SINGLE, false));
        registry.add("COMISS", (i, offset) -> compare(i, offset, FloatFormat.SINGLE, true));
        registry.add("UCOMISD", (i, offset) -> compare(i, offset, FloatFormat.DOUBLE, false));
        registry.add("COMISD", (i, offset) -> compare(i, offset, FloatFormat.DOUBLE, true));
        registry.add("CMPPS", (i, offset) -> FloatOperations.packed(i, offset, FloatFormat.SINGLE, predicate(i)));
        registry.add("CMPPD", (i, offset) -> FloatOperations.packed(i, offset, FloatFormat.DOUBLE, predicate(i)));
        registry.add("CMPSS", (i, offset) -> FloatOperations.scalar(i, offset, FloatFormat.SINGLE, predicate(i)));
        registry.add("CMPSD", (i, offset) -> FloatOperations.scalar(i, offset, FloatFormat.DOUBLE, predicate(i)));
    }

    /** COMIS signals quiet NaNs as well as signaling ones; with an unmasked exception the flags stay. */
    private static Operation compare(Instruction instruction, int offset, FloatFormat format, boolean signalsQuiet) {
        return XmmOperand.scalar(instruction, offset, format.width, (cpu, d, low, high) -> {
            FloatContext context = new FloatContext(cpu.mxcsr);
            long a = context.operand(format, Widths.truncate(format.width, cpu.xmm[d]));
            long b = context.operand(format, low);
            boolean unordered = isUnordered(context, format, a, b, signalsQuiet);
            context.finish(cpu);
            setFlags(cpu, unordered, unordered ? 0 : format.compare(a, b));
        });
    }

    private static void setFlags(Cpu cpu, boolean unordered, int order) {
        long relation = order < 0 ? Rflags.CF : order == 0 ? Rflags.ZF : 0;
        cpu.flags.setArithmetic(unordered ? UNORDERED_FLAGS : relation);
    }

    /** Notes invalid and denormal operands; true if one is a NaN. */
    private static boolean isUnordered(FloatContext context, FloatFormat format, long a, long b, boolean signalsQuiet) {
        if (format.isNan(a) || format.isNan(b)) {
            if (signalsQuiet || format.isSignaling(a) || format.isSignaling(b)) {
                context.raise(FloatContext.INVALID);
            }
            return true;
        }
        context.noteDenormal(format, a);
        context.noteDenormal(format, b);
        return false;
    }

    /** Bits 1:0 select EQ, LT, LE or UNORD, bit 2 negates; LT, LE and their negations signal quiet NaNs. */
    private static FloatArithmetic.Element predicate(Instruction instruction) {
        int code = (int) ((Operand.Imm) instruction.operand(2)).value() & 7;
        int relation = code & 3;
        boolean negated = (code & 4) != 0;
        boolean signalsQuiet = relation == LESS || relation == LESS_OR_EQUAL;
        return (context, format, first, second) -> {
            long a = context.operand(format, first);
            long b = context.operand(format, second);
            boolean unordered = isUnordered(context, format, a, b, signalsQuiet);
            int order = unordered ? 0 : format.compare(a, b);
            boolean holds = switch (relation) {
                case LESS -> !unordered && order < 0;
                case LESS_OR_EQUAL -> !unordered && order <= 0;
                case UNORDERED -> unordered;
                default -> !unordered && order == 0;
            };
            return holds != negated ? -1 : 0;
        };
    }
}
