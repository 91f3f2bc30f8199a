package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/** An XMM register or a memory operand of up to 128 bits. */
final class XmmOperand {

    private final int index;
    private final EffectiveAddress address;

    private XmmOperand(int index, EffectiveAddress address) {
        this.index = index;
        this.address = address;
    }

    /** The operand at a position. */
    static XmmOperand of(Instruction instruction, int position, int offset) {
        return switch (instruction.operand(position)) {
            case Operand.Reg reg when reg.register().kind() == Register.Kind.XMM ->
                    new XmmOperand(reg.register().number() * 2, null);
            case Operand.Mem mem -> new XmmOperand(-1, new EffectiveAddress(instruction, mem, offset));
            default -> throw new IllegalArgumentException(
                    "operand " + position + " of " + instruction + " is neither an XMM register nor memory");
        };
    }

    /** Index of the destination register's low half in {@link Cpu#xmm}. */
    static int destination(Instruction instruction) {
        return ((Operand.Reg) instruction.operand(0)).register().number() * 2;
    }

    boolean isMemory() {
        return address != null;
    }

    /** Index of a register's low half in {@link Cpu#xmm}. */
    int index() {
        return index;
    }

    /** Linear address of a memory operand. */
    long linear(Cpu cpu) {
        return address.linear(cpu);
    }

    /** The low 32 or 64 bits of the register, or as many in memory; zero-extended. */
    long read(Cpu cpu, int bits) {
        return isMemory() ? Location.load(cpu.memory, bits, linear(cpu)) : Widths.truncate(bits, cpu.xmm[index]);
    }

    /** Linear address of a 16-byte memory operand; #GP(0) unless it is aligned. */
    long aligned(Cpu cpu) {
        long linear = linear(cpu);
        if (!Cpu.isCanonical(linear)) {
            throw Fault.nonCanonical(linear);
        }
        if ((linear & 15) != 0) {
            throw Fault.generalProtection();
        }
        return linear;
    }

    /** #UD with CR0.EM set or CR4.OSFXSR clear, #NM with CR0.TS set (SDM vol. 3A, tables 2-3 and 14-1). */
    static void requireSse(Cpu cpu) {
        if ((cpu.cr0 & ControlRegisters.CR0_EM) != 0 || (cpu.cr4 & ControlRegisters.CR4_OSFXSR) == 0) {
            throw Fault.undefinedOpcode();
        }
        if ((cpu.cr0 & ControlRegisters.CR0_TS) != 0) {
            throw Fault.of(Vector.NM);
        }
    }
}
