package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/** Binds what moves elements of floating-point vectors without computing: duplications, blends, INSERTPS and EXTRACTPS. */
final class FloatSelections {

    private static final long LOWER = 0xFFFF_FFFFL;

    private FloatSelections() {
    }

    static void register(Registry registry) {
        LaneOperation.unaryHalves(registry, "MOVSLDUP", (a, b) -> b & LOWER | b << 32);
        LaneOperation.unaryHalves(registry, "MOVSHDUP", (a, b) -> b >>> 32 | b & ~LOWER);
        LaneOperation.unaryLanes(registry, "MOVDDUP", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = bLow;
            out[at + 1] = bLow;
        });
        LaneOperation.both(registry, "BLENDPS", (i, offset) -> blend(i, offset, 2));
        LaneOperation.both(registry, "BLENDPD", (i, offset) -> blend(i, offset, 1));
        LaneOperation.both(registry, "BLENDVPS", (i, offset) -> blendBySign(i, offset, 32));
        LaneOperation.both(registry, "BLENDVPD", (i, offset) -> blendBySign(i, offset, 64));
        LaneOperation.both(registry, "INSERTPS", FloatSelections::insert);
        LaneOperation.both(registry, "EXTRACTPS", FloatSelections::extract);
    }

    /** Each bit of the immediate selects an element of the second source. */
    private static Operation blend(Instruction instruction, int offset, int elementsOfHalf) {
        int selection = VectorOperands.immediate(instruction);
        int width = 64 / elementsOfHalf;
        long[] masks = new long[4];
        for (int i = 0; i < 4 * elementsOfHalf; i++) {
            boolean selected = (selection >>> i & 1) != 0;
            masks[i / elementsOfHalf] |= selected ? Widths.truncate(width, -1) << width * (i % elementsOfHalf) : 0;
        }
        return LaneOperation.lanes(instruction, VectorOperands.binary(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> {
                    out[at] = aLow & ~masks[at] | bLow & masks[at];
                    out[at + 1] = aHigh & ~masks[at + 1] | bHigh & masks[at + 1];
                });
    }

    /** The signs of the last operand, with legacy SSE always XMM0, select elements of the second source. */
    private static Operation blendBySign(Instruction instruction, int offset, int width) {
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        int control = VectorOperands.index(instruction, instruction.operands().size() - 1);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long[] out = cpu.vectorResult;
            for (int i = 0; i < (operands.wide ? 4 : 2); i++) {
                long mask = signs(VectorOperands.register(cpu, control, i), width);
                out[i] = operands.a(cpu, i) & ~mask | operands.b(cpu, at, i) & mask;
            }
            operands.write(cpu, out);
        });
    }

    /** Each element filled with its sign. */
    private static long signs(long half, int width) {
        return width == 64 ? half >> 63 : half >> 63 & ~LOWER | (int) half >> 31 & LOWER;
    }

    /** Bits 7:6 of the immediate select the element of a register source, 5:4 its place, 3:0 elements to clear. */
    private static Operation insert(Instruction instruction, int offset) {
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        int control = VectorOperands.immediate(instruction);
        int place = control >>> 4 & 3;
        int from = operands.isMemory() ? 0 : control >>> 6;
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long element = operands.isMemory() ? operands.scalar(cpu, at, 32)
                    : operands.b(cpu, at, from >>> 1) >>> 32 * (from & 1);
            long[] out = cpu.vectorResult;
            out[0] = operands.a(cpu, 0);
            out[1] = operands.a(cpu, 1);
            replace(out, place, element);
            for (int i = 0; i < 4; i++) {
                if ((control >>> i & 1) != 0) {
                    replace(out, i, 0);
                }
            }
            operands.write(cpu, out[0], out[1]);
        });
    }

    private static void replace(long[] halves, int element, long bits) {
        int shift = 32 * (element & 1);
        halves[element >>> 1] = halves[element >>> 1] & ~(LOWER << shift) | (bits & LOWER) << shift;
    }

    private static Operation extract(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset, 32);
        int source = VectorOperands.index(instruction, 1);
        boolean vex = VectorOperands.isVex(instruction);
        int element = VectorOperands.immediate(instruction) & 3;
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            target.write(cpu, element(cpu, source, element));
        });
    }

    private static long element(Cpu cpu, int register, int element) {
        return cpu.xmm[register + (element >>> 1)] >>> 32 * (element & 1) & LOWER;
    }
}
