package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/**
 * ADD to TEST on two registers of 32 or 64 bits.
 *
 * <p>One class for each of the most frequent, since a virtual call per instruction is what an interpreter can afford, and a
 * second one, or a switch that the branch predictor misses, doubles its cost.
 */
abstract class AluRegister extends Operation {

    final int register;
    final int source;

    private AluRegister(Instruction instruction, int offset, Location first, Location second) {
        super(instruction, offset);
        this.register = first.register();
        this.source = second.register();
    }
    static Operation bind(int kind, Instruction instruction, int offset, Location first, Location second) {
        return first.bits() == 64 ? bind64(kind, instruction, offset, first, second)
                : bind32(kind, instruction, offset, first, second);
    }

    private static Operation bind64(int kind, Instruction instruction, int offset, Location first, Location second) {
        return switch (kind) {
            case AluKind.ADD -> new Add64(instruction, offset, first, second);
            case AluKind.SUB -> new Sub64(instruction, offset, first, second);
            case AluKind.AND -> new And64(instruction, offset, first, second);
            case AluKind.XOR -> new Xor64(instruction, offset, first, second);
            case AluKind.CMP -> new Cmp64(instruction, offset, first, second);
            case AluKind.TEST -> new Test64(instruction, offset, first, second);
            default -> new Other(kind, instruction, offset, first, second);
        };
    }

    private static Operation bind32(int kind, Instruction instruction, int offset, Location first, Location second) {
        return switch (kind) {
            case AluKind.ADD -> new Add32(instruction, offset, first, second);
            case AluKind.SUB -> new Sub32(instruction, offset, first, second);
            case AluKind.AND -> new And32(instruction, offset, first, second);
            case AluKind.XOR -> new Xor32(instruction, offset, first, second);
            case AluKind.CMP -> new Cmp32(instruction, offset, first, second);
            case AluKind.TEST -> new Test32(instruction, offset, first, second);
            default -> new Other(kind, instruction, offset, first, second);
        };
    }

    private static final class Add64 extends AluRegister {
        Add64(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.add(cpu.flags, 64, cpu.gpr[register], cpu.gpr[source]);
        }
    }

    private static final class Sub64 extends AluRegister {
        Sub64(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.sub(cpu.flags, 64, cpu.gpr[register], cpu.gpr[source]);
        }
    }

    private static final class And64 extends AluRegister {
        And64(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.and(cpu.flags, 64, cpu.gpr[register], cpu.gpr[source]);
        }
    }

    private static final class Xor64 extends AluRegister {
        Xor64(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.xor(cpu.flags, 64, cpu.gpr[register], cpu.gpr[source]);
        }
    }

    private static final class Cmp64 extends AluRegister {
        Cmp64(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            Arithmetic.sub(cpu.flags, 64, cpu.gpr[register], cpu.gpr[source]);
        }
    }

    private static final class Test64 extends AluRegister {
        Test64(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            Arithmetic.and(cpu.flags, 64, cpu.gpr[register], cpu.gpr[source]);
        }
    }

    private static final class Add32 extends AluRegister {
        Add32(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.add(cpu.flags, 32, cpu.gpr[register], cpu.gpr[source]) & 0xFFFF_FFFFL;
        }
    }

    private static final class Sub32 extends AluRegister {
        Sub32(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.sub(cpu.flags, 32, cpu.gpr[register], cpu.gpr[source]) & 0xFFFF_FFFFL;
        }
    }

    private static final class And32 extends AluRegister {
        And32(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.and(cpu.flags, 32, cpu.gpr[register], cpu.gpr[source]) & 0xFFFF_FFFFL;
        }
    }

    private static final class Xor32 extends AluRegister {
        Xor32(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = Arithmetic.xor(cpu.flags, 32, cpu.gpr[register], cpu.gpr[source]) & 0xFFFF_FFFFL;
        }
    }

    private static final class Cmp32 extends AluRegister {
        Cmp32(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            Arithmetic.sub(cpu.flags, 32, cpu.gpr[register], cpu.gpr[source]);
        }
    }

    private static final class Test32 extends AluRegister {
        Test32(Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
        }

        @Override
        public void execute(Cpu cpu) {
            Arithmetic.and(cpu.flags, 32, cpu.gpr[register], cpu.gpr[source]);
        }
    }

    private static final class Other extends AluRegister {
        private final int kind;
        private final int bits;

        Other(int kind, Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset, first, second);
            this.kind = kind;
            this.bits = first.bits();
        }

        @Override
        public void execute(Cpu cpu) {
            long result = AluKind.apply(kind, cpu.flags, bits, cpu.gpr[register], cpu.gpr[source]);
            if (kind < AluKind.CMP) {
                Location.writeRegister(cpu, register, bits, result);
            }
        }
    }
}
