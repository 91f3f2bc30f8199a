package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentLoader;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/**
 * PUSH, POP, PUSHF, POPF, ENTER, LEAVE (SDM vol. 2). In 64-bit mode the stack pointer has 64 bits whatever the operand size; for code of
 * other sizes see {@link LegacyStackOperations}.
 */
final class StackOperations {

    private StackOperations() {
    }

    static void register(Registry registry) {
        registry.add("PUSH", OperationFactory.bySize(StackOperations::bindPush, LegacyStackOperations::push));
        registry.add("POP", OperationFactory.bySize(StackOperations::bindPop, LegacyStackOperations::pop));
        registry.add("PUSHF", OperationFactory.bySize((i, at) -> pushf(i, at, 16), (i, at) -> LegacyStackOperations
                .pushf(i, at, 16)));
        registry.add("PUSHFQ", (i, at) -> pushf(i, at, 64));
        registry.add("POPF", OperationFactory.bySize((i, at) -> popf(i, at, 16), (i, at) -> LegacyStackOperations.popf(
                i, at, 16)));
        registry.add("POPFQ", (i, at) -> popf(i, at, 64));
        registry.add("ENTER", OperationFactory.bySize(StackOperations::enter, LegacyStackOperations::enter));
        registry.add("LEAVE", OperationFactory.bySize(StackOperations::leave, LegacyStackOperations::leave));
        LegacyStackOperations.register(registry);
    }

    /** Pushes 8 bytes. */
    static void push64(Cpu cpu, long value) {
        long rsp = cpu.gpr[Cpu.RSP] - 8;
        cpu.memory.write64(rsp, value);
        cpu.gpr[Cpu.RSP] = rsp;
    }

    private static void push(Cpu cpu, int bits, long value) {
        long rsp = cpu.gpr[Cpu.RSP] - (bits >>> 3);
        Location.store(cpu.memory, bits, rsp, value);
        cpu.gpr[Cpu.RSP] = rsp;
    }

    private static Operation bindPush(Instruction instruction, int offset) {
        int bits = instruction.operandSize() == 16 ? 16 : 64;
        if (instruction.operand(0) instanceof Operand.Reg reg && reg.register().kind() == Register.Kind.SEGMENT) {
            int number = reg.register().number();
            return SimpleOperation.of(instruction, offset, cpu -> push(cpu, bits, cpu.segments[number].selector));
        }
        Location source = Location.of(instruction, 0, offset);
        if (bits == 64 && source.isPlainRegister()) {
            return new Push64(instruction, offset, source.register());
        }
        return SimpleOperation.of(instruction, offset, cpu -> push(cpu, bits, source.read(cpu)));
    }

    private static Operation bindPop(Instruction instruction, int offset) {
        int bits = instruction.operandSize() == 16 ? 16 : 64;
        if (instruction.operand(0) instanceof Operand.Reg reg && reg.register().kind() == Register.Kind.SEGMENT) {
            int number = reg.register().number();
            return SimpleOperation.last(instruction, offset, cpu -> {
                // With 64 bits, too, only the low 16 are the selector.
                int selector = (int) Location.load(cpu.memory, bits, cpu.gpr[Cpu.RSP]) & 0xFFFF;
                SegmentLoader.load(cpu, number, selector);
                cpu.gpr[Cpu.RSP] += bits >>> 3;
            });
        }
        Location target = Location.of(instruction, 0, offset);
        if (bits == 64 && target.isPlainRegister()) {
            return new Pop64(instruction, offset, target.register());
        }
        return SimpleOperation.of(instruction, offset, cpu -> pop(cpu, bits, target));
    }

    /** A destination in memory whose address uses RSP is computed with the RSP after the pop. */
    private static void pop(Cpu cpu, int bits, Location target) {
        long before = cpu.gpr[Cpu.RSP];
        long after = before + (bits >>> 3);
        long value = Location.load(cpu.memory, bits, before);
        if (target.isMemory()) {
            cpu.gpr[Cpu.RSP] = after;
            long linear = target.address().linear(cpu);
            cpu.gpr[Cpu.RSP] = before;
            Location.store(cpu.memory, bits, linear, value);
            cpu.gpr[Cpu.RSP] = after;
        } else {
            cpu.gpr[Cpu.RSP] = after;
            target.write(cpu, value);
        }
    }

    private static Operation pushf(Instruction instruction, int offset, int bits) {
        return SimpleOperation.of(instruction, offset, cpu -> push(cpu, bits, cpu.flags.value() & ~(Rflags.VM
                | Rflags.RF)));
    }

    private static Operation popf(Instruction instruction, int offset, int bits) {
        return SimpleOperation.last(instruction, offset, cpu -> {
            long rsp = cpu.gpr[Cpu.RSP];
            long value = Location.load(cpu.memory, bits, rsp);
            cpu.gpr[Cpu.RSP] = rsp + (bits >>> 3);
            loadFlags(cpu, value, bits);
        });
    }

    /** Loads what POPF may change from a popped value. */
    static void loadFlags(Cpu cpu, long value, int bits) {
        long mask = popfMask(cpu) & (bits == 16 ? 0xFFFF : -1L);
        cpu.setRflags(cpu.flags.value() & ~mask & ~Rflags.RF | value & mask);
    }

    /** What POPF may change (SDM vol. 2, POPF, table 4-17): IOPL only in ring 0, IF only where CPL <= IOPL, and no fault. */
    private static long popfMask(Cpu cpu) {
        long mask = Rflags.ARITHMETIC | Rflags.TF | Rflags.DF | Rflags.NT | Rflags.AC | Rflags.ID;
        if (cpu.cpl() == 0) {
            mask |= Rflags.IOPL;
        }
        return cpu.cpl() <= FlagOperations.iopl(cpu) ? mask | Rflags.IF : mask;
    }

    private static Operation enter(Instruction instruction, int offset) {
        int bits = instruction.operandSize() == 16 ? 16 : 64;
        long size = Location.of(instruction, 0, offset).constant() & 0xFFFF;
        int level = (int) Location.of(instruction, 1, offset).constant() & 31;
        return SimpleOperation.of(instruction, offset, cpu -> enter(cpu, bits, size, level));
    }

    /**
     * ENTER. The stack below the new frame must be writable, too (SDM vol. 2, ENTER, #PF). The pushes come before that is looked at, so
     * that they stay if it isn't, as on silicon; a restart makes them again.
     */
    private static void enter(Cpu cpu, int bits, long size, int level) {
        int bytes = bits >>> 3;
        long rsp = cpu.gpr[Cpu.RSP];
        long rbp = cpu.gpr[Cpu.RBP];
        long frame = rsp - bytes;
        long lowest = frame - (long) level * bytes;
        Location.store(cpu.memory, bits, frame, rbp);
        for (int i = 1; i < level; i++) {
            long link = Location.load(cpu.memory, bits, rbp - (long) i * bytes);
            Location.store(cpu.memory, bits, frame - (long) i * bytes, link);
        }
        if (level > 0) {
            Location.store(cpu.memory, bits, lowest, frame);
        }
        cpu.memory.prepareWrite(lowest - size, bytes);
        Location.writeRegister(cpu, Cpu.RBP, bits, frame);
        cpu.gpr[Cpu.RSP] = lowest - size;
    }

    private static Operation leave(Instruction instruction, int offset) {
        int bits = instruction.operandSize() == 16 ? 16 : 64;
        return SimpleOperation.of(instruction, offset, cpu -> {
            long frame = cpu.gpr[Cpu.RBP];
            long caller = Location.load(cpu.memory, bits, frame);
            cpu.gpr[Cpu.RSP] = frame + (bits >>> 3);
            Location.writeRegister(cpu, Cpu.RBP, bits, caller);
        });
    }

    private static final class Push64 extends Operation {
        private final int register;

        Push64(Instruction instruction, int offset, int register) {
            super(instruction, offset);
            this.register = register;
        }

        @Override
        public void execute(Cpu cpu) {
            push64(cpu, cpu.gpr[register]);
        }
    }

    private static final class Pop64 extends Operation {
        private final int register;

        Pop64(Instruction instruction, int offset, int register) {
            super(instruction, offset);
            this.register = register;
        }

        @Override
        public void execute(Cpu cpu) {
            long rsp = cpu.gpr[Cpu.RSP];
            long value = cpu.memory.read64(rsp);
            cpu.gpr[Cpu.RSP] = rsp + 8;
            cpu.gpr[register] = value;
        }
    }
}
