package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/** Semantics of the system instructions, by family; the mnemonics that are shared with others are bound through it as well. */
final class SystemOperations {

    private SystemOperations() {
    }

    static void register(Registry registry) {
        SyscallOperations.register(registry);
        InterruptReturn.register(registry);
        FarTransfers.register(registry);
        ControlRegisterOperations.register(registry);
        ExtendedControl.register(registry);
        XsaveOperations.register(registry);
        MsrOperations.register(registry);
        TimeOperations.register(registry);
        TableRegisterOperations.register(registry);
        SelectorOperations.register(registry);
        PortOperations.register(registry);
        ProcessorOperations.register(registry);
    }

    /** MOV to or from a control, debug or segment register; null for any other MOV. */
    static Operation bindMove(Instruction instruction, int offset) {
        for (Operand operand : instruction.operands()) {
            if (operand instanceof Operand.Reg reg) {
                Register.Kind kind = reg.register().kind();
                if (kind == Register.Kind.CONTROL || kind == Register.Kind.DEBUG) {
                    return ControlRegisterOperations.bindMove(instruction, offset);
                }
                if (kind == Register.Kind.SEGMENT) {
                    return SelectorOperations.bindMove(instruction, offset);
                }
            }
        }
        return null;
    }

    /** CALL or JMP through a far pointer in memory; null for a near one. */
    static Operation bindFar(Instruction instruction, int offset) {
        return FarTransfers.bindThroughPointer(instruction, offset);
    }

    /** Raises #GP(0) unless CPL is 0. */
    static void requireRing0(Cpu cpu) {
        if (cpu.cpl() != 0) {
            throw Fault.generalProtection();
        }
    }

    /** EDX:EAX. */
    static long readEdxEax(Cpu cpu) {
        return cpu.gpr[Cpu.RDX] << 32 | cpu.gpr[Cpu.RAX] & 0xFFFF_FFFFL;
    }

    /** Splits a value into EDX:EAX, which clears the upper halves of both registers. */
    static void writeEdxEax(Cpu cpu, long value) {
        cpu.gpr[Cpu.RAX] = value & 0xFFFF_FFFFL;
        cpu.gpr[Cpu.RDX] = value >>> 32;
    }
}
