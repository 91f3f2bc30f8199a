package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;

/**
 * SHL SHR SAR ROL ROR of a 32- or 64-bit register by a constant other than 0, with the same results as {@link Shifts}. Without
 * branches, since what is shifted out is as good as random.
 */
abstract class ConstantShifts extends Operation {

    final int register;
    final int bits;
    final int count;

    private ConstantShifts(Instruction instruction, int offset, Location target, int count) {
        super(instruction, offset);
        this.register = target.register();
        this.bits = target.bits();
        this.count = count;
    }

    /** The operation, or null if there is none for the kind and count. */
    static Operation bind(int kind, Instruction instruction, int offset, Location target, int rawCount) {
        int count = Shifts.mask(target.bits(), rawCount);
        if (count == 0) {
            return null;
        }
        return switch (kind) {
            case Shifts.ROL -> new RotateLeft(instruction, offset, target, count);
            case Shifts.ROR -> new RotateRight(instruction, offset, target, count);
            case Shifts.SHR -> new Right(instruction, offset, target, count);
            case Shifts.SAR -> new ArithmeticRight(instruction, offset, target, count);
            case Shifts.RCL, Shifts.RCR -> null;
            default -> new Left(instruction, offset, target, count);
        };
    }

    final long value(Cpu cpu) {
        return Widths.truncate(bits, cpu.gpr[register]);
    }

    final void store(Cpu cpu, long result) {
        cpu.gpr[register] = Widths.truncate(bits, result);
    }

    /** The flags of a shift, from CF and CF xor OF in bit 0. */
    final void setFlags(Cpu cpu, long result, long cf, long cfXorOf) {
        cpu.flags.set(Widths.signExtend(bits, result), cf << 63 | (cfXorOf & 1) << 62, Rflags.AF);
    }

    private static final class Left extends ConstantShifts {
        Left(Instruction instruction, int offset, Location target, int count) {
            super(instruction, offset, target, count);
        }

        @Override
        public void execute(Cpu cpu) {
            long value = value(cpu);
            long result = value << count;
            setFlags(cpu, result, value >>> bits - count, result >>> bits - 1);
            store(cpu, result);
        }
    }

    private static final class Right extends ConstantShifts {
        Right(Instruction instruction, int offset, Location target, int count) {
            super(instruction, offset, target, count);
        }

        @Override
        public void execute(Cpu cpu) {
            long value = value(cpu);
            long result = value >>> count;
            long cf = value >>> count - 1;
            setFlags(cpu, result, cf, cf ^ result >>> bits - 1 ^ result >>> bits - 2);
            store(cpu, result);
        }
    }

    private static final class ArithmeticRight extends ConstantShifts {
        ArithmeticRight(Instruction instruction, int offset, Location target, int count) {
            super(instruction, offset, target, count);
        }

        @Override
        public void execute(Cpu cpu) {
            long value = Widths.signExtend(bits, cpu.gpr[register]);
            long cf = value >>> count - 1;
            setFlags(cpu, value >> count, cf, cf);
            store(cpu, value >> count);
        }
    }

    /** Rotates change CF and OF only. */
    private static final class RotateLeft extends ConstantShifts {
        RotateLeft(Instruction instruction, int offset, Location target, int count) {
            super(instruction, offset, target, count);
        }

        @Override
        public void execute(Cpu cpu) {
            long value = value(cpu);
            long result = value << count | value >>> bits - count;
            cpu.flags.setCarries(result << 63 | (result >>> bits - 1 & 1) << 62);
            store(cpu, result);
        }
    }

    private static final class RotateRight extends ConstantShifts {
        RotateRight(Instruction instruction, int offset, Location target, int count) {
            super(instruction, offset, target, count);
        }

        @Override
        public void execute(Cpu cpu) {
            long value = value(cpu);
            long result = value >>> count | value << bits - count;
            cpu.flags.setCarries(result << 64 - bits);
            store(cpu, result);
        }
    }
}
