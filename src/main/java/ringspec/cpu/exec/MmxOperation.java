package ringspec.cpu.exec;

import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/**
 * Instructions on MMX registers: the checks, the x87 state they leave, and the operands (SDM vol. 1, 9.4 to 9.6). The x87 state
 * changes only when nothing can fault any more.
 */
final class MmxOperation {

    /** What becomes of an MMX register's value. */
    @FunctionalInterface
    interface Sink {
        void accept(Cpu cpu, long value);
    }

    private MmxOperation() {
    }

    /** True if an operand is an MMX register. */
    static boolean isMmx(Instruction instruction) {
        for (Operand operand : instruction.operands()) {
            if (isMmx(operand)) {
                return true;
            }
        }
        return false;
    }

    static boolean isMmx(Operand operand) {
        return operand instanceof Operand.Reg reg && reg.register().kind() == Register.Kind.MM;
    }

    /** Number of the MMX register at a position. */
    static int number(Instruction instruction, int position) {
        return ((Operand.Reg) instruction.operand(position)).register().number();
    }

    /** "mm1, mm2/m64" or "mm1, mm2/m32"; memory of 32 bits is zero-extended. */
    static Operation binary(Instruction instruction, int offset, LaneOperation.Half half) {
        return withSource(instruction, offset, source(instruction, 1, offset), half);
    }

    /** An MMX register or memory. */
    static ToLongFunction<Cpu> source(Instruction instruction, int position, int offset) {
        if (instruction.operand(position) instanceof Operand.Mem mem) {
            EffectiveAddress address = new EffectiveAddress(instruction, mem, offset);
            int bits = mem.size() * 8;
            return cpu -> Location.load(cpu.memory, bits, address.linear(cpu));
        }
        int register = number(instruction, position);
        return cpu -> cpu.fpu.significand[register];
    }

    /** "mm1, imm8": a function of the destination alone. */
    static Operation unary(Instruction instruction, int offset, LongUnaryOperator function) {
        return withSource(instruction, offset, cpu -> 0, (a, b) -> function.applyAsLong(a));
    }

    /** A destination mm1 and a source that is read, and may fault, before anything changes. */
    static Operation withSource(Instruction instruction, int offset, ToLongFunction<Cpu> source,
            LaneOperation.Half half) {
        int d = number(instruction, 0);
        return SimpleOperation.of(instruction, offset, cpu -> {
            FpuAccess.requireMmx(cpu);
            long value = half.of(cpu.fpu.significand[d], source.applyAsLong(cpu));
            cpu.fpu.enterMmx();
            cpu.fpu.writeMmx(d, value);
        });
    }

    /** An instruction that reads an MMX register and writes another kind of destination, which may fault. */
    static Operation read(Instruction instruction, int offset, int position, Sink sink) {
        int register = number(instruction, position);
        return SimpleOperation.of(instruction, offset, cpu -> {
            FpuAccess.requireMmx(cpu);
            sink.accept(cpu, cpu.fpu.significand[register]);
            cpu.fpu.enterMmx();
        });
    }
}
