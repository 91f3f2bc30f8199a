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

    /** Limit and 64-bit base in memory. */
    private static final int POINTER_SIZE = 10;

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
        return SimpleOperation.last(instruction, offset, cpu -> {
            SystemOperations.requireRing0(cpu);
            long linear = pointer.linear(cpu);
            cpu.memory.prepareRead(linear, POINTER_SIZE);
            int limit = cpu.memory.read16(linear) & 0xFFFF;
            long base = cpu.memory.read64(linear + 2);
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

    private static Operation store(Instruction instruction, int offset, boolean interrupts) {
        EffectiveAddress pointer = pointer(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            requireUmipPassed(cpu);
            long linear = pointer.linear(cpu);
            cpu.memory.prepareWrite(linear, POINTER_SIZE);
            cpu.memory.write16(linear, interrupts ? cpu.idtrLimit : cpu.gdtrLimit);
            cpu.memory.write64(linear + 2, interrupts ? cpu.idtrBase : cpu.gdtrBase);
        });
    }

    private static Operation loadSelector(Instruction instruction, int offset, boolean task) {
        Location source = Location.of(instruction, 0, offset);
        return SimpleOperation.last(instruction, offset, cpu -> {
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
            requireUmipPassed(cpu);
            target.write(cpu, cpu.segments[register].selector);
        });
    }
}
