package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Flags;
import ringspec.isa.Instruction;

/**
 * BMI1 and BMI2: the VEX-encoded instructions on general-purpose registers (SDM vol. 2). They need neither XCR0 nor CR4.OSXSAVE. Flags
 * that the SDM leaves undefined are those of AMD silicon (measured on Zen 5).
 */
final class BitManipulation {

    /** A result of two sources, both zero-extended. */
    @FunctionalInterface
    private interface Binary {
        long apply(Flags flags, int bits, long first, long second);
    }

    /** A result of one source. */
    @FunctionalInterface
    private interface Unary {
        long apply(Flags flags, int bits, long source);
    }

    private BitManipulation() {
    }

    static void register(Registry registry) {
        registry.add("ANDN", (i, at) -> binary(i, at, (flags, bits, a, b) -> Arithmetic.and(flags, bits, ~a, b)));
        registry.add("BEXTR", (i, at) -> binary(i, at, BitManipulation::bextr));
        registry.add("BZHI", (i, at) -> binary(i, at, BitManipulation::bzhi));
        registry.add("PDEP", (i, at) -> binary(i, at, (flags, bits, a, mask) -> Long.expand(a, mask)));
        registry.add("PEXT", (i, at) -> binary(i, at, (flags, bits, a, mask) -> Long.compress(a, mask)));
        registry.add("SHLX", (i, at) -> binary(i, at, (flags, bits, a, count) -> a << (count & bits - 1)));
        registry.add("SHRX", (i, at) -> binary(i, at, (flags, bits, a, count) -> a >>> (count & bits - 1)));
        registry.add("SARX", (i, at) -> binary(i, at, (flags, bits, a, count) -> Widths.signExtend(bits,
                a) >> (count & bits - 1)));
        registry.add("RORX", (i, at) -> binary(i, at, (flags, bits, a, count) -> rotatedRight(bits, a, (int) count)));
        registry.add("BLSI", (i, at) -> unary(i, at, (flags, bits, a) -> logic(flags, bits, a & -a, a != 0)));
        registry.add("BLSR", (i, at) -> unary(i, at, (flags, bits, a) -> logic(flags, bits, a & a - 1, a == 0)));
        registry.add("BLSMSK", (i, at) -> unary(i, at, (flags, bits, a) -> logic(flags, bits, a ^ a - 1, a == 0)));
        registry.add("MULX", BitManipulation::mulx);
    }

    private static Operation binary(Instruction instruction, int offset, Binary function) {
        Location target = Location.of(instruction, 0, offset);
        Location first = Location.of(instruction, 1, offset);
        Location second = Location.of(instruction, 2, offset);
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset, cpu -> {
            long a = first.read(cpu);
            long b = second.read(cpu);
            target.write(cpu, function.apply(cpu.flags, bits, a, b));
        });
    }

    private static Operation unary(Instruction instruction, int offset, Unary function) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset, cpu -> {
            long a = source.read(cpu);
            target.write(cpu, function.apply(cpu.flags, bits, a));
        });
    }

    private static long logic(Flags flags, int bits, long result, boolean cf) {
        flags.setLogic(Widths.signExtend(bits, result));
        flags.setCf(cf);
        return result;
    }

    /** Bits 7:0 of the control are the first bit, bits 15:8 the length. */
    private static long bextr(Flags flags, int bits, long source, long control) {
        int start = (int) control & 0xFF;
        int length = (int) control >>> 8 & 0xFF;
        long shifted = start >= bits ? 0 : source >>> start;
        long result = length >= 64 ? shifted : shifted & (1L << length) - 1;
        flags.set(Widths.signExtend(bits, result), 0, -1);
        return result;
    }

    private static long bzhi(Flags flags, int bits, long source, long control) {
        int index = (int) control & 0xFF;
        return logic(flags, bits, index >= bits ? source : source & (1L << index) - 1, index >= bits);
    }

    private static long rotatedRight(int bits, long value, int count) {
        return bits == 64 ? Long.rotateRight(value, count)
                : Integer.rotateRight((int) value, count) & 0xFFFF_FFFFL;
    }

    /** The high half goes to the first operand, after the low one: if both are the same register, the high half stays. */
    private static Operation mulx(Instruction instruction, int offset) {
        Location high = Location.of(instruction, 0, offset);
        Location low = Location.of(instruction, 1, offset);
        Location source = Location.of(instruction, 2, offset);
        if (high.bits() == 64) {
            return SimpleOperation.of(instruction, offset, cpu -> {
                long a = cpu.gpr[Cpu.RDX];
                long b = source.read(cpu);
                low.write(cpu, a * b);
                high.write(cpu, Math.unsignedMultiplyHigh(a, b));
            });
        }
        return SimpleOperation.of(instruction, offset, cpu -> {
            long product = (cpu.gpr[Cpu.RDX] & 0xFFFF_FFFFL) * source.read(cpu);
            low.write(cpu, product);
            high.write(cpu, product >>> 32);
        });
    }
}
