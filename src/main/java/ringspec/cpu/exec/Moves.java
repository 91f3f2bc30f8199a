package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/** The forms of MOV, MOVZX and LEA that make up most of any program. */
final class Moves {

    private Moves() {
    }

    /** A register and an address. */
    private abstract static class Access extends Operation {
        final int register;
        final EffectiveAddress address;

        Access(Instruction instruction, int offset, Location register, Location memory) {
            super(instruction, offset);
            this.register = register.register();
            this.address = memory.address();
        }
    }

    static final class Load64 extends Access {
        Load64(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset, target, source);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = cpu.memory.read64(address.linear(cpu));
        }
    }

    static final class Load32 extends Access {
        Load32(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset, target, source);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = cpu.memory.read32(address.linear(cpu)) & 0xFFFF_FFFFL;
        }
    }

    /** MOVZX r32 or r64, m8. */
    static final class LoadByte extends Access {
        LoadByte(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset, target, source);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = cpu.memory.read8(address.linear(cpu)) & 0xFF;
        }
    }

    static final class Store64 extends Access {
        Store64(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset, source, target);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.memory.write64(address.linear(cpu), cpu.gpr[register]);
        }
    }

    static final class Store32 extends Access {
        Store32(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset, source, target);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.memory.write32(address.linear(cpu), (int) cpu.gpr[register]);
        }
    }

    static final class Store8 extends Access {
        Store8(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset, source, target);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.memory.write8(address.linear(cpu), (int) cpu.gpr[register]);
        }
    }

    static final class Lea64 extends Access {
        Lea64(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset, target, source);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = address.offset(cpu);
        }
    }

    static final class Copy64 extends Operation {
        private final int target;
        private final int source;

        Copy64(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset);
            this.target = target.register();
            this.source = source.register();
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[target] = cpu.gpr[source];
        }
    }

    static final class Copy32 extends Operation {
        private final int target;
        private final int source;

        Copy32(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset);
            this.target = target.register();
            this.source = source.register();
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[target] = cpu.gpr[source] & 0xFFFF_FFFFL;
        }
    }

    /** r32 or r64, constant. */
    static final class Constant extends Operation {
        private final int target;
        private final long value;

        Constant(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset);
            this.target = target.register();
            this.value = Widths.truncate(target.bits(), source.constant());
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[target] = value;
        }
    }

    /** Memory, constant. */
    static final class StoreConstant extends Operation {
        private final EffectiveAddress address;
        private final int bits;
        private final long value;

        StoreConstant(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset);
            this.address = target.address();
            this.bits = target.bits();
            this.value = source.constant();
        }

        @Override
        public void execute(Cpu cpu) {
            Location.store(cpu.memory, bits, address.linear(cpu), value);
        }
    }

    /** MOVZX, MOVSX or MOVSXD of a register into one of 32 or 64 bits. */
    static final class Widen extends Operation {
        private final int target;
        private final int source;
        private final int targetBits;
        private final int sourceBits;
        private final boolean signed;

        Widen(Instruction instruction, int offset, Location target, Location source, boolean signed) {
            super(instruction, offset);
            this.target = target.register();
            this.source = source.register();
            this.targetBits = target.bits();
            this.sourceBits = source.bits();
            this.signed = signed;
        }

        @Override
        public void execute(Cpu cpu) {
            long value = cpu.gpr[source];
            cpu.gpr[target] = signed ? Widths.truncate(targetBits, Widths.signExtend(sourceBits, value))
                    : Widths.truncate(sourceBits, value);
        }
    }

    /** MOVSXD r64, m32. */
    static final class LoadSigned32 extends Access {
        LoadSigned32(Instruction instruction, int offset, Location target, Location source) {
            super(instruction, offset, target, source);
        }

        @Override
        public void execute(Cpu cpu) {
            cpu.gpr[register] = cpu.memory.read32(address.linear(cpu));
        }
    }
}
