package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentLoader;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/** PUSH, POP, PUSHA, POPA, PUSHF, POPF, ENTER and LEAVE of 16-bit and 32-bit code (SDM vol. 2). */
final class LegacyStackOperations {

    private static final int REGISTERS = 8;

    private LegacyStackOperations() {
    }

    static void register(Registry registry) {
        registry.add("PUSHFD", (i, at) -> pushf(i, at, 32));
        registry.add("POPFD", (i, at) -> popf(i, at, 32));
        registry.add("PUSHA", (i, at) -> SimpleOperation.of(i, at, cpu -> pushAll(cpu, 16)));
        registry.add("PUSHAD", (i, at) -> SimpleOperation.of(i, at, cpu -> pushAll(cpu, 32)));
        registry.add("POPA", (i, at) -> SimpleOperation.of(i, at, cpu -> popAll(cpu, 16)));
        registry.add("POPAD", (i, at) -> SimpleOperation.of(i, at, cpu -> popAll(cpu, 32)));
    }

    private static int segment(Instruction instruction) {
        return instruction.operand(0) instanceof Operand.Reg reg && reg.register().kind() == Register.Kind.SEGMENT
                ? reg.register().number()
                : -1;
    }

    static Operation push(Instruction instruction, int offset) {
        int bits = instruction.operandSize();
        int segment = segment(instruction);
        if (segment >= 0) {
            return SimpleOperation.of(instruction, offset,
                    cpu -> LegacyStack.push(cpu, bits, cpu.segments[segment].selector));
        }
        Location source = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> LegacyStack.push(cpu, bits, source.read(cpu)));
    }

    static Operation pop(Instruction instruction, int offset) {
        int bits = instruction.operandSize();
        int segment = segment(instruction);
        if (segment >= 0) {
            return SimpleOperation.last(instruction, offset, cpu -> popSegment(cpu, bits, segment));
        }
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> pop(cpu, bits, target));
    }

    private static void popSegment(Cpu cpu, int bits, int segment) {
        int selector = (int) LegacyStack.read(cpu, cpu.gpr[Cpu.RSP], bits) & 0xFFFF;
        long mask = LegacyStack.mask(cpu);
        SegmentLoader.load(cpu, segment, selector);
        // The width of the stack that was popped from counts, not that of the one just loaded.
        cpu.gpr[Cpu.RSP] = cpu.gpr[Cpu.RSP] & ~mask & 0xFFFF_FFFFL | cpu.gpr[Cpu.RSP] + (bits >>> 3) & mask;
        if (segment == SegmentRegister.SS) {
            cpu.interruptShadow = true;
        }
    }

    /** A destination in memory whose address uses ESP is computed with the ESP after the pop. */
    private static void pop(Cpu cpu, int bits, Location target) {
        long before = cpu.gpr[Cpu.RSP];
        long value = LegacyStack.read(cpu, before, bits);
        LegacyStack.release(cpu, bits >>> 3);
        if (!target.isMemory()) {
            target.write(cpu, value);
            return;
        }
        long after = cpu.gpr[Cpu.RSP];
        cpu.gpr[Cpu.RSP] = before;
        long linear = linearAfter(cpu, target, before, after);
        Location.store(cpu.memory, bits, linear, value);
        cpu.gpr[Cpu.RSP] = after;
    }

    private static long linearAfter(Cpu cpu, Location target, long before, long after) {
        cpu.gpr[Cpu.RSP] = after;
        try {
            return target.address().linear(cpu);
        } finally {
            cpu.gpr[Cpu.RSP] = before;
        }
    }

    /** EAX, ECX, EDX, EBX, the ESP before, EBP, ESI, EDI; all eight can be written, or nothing is. */
    private static void pushAll(Cpu cpu, int bits) {
        int bytes = bits >>> 3;
        long top = cpu.gpr[Cpu.RSP];
        for (int i = REGISTERS; i >= 1; i--) {
            LegacyStack.prepare(cpu, top - (long) i * bytes, bits);
        }
        for (int i = 0; i < REGISTERS; i++) {
            LegacyStack.write(cpu, top - (i + 1L) * bytes, bits, i == Cpu.RSP ? top : cpu.gpr[i]);
        }
        LegacyStack.setPointer(cpu, top - (long) REGISTERS * bytes);
    }

    /** The other way round; the popped ESP is thrown away. */
    private static void popAll(Cpu cpu, int bits) {
        int bytes = bits >>> 3;
        long bottom = cpu.gpr[Cpu.RSP];
        long[] values = new long[REGISTERS];
        for (int i = 0; i < REGISTERS; i++) {
            values[i] = LegacyStack.read(cpu, bottom + (REGISTERS - 1L - i) * bytes, bits);
        }
        for (int i = 0; i < REGISTERS; i++) {
            if (i != Cpu.RSP) {
                Location.writeRegister(cpu, i, bits, values[i]);
            }
        }
        LegacyStack.setPointer(cpu, bottom + (long) REGISTERS * bytes);
    }

    static Operation pushf(Instruction instruction, int offset, int bits) {
        return SimpleOperation.of(instruction, offset,
                cpu -> LegacyStack.push(cpu, bits, cpu.flags.value() & ~(Rflags.VM | Rflags.RF)));
    }

    static Operation popf(Instruction instruction, int offset, int bits) {
        return SimpleOperation.last(instruction, offset, cpu -> {
            long value = LegacyStack.read(cpu, cpu.gpr[Cpu.RSP], bits);
            LegacyStack.release(cpu, bits >>> 3);
            StackOperations.loadFlags(cpu, value, bits);
        });
    }

    static Operation enter(Instruction instruction, int offset) {
        int bits = instruction.operandSize();
        long size = Location.of(instruction, 0, offset).constant() & 0xFFFF;
        int level = (int) Location.of(instruction, 1, offset).constant() & 31;
        return SimpleOperation.of(instruction, offset, cpu -> enter(cpu, bits, size, level));
    }

    private static void enter(Cpu cpu, int bits, long size, int level) {
        int bytes = bits >>> 3;
        long frame = cpu.gpr[Cpu.RSP] - bytes;
        long lowest = frame - (long) level * bytes;
        long[] links = new long[Math.max(level, 1)];
        for (int i = 1; i < level; i++) {
            links[i] = LegacyStack.read(cpu, cpu.gpr[Cpu.RBP] - (long) i * bytes, bits);
        }
        for (int i = level; i >= 0; i--) {
            LegacyStack.prepare(cpu, frame - (long) i * bytes, bits);
        }
        LegacyStack.prepare(cpu, lowest - size, bits);
        LegacyStack.write(cpu, frame, bits, cpu.gpr[Cpu.RBP]);
        for (int i = 1; i < level; i++) {
            LegacyStack.write(cpu, frame - (long) i * bytes, bits, links[i]);
        }
        if (level > 0) {
            LegacyStack.write(cpu, lowest, bits, frame);
        }
        // EBP gets the operand size, ESP the stack's width.
        Location.writeRegister(cpu, Cpu.RBP, bits, frame & LegacyStack.mask(cpu));
        LegacyStack.setPointer(cpu, lowest - size);
    }

    static Operation leave(Instruction instruction, int offset) {
        int bits = instruction.operandSize();
        return SimpleOperation.of(instruction, offset, cpu -> {
            long frame = cpu.gpr[Cpu.RBP];
            long caller = LegacyStack.read(cpu, frame, bits);
            LegacyStack.setPointer(cpu, frame + (bits >>> 3));
            Location.writeRegister(cpu, Cpu.RBP, bits, caller);
        });
    }
}
