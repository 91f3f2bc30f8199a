package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Feature;
import ringspec.cpu.FpuState;
import ringspec.cpu.LinearMemory;
import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/**
 * FLDENV, FNSTENV, FRSTOR and FNSAVE (SDM vol. 1, 8.1.10): an environment of 14 or 28 bytes by operand size, in one layout for
 * protected mode and 64-bit mode and another for real and virtual-8086 mode, then ST(0) to ST(7).
 */
final class X87Environment {

    private static final int REGISTER_SIZE = 10;
    private static final int SMALL = 14;
    private static final int LARGE = 28;
    private static final int OPCODE_MASK = 0x7FF;

    private X87Environment() {
    }

    static void register(Registry registry) {
        registry.add("FLDENV", (i, offset) -> operation(i, offset, X87Environment::loadEnvironment));
        registry.add("FNSTENV", (i, offset) -> operation(i, offset, X87Environment::storeEnvironment));
        registry.add("FRSTOR", (i, offset) -> operation(i, offset, X87Environment::restore));
        registry.add("FNSAVE", (i, offset) -> operation(i, offset, X87Environment::save));
    }

    private interface Body {
        void execute(Cpu cpu, long linear, boolean wide);
    }

    private static Operation operation(Instruction instruction, int offset, Body body) {
        EffectiveAddress address = new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(0), offset);
        boolean wide = instruction.operandSize() != 16;
        boolean waits = !instruction.mnemonic().startsWith("FN");
        return SimpleOperation.of(instruction, offset, cpu -> {
            if (waits) {
                FpuAccess.requireWaiting(cpu);
            } else {
                FpuAccess.requireFpu(cpu);
            }
            body.execute(cpu, address.linear(cpu), wide);
        });
    }

    /** Images need the alignment of their words alone, even where registers follow (SDM vol. 3A, table 6-7). */
    private static void requireAligned(Cpu cpu, long at, int size, boolean wide) {
        cpu.memory.requireAligned(at, size, wide ? 4 : 2);
    }

    private static void storeEnvironment(Cpu cpu, long at, boolean wide) {
        requireAligned(cpu, at, wide ? LARGE : SMALL, wide);
        cpu.memory.prepareWrite(at, wide ? LARGE : SMALL);
        writeEnvironment(cpu, at, wide);
        cpu.fpu.setControl(cpu.fpu.control | FpuState.EXCEPTIONS);
    }

    private static void save(Cpu cpu, long at, boolean wide) {
        int environment = wide ? LARGE : SMALL;
        requireAligned(cpu, at, environment + 8 * REGISTER_SIZE, wide);
        cpu.memory.prepareWrite(at, environment + 8 * REGISTER_SIZE);
        writeEnvironment(cpu, at, wide);
        FpuState fpu = cpu.fpu;
        for (int i = 0; i < 8; i++) {
            long register = at + environment + REGISTER_SIZE * i;
            VectorOperands.writeUnchecked(cpu, register, 8, fpu.significand[fpu.physical(i)]);
            VectorOperands.writeUnchecked(cpu, register + 8, 2, fpu.signExponent[fpu.physical(i)]);
        }
        fpu.initialize();
    }

    private static void loadEnvironment(Cpu cpu, long at, boolean wide) {
        requireAligned(cpu, at, wide ? LARGE : SMALL, wide);
        cpu.memory.prepareRead(at, wide ? LARGE : SMALL);
        readEnvironment(cpu, at, wide);
    }

    private static void restore(Cpu cpu, long at, boolean wide) {
        int environment = wide ? LARGE : SMALL;
        requireAligned(cpu, at, environment + 8 * REGISTER_SIZE, wide);
        cpu.memory.prepareRead(at, environment + 8 * REGISTER_SIZE);
        readEnvironment(cpu, at, wide);
        FpuState fpu = cpu.fpu;
        for (int i = 0; i < 8; i++) {
            long register = at + environment + REGISTER_SIZE * i;
            fpu.significand[fpu.physical(i)] = VectorOperands.readUnchecked(cpu, register, 8);
            fpu.signExponent[fpu.physical(i)] = (int) VectorOperands.readUnchecked(cpu, register + 8, 2);
        }
    }

    /** Real or virtual-8086 mode: pointers are linear addresses of 32 bits, FOP goes with both sizes. */
    private static boolean hasRealLayout(Cpu cpu) {
        return (cpu.cr0 & ControlRegisters.CR0_PE) == 0 || cpu.flags.has(Rflags.VM);
    }

    private static void writeEnvironment(Cpu cpu, long at, boolean wide) {
        FpuState fpu = cpu.fpu;
        int[] words = hasRealLayout(cpu) ? realPointers(fpu, wide)
                : new int[]{(int) fpu.instructionPointer, wide ? fpu.opcode << 16 | fpu.codeSelector : fpu.codeSelector,
                        (int) fpu.dataPointer, wide ? 0xFFFF_0000 | fpu.dataSelector : fpu.dataSelector};
        int ones = 0xFFFF_0000;
        write(cpu.memory, at, wide, 0, ones | fpu.control);
        write(cpu.memory, at, wide, 1, ones | fpu.status);
        write(cpu.memory, at, wide, 2, ones | fpu.fullTag());
        for (int i = 0; i < words.length; i++) {
            write(cpu.memory, at, wide, 3 + i, words[i]);
        }
    }

    private static int[] realPointers(FpuState fpu, boolean wide) {
        int code = (int) fpu.instructionPointer + (fpu.codeSelector << 4);
        int data = (int) fpu.dataPointer + (fpu.dataSelector << 4);
        if (wide) {
            return new int[]{0xFFFF_0000 | code, code >>> 16 << 12 | fpu.opcode, 0xFFFF_0000 | data, data >>> 16 << 12};
        }
        return new int[]{code, code >>> 4 & 0xF000 | fpu.opcode, data, data >>> 4 & 0xF000};
    }

    private static void readEnvironment(Cpu cpu, long at, boolean wide) {
        FpuState fpu = cpu.fpu;
        int control = read(cpu.memory, at, wide, 0);
        int status = read(cpu.memory, at, wide, 1);
        int tag = read(cpu.memory, at, wide, 2);
        int code = read(cpu.memory, at, wide, 3);
        int codeHigh = read(cpu.memory, at, wide, 4);
        int data = read(cpu.memory, at, wide, 5);
        int dataHigh = read(cpu.memory, at, wide, 6);
        fpu.setControl(control);
        fpu.setStatus(status);
        fpu.setFullTag(tag);
        if (hasRealLayout(cpu)) {
            fpu.opcode = codeHigh & OPCODE_MASK;
            fpu.instructionPointer = code & 0xFFFF | (codeHigh >>> 12 << 16) & 0xFFFF_FFFFL;
            fpu.dataPointer = data & 0xFFFF | (dataHigh >>> 12 << 16) & 0xFFFF_FFFFL;
            fpu.codeSelector = 0;
            fpu.dataSelector = 0;
        } else {
            fpu.opcode = wide ? codeHigh >>> 16 & OPCODE_MASK : 0;
            fpu.instructionPointer = code & 0xFFFF_FFFFL;
            boolean selectors = !cpu.model.has(Feature.FPU_CSDS);
            fpu.codeSelector = selectors ? codeHigh & 0xFFFF : 0;
            fpu.dataPointer = data & 0xFFFF_FFFFL;
            fpu.dataSelector = selectors ? dataHigh & 0xFFFF : 0;
        }
    }

    private static void write(LinearMemory memory, long at, boolean wide, int index, int value) {
        if (wide) {
            memory.write32(at + 4 * index, value);
        } else {
            memory.write16(at + 2 * index, value);
        }
    }

    private static int read(LinearMemory memory, long at, boolean wide, int index) {
        return wide ? memory.read32(at + 4 * index) : memory.read16(at + 2 * index);
    }
}
