package ringspec.cpu.exec;

import java.util.Arrays;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** Moves of whole vector registers and of their parts (SDM vol. 2: MOVAPS to MOVUPS, LDDQU, VZEROALL, VZEROUPPER). */
final class VectorMoves {

    private VectorMoves() {
    }

    static void register(Registry registry) {
        for (String name : new String[]{"MOVAPS", "MOVAPD", "MOVDQA", "MOVNTPS", "MOVNTPD", "MOVNTDQ", "MOVNTDQA"}) {
            LaneOperation.both(registry, name, (i, offset) -> whole(i, offset, true));
        }
        for (String name : new String[]{"MOVUPS", "MOVUPD", "MOVDQU", "LDDQU"}) {
            LaneOperation.both(registry, name, (i, offset) -> whole(i, offset, false));
        }
        LaneOperation.both(registry, "MOVSS", (i, offset) -> scalar(i, offset, 32));
        LaneOperation.both(registry, "MOVSD", (i, offset) -> scalar(i, offset, 64));
        for (String suffix : new String[]{"PS", "PD"}) {
            LaneOperation.both(registry, "MOVL" + suffix, (i, offset) -> half(i, offset, 0));
            LaneOperation.both(registry, "MOVH" + suffix, (i, offset) -> half(i, offset, 1));
        }
        LaneOperation.lanes(registry, "MOVHLPS", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = bHigh;
            out[at + 1] = aHigh;
        });
        LaneOperation.lanes(registry, "MOVLHPS", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = aLow;
            out[at + 1] = bLow;
        });
        registry.add("VZEROUPPER", (i, offset) -> zero(i, offset, false));
        registry.add("VZEROALL", (i, offset) -> zero(i, offset, true));
    }

    private static Operation whole(Instruction instruction, int offset, boolean aligned) {
        return instruction.operand(0) instanceof Operand.Mem mem ? store(instruction, offset, mem, aligned)
                : LaneOperation.halves(instruction, VectorOperands.at(instruction, offset, 0, 0, 1, aligned), offset,
                        (a, b) -> b);
    }

    private static Operation store(Instruction instruction, int offset, Operand.Mem mem, boolean aligned) {
        EffectiveAddress address = new EffectiveAddress(instruction, mem, offset);
        int from = VectorOperands.index(instruction, 1);
        boolean vex = VectorOperands.isVex(instruction);
        int bytes = mem.size();
        int mask = aligned ? bytes - 1 : 0;
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            long linear = address.linear(cpu);
            VectorOperands.requireAligned(linear, mask);
            VectorOperands.prepareStore(cpu, linear, bytes);
            for (int i = 0; i < bytes >>> 3; i++) {
                VectorOperands.write64(cpu, linear + 8 * i, VectorOperands.register(cpu, from, i));
            }
        });
    }

    /** A register source leaves the rest of the first source, a memory source clears it. */
    private static Operation scalar(Instruction instruction, int offset, int bits) {
        if (instruction.operand(0) instanceof Operand.Mem) {
            return storeHalf(instruction, offset, 0);
        }
        boolean fromMemory = instruction.operands().getLast() instanceof Operand.Mem;
        VectorOperands operands = fromMemory ? VectorOperands.unary(instruction, offset)
                : VectorOperands.binary(instruction, offset);
        long rest = fromMemory || bits == 64 ? 0 : 0xFFFF_FFFFL << 32;
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long low = operands.a(cpu, 0) & rest | operands.scalar(cpu, at, bits);
            operands.write(cpu, low, fromMemory ? 0 : operands.a(cpu, 1));
        });
    }

    /** Stores one half of a register, or as many of its low bits as the memory operand has. */
    private static Operation storeHalf(Instruction instruction, int offset, int half) {
        Location target = Location.of(instruction, 0, offset);
        int from = VectorOperands.index(instruction, 1) + half;
        boolean vex = VectorOperands.isVex(instruction);
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            target.write(cpu, cpu.xmm[from]);
        });
    }

    /** Moves between one half of a register and memory; the other half is the first source's. */
    private static Operation half(Instruction instruction, int offset, int half) {
        if (instruction.operand(0) instanceof Operand.Mem) {
            return storeHalf(instruction, offset, half);
        }
        VectorOperands operands = VectorOperands.binary(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long value = operands.scalar(cpu, at, 64);
            operands.write(cpu, half == 0 ? value : operands.a(cpu, 0), half == 0 ? operands.a(cpu, 1) : value);
        });
    }

    /** Outside 64-bit mode YMM8 to YMM15 are not there, and stay. */
    private static Operation zero(Instruction instruction, int offset, boolean all) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.requireAvx(cpu);
            boolean is64 = (cpu.segments[SegmentRegister.CS].attributes & SegmentRegister.LONG) != 0;
            int halves = is64 ? 32 : 16;
            Arrays.fill(cpu.ymmHigh, 0, halves, 0);
            if (all) {
                Arrays.fill(cpu.xmm, 0, halves, 0);
            }
        });
    }
}
