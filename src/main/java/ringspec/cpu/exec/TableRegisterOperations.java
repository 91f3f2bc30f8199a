package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.SegmentLoader;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** LGDT, LIDT, SGDT, SIDT, LLDT, LTR, SLDT and STR (SDM vol. 2). */
final class TableRegisterOperations {

    /** Size of the limit in memory, which the base follows: 64 bits in 64-bit mode, else 32, of which a 16-bit operand size loads 24. */
    private static final int LIMIT_SIZE = 2;

    private TableRegisterOperations() {
    }

    static void register(Registry registry) {
        registry.add("LGDT", (i, offset) -> load(i, offset, false));
        registry.add("LIDT", (i, offset) -> load(i, offset, true));
        registry.add("SGDT", (i, offset) -> store(i, offset, false));
        registry.add("SIDT", (i, offset) -> store(i, offset, true));
        registry.add("LLDT", (i, offset) -> loadSelector(i, offset, false));
        registry.add("LTR", (i, offset) -> loadSelector(i, offset, true));
        registry.add("SLDT", (i, offset) -> storeSelector(i, offset, SegmentRegister.LDTR));
        registry.add("STR", (i, offset) -> storeSelector(i, offset, SegmentRegister.TR));
    }

    /** CR4.UMIP keeps SGDT, SIDT, SLDT, STR and SMSW to ring 0. */
    static void requireUmipPassed(Cpu cpu) {
        if (cpu.cpl() != 0 && (cpu.cr4 & ControlRegisters.CR4_UMIP) != 0) {
            throw Fault.generalProtection();
        }
    }

    private static EffectiveAddress pointer(Instruction instruction, int offset) {
        return new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(0), offset);
    }

    private static Operation load(Instruction instruction, int offset, boolean interrupts) {
        EffectiveAddress pointer = pointer(instruction, offset);
        int size = baseSize(instruction);
        long mask = size == 4 && instruction.operandSize() == 16 ? 0xFF_FFFF : -1L;
        return SimpleOperation.last(instruction, offset, cpu -> {
            SystemOperations.requireRing0(cpu);
            long linear = pointer.linear(cpu);
            cpu.memory.prepareRead(linear, LIMIT_SIZE + size);
            int limit = cpu.memory.read16(linear) & 0xFFFF;
            long base = cpu.memory.read(linear + LIMIT_SIZE, size) & mask;
            if (!Cpu.isCanonical(base)) {
                throw Fault.generalProtection();
            }
            if (interrupts) {
                cpu.idtrLimit = limit;
                cpu.idtrBase = base;
            } else {
                cpu.gdtrLimit = limit;
                cpu.gdtrBase = base;
            }
        });
    }

    private static int baseSize(Instruction instruction) {
        return instruction.codeSize().is64() ? 8 : 4;
    }

    private static Operation store(Instruction instruction, int offset, boolean interrupts) {
        EffectiveAddress pointer = pointer(instruction, offset);
        int size = baseSize(instruction);
        return SimpleOperation.of(instruction, offset, cpu -> {
            requireUmipPassed(cpu);
            long linear = pointer.linear(cpu);
            cpu.memory.prepareWrite(linear, LIMIT_SIZE + size);
            cpu.memory.write16(linear, interrupts ? cpu.idtrLimit : cpu.gdtrLimit);
            cpu.memory.write(linear + LIMIT_SIZE, size, interrupts ? cpu.idtrBase : cpu.gdtrBase);
        });
    }

    private static Operation loadSelector(Instruction instruction, int offset, boolean task) {
        Location source = Location.of(instruction, 0, offset);
        return SimpleOperation.last(instruction, offset, cpu -> {
            SelectorOperations.requireProtected(cpu);
            SystemOperations.requireRing0(cpu);
            int selector = (int) source.read(cpu) & 0xFFFF;
            if (task) {
                SegmentLoader.loadTask(cpu, selector);
            } else {
                SegmentLoader.loadLocalTable(cpu, selector);
            }
        });
    }

    private static Operation storeSelector(Instruction instruction, int offset, int register) {
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            SelectorOperations.requireProtected(cpu);
            requireUmipPassed(cpu);
            target.write(cpu, cpu.segments[register].selector);
        });
    }
}
