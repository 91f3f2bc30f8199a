package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;

/** CMPPS, COMISS, UCOMISS and their kin, SSE and AVX (SDM vol. 2A). */
final class FloatComparison {

    private static final int LESS = 1;
    private static final int EQUAL = 2;
    private static final int GREATER = 4;
    private static final int UNORDERED = 8;
    /** For which relations each predicate holds, by bits 3:0 of its number. */
    private static final int[] RELATIONS = {
            EQUAL, LESS, LESS | EQUAL, UNORDERED,
            LESS | GREATER | UNORDERED, EQUAL | GREATER | UNORDERED, GREATER | UNORDERED, LESS | EQUAL | GREATER,
            EQUAL | UNORDERED, LESS | UNORDERED, LESS | EQUAL | UNORDERED, 0,
            LESS | GREATER, EQUAL | GREATER, GREATER, LESS | EQUAL | GREATER | UNORDERED};
    private static final long UNORDERED_FLAGS = Rflags.ZF | Rflags.PF | Rflags.CF;

    private FloatComparison() {
    }

    static void register(Registry registry) {
        for (FloatFormat format : new FloatFormat[]{FloatFormat.SINGLE, FloatFormat.DOUBLE}) {
            String letter = format == FloatFormat.SINGLE ? "S" : "D";
            LaneOperation.both(registry, "UCOMIS" + letter, (i, offset) -> compare(i, offset, format, false));
            LaneOperation.both(registry, "COMIS" + letter, (i, offset) -> compare(i, offset, format, true));
            LaneOperation.both(registry, "CMPP" + letter, (i, offset) -> FloatOperations.packed(i, offset, format,
                    predicate(i)));
            LaneOperation.both(registry, "CMPS" + letter, (i, offset) -> FloatOperations.scalar(i, offset, format,
                    predicate(i)));
        }
    }

    /** COMIS signals quiet NaNs as well as signaling ones; with an unmasked exception the flags stay. */
    private static Operation compare(Instruction instruction, int offset, FloatFormat format, boolean signalsQuiet) {
        VectorOperands operands = VectorOperands.unary(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            FloatContext context = new FloatContext(cpu.mxcsr);
            long a = context.operand(format, Widths.truncate(format.width, operands.a(cpu, 0)));
            long b = context.operand(format, operands.scalar(cpu, at, format.width));
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

    /**
     * An immediate's predicate: bits 3:0 select a set of relations, and whether quiet NaNs are signaled, too, which bit 4 inverts
     * (SDM vol. 2A, table 3-1). Legacy SSE looks at bits 2:0 only.
     */
    private static FloatArithmetic.Element predicate(Instruction instruction) {
        int code = VectorOperands.immediate(instruction) & (VectorOperands.isVex(instruction) ? 31 : 7);
        int relations = RELATIONS[code & 15];
        boolean isInequality = (code & 3) == 1 || (code & 3) == 2;
        boolean signalsQuiet = isInequality != (code >= 16);
        return (context, format, first, second) -> {
            long a = context.operand(format, first);
            long b = context.operand(format, second);
            boolean unordered = isUnordered(context, format, a, b, signalsQuiet);
            int order = unordered ? 0 : format.compare(a, b);
            int relation = unordered ? UNORDERED : order < 0 ? LESS : order > 0 ? GREATER : EQUAL;
            return (relations & relation) != 0 ? -1 : 0;
        };
    }
}
