package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/**
 * ADD to TEST on a register of 32 or 64 bits and a constant.
 *
 * <p>One class for each of the most frequent, since a virtual call per instruction is what an interpreter can afford, and a
 * second one, or a switch that the branch predictor misses, doubles its cost.
 */
abstract class AluImmediate extends Operation {

    final int register;
    final long constant;

    private AluImmediate(Instruction instruction, int offset, Location first, long constant) {
        super(instruction, offset);
        this.register = first.register();
        this.constant = constant;
    }
    static Operation bind(int kind, Instruction instruction, int offset, Location first, long constant) {
        return first.bits() == 64 ? bind64(kind, instruction, offset, first, constant)
                : bind32(kind, instruction, offset, first, constant);
    }

    private static Operation bind64(int kind, Instruction instruction, int offset, Location first, long constant) {
        return switch (kind) {
            case AluKind.ADD -> new Add64(instruction, offset, first, constant);
            case AluKind.SUB -> new Sub64(instruction, offset, first, constant);
            case AluKind.AND -> new And64(instruction, offset, first, constant);
            case AluKind.XOR -> new Xor64(instruction, offset, first, constant);
            case AluKind.CMP -> new Cmp64(instruction, offset, first, constant);
            case AluKind.TEST -> new Test64(instruction, offset, first, constant);
            default -> new Other(kind, instruction, offset, first, constant);
        };
    }

    private static Operation bind32(int kind, Instruction instruction, int offset, Location first, long constant) {
        return switch (kind) {
            case AluKind.ADD -> new Add32(instruction, offset, first, constant);
            case AluKind.SUB -> new Sub32(instruction, offset, first, constant);
            case AluKind.AND -> new And32(instruction, offset, first, constant);
            case AluKind.XOR -> new Xor32(instruction, offset, first, constant);
            case AluKind.CMP -> new Cmp32(instruction, offset, first, constant);
            case AluKind.TEST -> new Test32(instruction, offset, first, constant);
            default -> new Other(kind, instruction, offset, first, constant);
        };
    }

    private static final class Add64 extends AluImmediate {
        Add64(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.add(cpu.flags, 64, cpu.gpr[register], constant);
        }
    }

    private static final class Sub64 extends AluImmediate {
        Sub64(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.sub(cpu.flags, 64, cpu.gpr[register], constant);
        }
    }

    private static final class And64 extends AluImmediate {
        And64(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.and(cpu.flags, 64, cpu.gpr[register], constant);
        }
    }

    private static final class Xor64 extends AluImmediate {
        Xor64(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.xor(cpu.flags, 64, cpu.gpr[register], constant);
        }
    }

    private static final class Cmp64 extends AluImmediate {
        Cmp64(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            Arithmetic.sub(cpu.flags, 64, cpu.gpr[register], constant);
        }
    }

    private static final class Test64 extends AluImmediate {
        Test64(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            Arithmetic.and(cpu.flags, 64, cpu.gpr[register], constant);
        }
    }

    private static final class Add32 extends AluImmediate {
        Add32(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.add(cpu.flags, 32, cpu.gpr[register], constant) & 0xFFFF_FFFFL;
        }
    }

    private static final class Sub32 extends AluImmediate {
        Sub32(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.sub(cpu.flags, 32, cpu.gpr[register], constant) & 0xFFFF_FFFFL;
        }
    }

    private static final class And32 extends AluImmediate {
        And32(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.and(cpu.flags, 32, cpu.gpr[register], constant) & 0xFFFF_FFFFL;
        }
    }

    private static final class Xor32 extends AluImmediate {
        Xor32(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.xor(cpu.flags, 32, cpu.gpr[register], constant) & 0xFFFF_FFFFL;
        }
    }

    private static final class Cmp32 extends AluImmediate {
        Cmp32(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            Arithmetic.sub(cpu.flags, 32, cpu.gpr[register], constant);
        }
    }

    private static final class Test32 extends AluImmediate {
        Test32(Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
        }

        @Override
        public void execute(Cpu cpu) {
            Arithmetic.and(cpu.flags, 32, cpu.gpr[register], constant);
        }
    }

    private static final class Other extends AluImmediate {
        private final int kind;
        private final int bits;

        Other(int kind, Instruction instruction, int offset, Location first, long constant) {
            super(instruction, offset, first, constant);
            this.kind = kind;
            this.bits = first.bits();
        }

        @Override
        public void execute(Cpu cpu) {
            long result = AluKind.apply(kind, cpu.flags, bits, cpu.gpr[register], constant);
            if (kind < AluKind.CMP) {
                Location.writeRegister(cpu, register, bits, result);
            }
        }
    }
}
