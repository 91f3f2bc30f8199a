package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.LinearMemory;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/**
 * A general-purpose register, a memory operand or a constant of 8, 16, 32 or 64 bits, for instructions that treat them alike.
 *
 * <p>Writes follow SDM vol. 1, 3.4.1.1: a 32-bit register write clears bits 63:32, 8- and 16-bit ones leave the rest.
 */
final class Location {

    private static final int REGISTER = 0;
    private static final int HIGH_BYTE = 1;
    private static final int MEMORY = 2;
    private static final int CONSTANT = 3;

    private final int kind;
    private final int bits;
    private final int register;
    private final long constant;
    private final EffectiveAddress address;

    private Location(int kind, int bits, int register, long constant, EffectiveAddress address) {
        this.kind = kind;
        this.bits = bits;
        this.register = register;
        this.constant = constant;
        this.address = address;
    }

    /** The operand at a position, its own width deciding the size; immediates have the instruction's operand size. */
    static Location of(Instruction instruction, int position, int pageOffset) {
        return of(instruction, position, pageOffset, 0);
    }

    /**
     * The operand at a position with a size of its own for memory.
     *
     * @param memoryBits size of a memory operand, 0 for what the decoder says
     */
    static Location of(Instruction instruction, int position, int pageOffset, int memoryBits) {
        return switch (instruction.operand(position)) {
            case Operand.Reg reg -> {
                Register register = reg.register();
                if (!register.isGeneral()) {
                    throw new IllegalArgumentException(
                            "operand " + position + " of " + instruction + " is not a general-purpose register");
                }
                int kind = register.kind() == Register.Kind.GPR8_HIGH ? HIGH_BYTE : REGISTER;
                yield new Location(kind, register.bits(), register.number(), 0, null);
            }
            case Operand.Mem mem -> new Location(MEMORY, memoryBits != 0 ? memoryBits : mem.size() * 8, -1, 0,
                    new EffectiveAddress(instruction, mem, pageOffset));
            case Operand.Imm imm -> new Location(CONSTANT, instruction.operandSize(), -1, imm.value(), null);
            case Operand.Rel rel -> new Location(CONSTANT, 64, -1, rel.displacement(), null);
            case Operand.Far far -> throw new IllegalArgumentException("operand " + position + " of " + instruction
                    + " is a far pointer, not a value: " + far);
        };
    }

    boolean isMemory() {
        return kind == MEMORY;
    }

    boolean isConstant() {
        return kind == CONSTANT;
    }

    boolean isPlainRegister() {
        return kind == REGISTER;
    }

    /** Register number of a register other than AH..BH. */
    int register() {
        return register;
    }

    /** The immediate's value. */
    long constant() {
        return constant;
    }

    /** Size in bits. */
    int bits() {
        return bits;
    }

    /** Where a memory operand lies. */
    EffectiveAddress address() {
        return address;
    }

    /** The value, zero-extended; constants as they are. */
    long read(Cpu cpu) {
        return switch (kind) {
            case REGISTER -> Widths.truncate(bits, cpu.gpr[register]);
            case HIGH_BYTE -> cpu.gpr[register] >>> 8 & 0xFF;
            case MEMORY -> load(cpu.memory, bits, address.linear(cpu));
            default -> constant;
        };
    }

    /** Writes the low bits of the value. */
    void write(Cpu cpu, long value) {
        if (kind == MEMORY) {
            store(cpu.memory, bits, address.linear(cpu), value);
        } else {
            writeRegister(cpu, value);
        }
    }

    private void writeRegister(Cpu cpu, long value) {
        if (kind == HIGH_BYTE) {
            cpu.gpr[register] = cpu.gpr[register] & ~0xFF00L | (value & 0xFF) << 8;
        } else {
            writeRegister(cpu, register, bits, value);
        }
    }

    /**
     * Makes sure that a later {@link #write} can't fault: read-modify-write instructions need write access before anything
     * changes, and their page faults are write faults.
     */
    void prepareWrite(Cpu cpu) {
        if (kind == MEMORY) {
            cpu.memory.prepareWrite(address.linear(cpu), bits >>> 3);
        }
    }

    /** Writes the low bits of the value to a general-purpose register of 8 (never AH..BH), 16, 32 or 64 bits. */
    static void writeRegister(Cpu cpu, int register, int bits, long value) {
        switch (bits) {
            case 8 -> cpu.gpr[register] = cpu.gpr[register] & ~0xFFL | value & 0xFF;
            case 16 -> cpu.gpr[register] = cpu.gpr[register] & ~0xFFFFL | value & 0xFFFF;
            case 32 -> cpu.gpr[register] = value & 0xFFFF_FFFFL;
            default -> cpu.gpr[register] = value;
        }
    }

    /** Reads 8, 16, 32 or 64 bits, zero-extended. */
    static long load(LinearMemory memory, int bits, long linear) {
        return switch (bits) {
            case 8 -> memory.read8(linear) & 0xFF;
            case 16 -> memory.read16(linear) & 0xFFFF;
            case 32 -> memory.read32(linear) & 0xFFFF_FFFFL;
            default -> memory.read64(linear);
        };
    }

    /** Writes 8, 16, 32 or 64 bits. */
    static void store(LinearMemory memory, int bits, long linear, long value) {
        switch (bits) {
            case 8 -> memory.write8(linear, (int) value);
            case 16 -> memory.write16(linear, (int) value);
            case 32 -> memory.write32(linear, (int) value);
            default -> memory.write64(linear, value);
        }
    }
}
