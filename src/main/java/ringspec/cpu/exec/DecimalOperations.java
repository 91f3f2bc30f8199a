package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** AAA AAS AAM AAD DAA DAS and SALC, which 64-bit mode lacks (SDM vol. 2). */
final class DecimalOperations {

    private DecimalOperations() {
    }

    static void register(Registry registry) {
        registry.add("AAA", (i, at) -> SimpleOperation.of(i, at, cpu -> adjustUnpacked(cpu, 1)));
        registry.add("AAS", (i, at) -> SimpleOperation.of(i, at, cpu -> adjustUnpacked(cpu, -1)));
        registry.add("DAA", (i, at) -> SimpleOperation.of(i, at, cpu -> adjustPacked(cpu, 1)));
        registry.add("DAS", (i, at) -> SimpleOperation.of(i, at, cpu -> adjustPacked(cpu, -1)));
        registry.add("AAM", DecimalOperations::aam);
        registry.add("AAD", DecimalOperations::aad);
        // Undocumented by Intel before 2017, on every processor: AL = CF ? FFh : 0.
        registry.add("SALC", (i, at) -> SimpleOperation.of(i, at,
                cpu -> Location.writeRegister(cpu, Cpu.RAX, 8, cpu.flags.cf() ? 0xFF : 0)));
    }

    /** AAA (direction 1) and AAS (-1): AL becomes a decimal digit, AH counts the carry. The undefined flags follow AL, OF is 0. */
    private static void adjustUnpacked(Cpu cpu, int direction) {
        long ax = cpu.gpr[Cpu.RAX] & 0xFFFF;
        boolean carry = (ax & 15) > 9 || cpu.flags.af();
        if (carry) {
            ax += direction * 0x106;
        }
        Location.writeRegister(cpu, Cpu.RAX, 16, ax & 0xFF0F);
        setFlags(cpu, ax & 15, carry, carry);
    }

    /** DAA (direction 1) and DAS (-1): AL becomes two decimal digits. OF, which is undefined, is 0. */
    private static void adjustPacked(Cpu cpu, int direction) {
        long al = cpu.gpr[Cpu.RAX] & 0xFF;
        boolean low = (al & 15) > 9 || cpu.flags.af();
        boolean high = al > 0x99 || cpu.flags.cf();
        // DAS sets CF, too, when subtracting 6 borrows (SDM vol. 2, DAS, "old_CF or borrow").
        boolean borrow = direction < 0 && low && al < 6;
        long adjusted = al + direction * ((low ? 6 : 0) + (high ? 0x60 : 0)) & 0xFF;
        Location.writeRegister(cpu, Cpu.RAX, 8, adjusted);
        setFlags(cpu, adjusted, high || borrow, low);
    }

    private static Operation aam(Instruction instruction, int offset) {
        long base = ((Operand.Imm) instruction.operand(0)).value() & 0xFF;
        return SimpleOperation.of(instruction, offset, cpu -> {
            if (base == 0) {
                throw Fault.of(Vector.DE);
            }
            long al = cpu.gpr[Cpu.RAX] & 0xFF;
            Location.writeRegister(cpu, Cpu.RAX, 16, al / base << 8 | al % base);
            setFlags(cpu, al % base, false, false);
        });
    }

    private static Operation aad(Instruction instruction, int offset) {
        long base = ((Operand.Imm) instruction.operand(0)).value() & 0xFF;
        return SimpleOperation.of(instruction, offset, cpu -> {
            long ax = cpu.gpr[Cpu.RAX];
            long al = (ax & 0xFF) + (ax >>> 8 & 0xFF) * base & 0xFF;
            Location.writeRegister(cpu, Cpu.RAX, 16, al);
            setFlags(cpu, al, false, false);
        });
    }

    /** SF, ZF and PF by a byte; OF = 0. */
    private static void setFlags(Cpu cpu, long result, boolean cf, boolean af) {
        cpu.flags.setLogic((byte) result);
        cpu.flags.setArithmetic(cpu.flags.arithmetic() | (cf ? Rflags.CF : 0) | (af ? Rflags.AF : 0));
    }
}
