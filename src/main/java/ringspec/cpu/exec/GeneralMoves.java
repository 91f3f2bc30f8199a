package ringspec.cpu.exec;

import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/**
 * MOVD and MOVQ between vector, MMX and general registers and memory, MOVQ2DQ, MOVDQ2Q, MOVNTQ and EMMS: a source of 32 or 64 bits, the
 * rest of the destination cleared.
 */
final class GeneralMoves {

    private GeneralMoves() {
    }

    static void register(Registry registry) {
        LaneOperation.both(registry, "MOVD", GeneralMoves::move);
        LaneOperation.both(registry, "MOVQ", GeneralMoves::move);
        registry.add("MOVNTQ", GeneralMoves::move);
        registry.add("MOVQ2DQ", GeneralMoves::movq2dq);
        registry.add("MOVDQ2Q", GeneralMoves::movdq2q);
        registry.add("EMMS", (i, offset) -> SimpleOperation.of(i, offset, cpu -> {
            FpuAccess.requireMmx(cpu);
            cpu.fpu.enterMmx();
            cpu.fpu.tag = 0;
        }));
    }

    private static boolean isVector(Operand operand) {
        return operand instanceof Operand.Reg reg && reg.register().bits() >= 128;
    }

    private static Operation move(Instruction instruction, int offset) {
        if (MmxOperation.isMmx(instruction)) {
            return mmx(instruction, offset);
        }
        boolean vex = VectorOperands.isVex(instruction);
        if (isVector(instruction.operand(0)) && isVector(instruction.operand(1))) {
            VectorOperands operands = VectorOperands.unary(instruction, offset);
            return SimpleOperation.of(instruction, offset, cpu -> {
                long at = operands.begin(cpu);
                operands.write(cpu, operands.b(cpu, at, 0), 0);
            });
        }
        if (isVector(instruction.operand(0))) {
            VectorOperands operands = VectorOperands.at(instruction, offset, 0, 0, 0);
            Location source = Location.of(instruction, 1, offset);
            return SimpleOperation.of(instruction, offset, cpu -> {
                VectorOperands.require(cpu, vex);
                operands.write(cpu, source.read(cpu), 0);
            });
        }
        int from = VectorOperands.index(instruction, 1);
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            target.write(cpu, cpu.xmm[from]);
        });
    }

    private static Operation mmx(Instruction instruction, int offset) {
        if (!MmxOperation.isMmx(instruction.operand(0))) {
            Location target = Location.of(instruction, 0, offset);
            return MmxOperation.read(instruction, offset, 1, target::write);
        }
        if (MmxOperation.isMmx(instruction.operand(1))) {
            return MmxOperation.binary(instruction, offset, (a, b) -> b);
        }
        Location source = Location.of(instruction, 1, offset);
        return MmxOperation.withSource(instruction, offset, source::read, (a, b) -> b);
    }

    private static Operation movq2dq(Instruction instruction, int offset) {
        VectorOperands operands = VectorOperands.at(instruction, offset, 0, 0, 0);
        int from = MmxOperation.number(instruction, 1);
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            FpuAccess.requireMmx(cpu);
            cpu.fpu.enterMmx();
            operands.write(cpu, cpu.fpu.significand[from], 0);
        });
    }

    private static Operation movdq2q(Instruction instruction, int offset) {
        int to = MmxOperation.number(instruction, 0);
        int from = VectorOperands.index(instruction, 1);
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            FpuAccess.requireMmx(cpu);
            cpu.fpu.enterMmx();
            cpu.fpu.writeMmx(to, cpu.xmm[from]);
        });
    }
}
