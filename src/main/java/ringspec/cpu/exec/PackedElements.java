package ringspec.cpu.exec;

import java.util.Map;
import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** Single elements put in and taken out (PINSRW, PEXTRB, ..), sign masks and tests. */
final class PackedElements {

    private PackedElements() {
    }

    static void register(Registry registry) {
        Map.of("B", 8, "W", 16, "D", 32, "Q", 64).forEach((suffix, width) -> {
            LaneOperation.both(registry, "PINSR" + suffix, (i, offset) -> insert(i, offset, width));
            LaneOperation.both(registry, "PEXTR" + suffix, (i, offset) -> extract(i, offset, width));
        });
        LaneOperation.both(registry, "PMOVMSKB", (i, offset) -> signs(i, offset, 8));
        LaneOperation.both(registry, "MOVMSKPS", (i, offset) -> signs(i, offset, 32));
        LaneOperation.both(registry, "MOVMSKPD", (i, offset) -> signs(i, offset, 64));
        LaneOperation.both(registry, "PTEST", (i, offset) -> test(i, offset, -1));
        registry.add("VTESTPS", (i, offset) -> test(i, offset, Swar.DWORDS));
        registry.add("VTESTPD", (i, offset) -> test(i, offset, Swar.QWORDS));
    }

    /** Replaces the element of a that the immediate names by a general register's low bits or memory. */
    private static Operation insert(Instruction instruction, int offset, int width) {
        int position = instruction.operands().size() - 2;
        Location source = Location.of(instruction, position, offset, width);
        int perHalf = 64 / width;
        int number = VectorOperands.immediate(instruction) & 2 * perHalf - 1;
        if (MmxOperation.isMmx(instruction)) {
            int lowest = number & perHalf - 1;
            return MmxOperation.withSource(instruction, offset, source::read,
                    (a, value) -> replace(a, lowest, width, value));
        }
        boolean vex = VectorOperands.isVex(instruction);
        VectorOperands operands = VectorOperands.at(instruction, offset, 0, vex ? 1 : 0, 0);
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            long value = source.read(cpu);
            long low = operands.a(cpu, 0);
            long high = operands.a(cpu, 1);
            operands.write(cpu, number < perHalf ? replace(low, number, width, value) : low,
                    number < perHalf ? high : replace(high, number - perHalf, width, value));
        });
    }

    private static long replace(long elements, int number, int width, long value) {
        long mask = Widths.truncate(width, -1) << number * width;
        return elements & ~mask | value << number * width & mask;
    }

    /** An element to a general register, zero-extended, or to memory. */
    private static Operation extract(Instruction instruction, int offset, int width) {
        Location target = Location.of(instruction, 0, offset, width);
        int perHalf = 64 / width;
        int number = VectorOperands.immediate(instruction) & 2 * perHalf - 1;
        if (MmxOperation.isMmx(instruction)) {
            int shift = (number & perHalf - 1) * width;
            return MmxOperation.read(instruction, offset, 1,
                    (cpu, value) -> target.write(cpu, Widths.truncate(width, value >>> shift)));
        }
        boolean vex = VectorOperands.isVex(instruction);
        int from = VectorOperands.index(instruction, 1) + number / perHalf;
        int shift = number % perHalf * width;
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            target.write(cpu, Widths.truncate(width, cpu.xmm[from] >>> shift));
        });
    }

    /** Gathers the sign bits of all elements in a general register. */
    private static Operation signs(Instruction instruction, int offset, int width) {
        int target = ((Operand.Reg) instruction.operand(0)).register().number();
        if (MmxOperation.isMmx(instruction)) {
            return MmxOperation.read(instruction, offset, 1, (cpu, value) -> cpu.gpr[target] = signs(value, width));
        }
        boolean vex = VectorOperands.isVex(instruction);
        int from = VectorOperands.index(instruction, 1);
        int halves = VectorOperands.isWide(instruction.operand(1)) ? 4 : 2;
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            long result = 0;
            for (int i = halves - 1; i >= 0; i--) {
                result = result << 64 / width | signs(VectorOperands.register(cpu, from, i), width);
            }
            cpu.gpr[target] = result;
        });
    }

    private static long signs(long elements, int width) {
        if (width == 8) {
            // Each sign bit lands in another bit of the top byte, and no two partial products meet.
            return (elements >>> 7 & 0x0101_0101_0101_0101L) * 0x0102_0408_1020_4080L >>> 56;
        }
        return width == 64 ? elements >>> 63 : elements >>> 31 & 1 | elements >>> 63 << 1;
    }

    /** ZF if source AND destination is 0, CF if source AND NOT destination is 0, in the bits that count. */
    private static Operation test(Instruction instruction, int offset, long counted) {
        VectorOperands operands = VectorOperands.unary(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long and = 0;
            long andNot = 0;
            for (int i = 0; i < (operands.wide ? 4 : 2); i++) {
                long b = operands.b(cpu, at, i) & counted;
                and |= b & operands.a(cpu, i);
                andNot |= b & ~operands.a(cpu, i);
            }
            setFlags(cpu, and == 0, andNot == 0);
        });
    }

    private static void setFlags(Cpu cpu, boolean zero, boolean carry) {
        cpu.flags.setArithmetic((zero ? Rflags.ZF : 0) | (carry ? Rflags.CF : 0));
    }
}
