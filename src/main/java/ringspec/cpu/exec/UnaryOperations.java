package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Flags;
import ringspec.isa.Instruction;

/** INC DEC NEG NOT, MUL IMUL DIV IDIV, XADD, CMPXCHG, CMPXCHG8B, CMPXCHG16B (SDM vol. 2). */
final class UnaryOperations {

    /** What becomes of one operand. */
    @FunctionalInterface
    private interface Change {
        long apply(Flags flags, int bits, long value);
    }

    private UnaryOperations() {
    }

    static void register(Registry registry) {
        registry.add("INC", (i, at) -> step(i, at, true));
        registry.add("DEC", (i, at) -> step(i, at, false));
        registry.add("NEG", (i, at) -> inPlace(i, at, (flags, bits, value) -> Arithmetic.sub(flags, bits, 0, value)));
        registry.add("NOT", (i, at) -> inPlace(i, at, (flags, bits, value) -> ~value));
        registry.add("MUL", (i, at) -> wide(i, at, (cpu, bits, value) -> Multiplication.multiply(cpu, bits, value,
                false)));
        registry.add("IMUL", UnaryOperations::imul);
        registry.add("DIV", (i, at) -> wide(i, at, (cpu, bits, value) -> Multiplication.divide(cpu, bits, value,
                false)));
        registry.add("IDIV", (i, at) -> wide(i, at, (cpu, bits, value) -> Multiplication.divide(cpu, bits, value,
                true)));
        registry.add("XADD", UnaryOperations::xadd);
        registry.add("CMPXCHG", UnaryOperations::cmpxchg);
        registry.add("CMPXCHG8B", UnaryOperations::cmpxchg8b);
        registry.add("CMPXCHG16B", UnaryOperations::cmpxchg16b);
    }

    private static Operation step(Instruction instruction, int offset, boolean up) {
        Location place = Location.of(instruction, 0, offset);
        if (place.isPlainRegister() && place.bits() >= 32) {
            return new RegisterStep(instruction, offset, place, up);
        }
        return inPlace(instruction, offset, up ? Arithmetic::inc : Arithmetic::dec);
    }

    /** INC or DEC of a 32- or 64-bit register: the loop counter's instruction. */
    private static final class RegisterStep extends Operation {
        private final int register;
        private final int bits;
        private final boolean up;

        RegisterStep(Instruction instruction, int offset, Location place, boolean up) {
            super(instruction, offset);
            this.register = place.register();
            this.bits = place.bits();
            this.up = up;
        }

        @Override
        public void execute(Cpu cpu) {
            long value = cpu.gpr[register];
            long result = up ? Arithmetic.inc(cpu.flags, bits, value) : Arithmetic.dec(cpu.flags, bits, value);
            cpu.gpr[register] = Widths.truncate(bits, result);
        }
    }

    private static Operation inPlace(Instruction instruction, int offset, Change change) {
        Location place = Location.of(instruction, 0, offset);
        int bits = place.bits();
        if (place.isMemory()) {
            return SimpleOperation.of(instruction, offset, cpu -> {
                long linear = place.address().linear(cpu);
                cpu.memory.prepareWrite(linear, bits >>> 3);
                long value = Location.load(cpu.memory, bits, linear);
                Location.store(cpu.memory, bits, linear, change.apply(cpu.flags, bits, value));
            });
        }
        return SimpleOperation.of(instruction, offset, cpu -> place.write(cpu, change.apply(cpu.flags, bits, place.read(
                cpu))));
    }

    /** An instruction of one source operand whose other operands are RAX and RDX. */
    @FunctionalInterface
    private interface Wide {
        void apply(Cpu cpu, int bits, long value);
    }

    private static Operation wide(Instruction instruction, int offset, Wide wide) {
        Location source = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> wide.apply(cpu, source.bits(), source.read(cpu)));
    }

    private static Operation imul(Instruction instruction, int offset) {
        if (instruction.operands().size() == 1) {
            return wide(instruction, offset, (cpu, bits, value) -> Multiplication.multiply(cpu, bits, value, true));
        }
        Location target = Location.of(instruction, 0, offset);
        boolean two = instruction.operands().size() == 2;
        Location first = Location.of(instruction, two ? 0 : 1, offset);
        Location second = Location.of(instruction, two ? 1 : 2, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long b = second.read(cpu);
            long a = first.read(cpu);
            target.write(cpu, Multiplication.imul(cpu.flags, target.bits(), a, b));
        });
    }

    private static Operation xadd(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset, cpu -> {
            target.prepareWrite(cpu);
            long before = target.read(cpu);
            long sum = Arithmetic.add(cpu.flags, bits, before, source.read(cpu));
            // The memory address may depend on the source register; XADD of a register with itself leaves the sum.
            if (target.isMemory()) {
                target.write(cpu, sum);
                source.write(cpu, before);
            } else {
                source.write(cpu, before);
                target.write(cpu, sum);
            }
        });
    }

    /**
     * CMPXCHG. Memory is written in both cases, so that it must be writable; a register that stays as it is keeps its upper half,
     * as silicon has it.
     */
    private static Operation cmpxchg(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset, cpu -> {
            target.prepareWrite(cpu);
            long before = target.read(cpu);
            Arithmetic.sub(cpu.flags, bits, cpu.gpr[Cpu.RAX], before);
            if (cpu.flags.zf()) {
                target.write(cpu, source.read(cpu));
            } else {
                if (target.isMemory()) {
                    target.write(cpu, before);
                }
                Location.writeRegister(cpu, Cpu.RAX, bits, before);
            }
        });
    }

    private static Operation cmpxchg8b(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset, 64);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long linear = target.address().linear(cpu);
            cpu.memory.prepareWrite(linear, 8);
            long before = cpu.memory.read64(linear);
            long[] gpr = cpu.gpr;
            boolean equal = before == (gpr[Cpu.RDX] << 32 | gpr[Cpu.RAX] & 0xFFFF_FFFFL);
            if (equal) {
                cpu.memory.write64(linear, gpr[Cpu.RCX] << 32 | gpr[Cpu.RBX] & 0xFFFF_FFFFL);
            } else {
                cpu.memory.write64(linear, before);
                gpr[Cpu.RAX] = before & 0xFFFF_FFFFL;
                gpr[Cpu.RDX] = before >>> 32;
            }
            cpu.flags.setZf(equal);
        });
    }

    /** CMPXCHG16B: #GP(0) unless the operand is aligned to 16 bytes. */
    private static Operation cmpxchg16b(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset, 64);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long linear = target.address().linear(cpu);
            if (!Cpu.isCanonical(linear)) {
                throw Fault.nonCanonical(linear);
            }
            if ((linear & 15) != 0) {
                throw Fault.generalProtection();
            }
            cpu.memory.prepareWrite(linear, 16);
            long low = cpu.memory.read64(linear);
            long high = cpu.memory.read64(linear + 8);
            long[] gpr = cpu.gpr;
            boolean equal = low == gpr[Cpu.RAX] && high == gpr[Cpu.RDX];
            cpu.memory.write64(linear, equal ? gpr[Cpu.RBX] : low);
            cpu.memory.write64(linear + 8, equal ? gpr[Cpu.RCX] : high);
            if (!equal) {
                gpr[Cpu.RAX] = low;
                gpr[Cpu.RDX] = high;
            }
            cpu.flags.setZf(equal);
        });
    }
}
