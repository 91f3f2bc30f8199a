package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/** ADD OR ADC SBB AND SUB XOR CMP TEST (SDM vol. 2). */
final class AluOperations {

    private AluOperations() {
    }

    static void register(Registry registry) {
        for (String mnemonic : AluKind.MNEMONICS) {
            int kind = AluKind.of(mnemonic);
            registry.add(mnemonic, (instruction, offset) -> bind(kind, instruction, offset));
        }
    }

    private static Operation bind(int kind, Instruction instruction, int offset) {
        Location first = Location.of(instruction, 0, offset);
        Location second = Location.of(instruction, 1, offset);
        int bits = first.bits();
        boolean fast = bits >= 32;
        if (fast && first.isPlainRegister() && second.isPlainRegister()) {
            return AluRegister.bind(kind, instruction, offset, first, second);
        }
        if (fast && first.isPlainRegister() && second.isConstant()) {
            return AluImmediate.bind(kind, instruction, offset, first, second.constant());
        }
        if (fast && first.isPlainRegister() && second.isMemory()) {
            return bits == 64 ? new Load64(kind, instruction, offset, first, second)
                    : new Load32(kind, instruction, offset, first, second);
        }
        if (fast && first.isMemory()) {
            return bits == 64 ? new Memory64(kind, instruction, offset, first, second)
                    : new Memory32(kind, instruction, offset, first, second);
        }
        return new General(kind, instruction, offset, first, second);
    }

    /** r64, m64. */
    private static final class Load64 extends Operation {
        private final int kind;
        private final int register;
        private final EffectiveAddress address;

        Load64(int kind, Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset);
            this.kind = kind;
            this.register = first.register();
            this.address = second.address();
        }

        @Override
        public void execute(Cpu cpu) {
            long b = cpu.memory.read64(address.linear(cpu));
            long result = AluKind.apply(kind, cpu.flags, 64, cpu.gpr[register], b);
            if (kind < AluKind.CMP) {
                cpu.gpr[register] = result;
            }
        }
    }

    /** r32, m32. */
    private static final class Load32 extends Operation {
        private final int kind;
        private final int register;
        private final EffectiveAddress address;

        Load32(int kind, Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset);
            this.kind = kind;
            this.register = first.register();
            this.address = second.address();
        }

        @Override
        public void execute(Cpu cpu) {
            long b = cpu.memory.read32(address.linear(cpu));
            long result = AluKind.apply(kind, cpu.flags, 32, cpu.gpr[register], b);
            if (kind < AluKind.CMP) {
                cpu.gpr[register] = result & 0xFFFF_FFFFL;
            }
        }
    }

    /** m64 and a register or constant. */
    private static final class Memory64 extends Operation {
        private final int kind;
        private final EffectiveAddress address;
        /** Negative for a constant. */
        private final int register;
        private final long constant;

        Memory64(int kind, Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset);
            this.kind = kind;
            this.address = first.address();
            this.register = second.isConstant() ? -1 : second.register();
            this.constant = second.constant();
        }

        @Override
        public void execute(Cpu cpu) {
            long linear = address.linear(cpu);
            long b = register < 0 ? constant : cpu.gpr[register];
            if (kind >= AluKind.CMP) {
                AluKind.apply(kind, cpu.flags, 64, cpu.memory.read64(linear), b);
                return;
            }
            cpu.memory.prepareWrite(linear, 8);
            long result = AluKind.apply(kind, cpu.flags, 64, cpu.memory.read64(linear), b);
            cpu.memory.write64(linear, result);
        }
    }

    /** m32 and a register or constant. */
    private static final class Memory32 extends Operation {
        private final int kind;
        private final EffectiveAddress address;
        /** Negative for a constant. */
        private final int register;
        private final long constant;

        Memory32(int kind, Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset);
            this.kind = kind;
            this.address = first.address();
            this.register = second.isConstant() ? -1 : second.register();
            this.constant = second.constant();
        }

        @Override
        public void execute(Cpu cpu) {
            long linear = address.linear(cpu);
            long b = register < 0 ? constant : cpu.gpr[register];
            if (kind >= AluKind.CMP) {
                AluKind.apply(kind, cpu.flags, 32, cpu.memory.read32(linear), b);
                return;
            }
            cpu.memory.prepareWrite(linear, 4);
            long result = AluKind.apply(kind, cpu.flags, 32, cpu.memory.read32(linear), b);
            cpu.memory.write32(linear, (int) result);
        }
    }

    /** Every other form. */
    private static final class General extends Operation {
        private final int kind;
        private final int bits;
        private final Location first;
        private final Location second;

        General(int kind, Instruction instruction, int offset, Location first, Location second) {
            super(instruction, offset);
            this.kind = kind;
            this.bits = first.bits();
            this.first = first;
            this.second = second;
        }

        @Override
        public void execute(Cpu cpu) {
            long b = second.read(cpu);
            if (first.isMemory()) {
                executeOnMemory(cpu, b);
                return;
            }
            long result = AluKind.apply(kind, cpu.flags, bits, first.read(cpu), b);
            if (kind < AluKind.CMP) {
                first.write(cpu, result);
            }
        }

        private void executeOnMemory(Cpu cpu, long b) {
            long linear = first.address().linear(cpu);
            if (kind < AluKind.CMP) {
                cpu.memory.prepareWrite(linear, bits >>> 3);
                long a = Location.load(cpu.memory, bits, linear);
                Location.store(cpu.memory, bits, linear, AluKind.apply(kind, cpu.flags, bits, a, b));
            } else {
                AluKind.apply(kind, cpu.flags, bits, Location.load(cpu.memory, bits, linear), b);
            }
        }
    }
}
