package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModel;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/** MOV between general registers, memory and constants, its widening kin, LEA, XCHG, CMOVcc and conversions (SDM vol. 2). */
final class MoveOperations {

    private MoveOperations() {
    }

    static void register(Registry registry) {
        registry.add("MOV", MoveOperations::mov);
        registry.add("MOVNTI", MoveOperations::copy);
        registry.add("MOVZX", (i, at) -> widen(i, at, false));
        registry.add("MOVSX", (i, at) -> widen(i, at, true));
        registry.add("MOVSXD", (i, at) -> widen(i, at, true));
        registry.add("LEA", MoveOperations::lea);
        registry.add("XCHG", MoveOperations::xchg);
        registry.add("BSWAP", MoveOperations::bswap);
        registry.add("XLAT", MoveOperations::xlat);
        registry.add("CBW", (i, at) -> extendAccumulator(i, at, 16));
        registry.add("CWDE", (i, at) -> extendAccumulator(i, at, 32));
        registry.add("CDQE", (i, at) -> extendAccumulator(i, at, 64));
        registry.add("CWD", (i, at) -> signToDx(i, at, 16));
        registry.add("CDQ", (i, at) -> signToDx(i, at, 32));
        registry.add("CQO", (i, at) -> signToDx(i, at, 64));
        for (Condition condition : Condition.values()) {
            registry.add("CMOV" + condition, (i, at) -> cmov(condition, i, at));
        }
    }

    private static Operation mov(Instruction instruction, int offset) {
        for (Operand operand : instruction.operands()) {
            if (operand instanceof Operand.Reg reg && !reg.register().isGeneral()) {
                return SystemOperations.bindMove(instruction, offset);
            }
        }
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        int bits = target.bits();
        if (bits >= 32 && target.isPlainRegister() && !source.isMemory()) {
            return source.isConstant() ? new Moves.Constant(instruction, offset, target, source)
                    : bits == 64 ? new Moves.Copy64(instruction, offset, target, source)
                            : new Moves.Copy32(instruction, offset, target, source);
        }
        if (bits >= 32 && target.isPlainRegister()) {
            return bits == 64 ? new Moves.Load64(instruction, offset, target, source)
                    : new Moves.Load32(instruction, offset, target, source);
        }
        if (target.isMemory() && source.isPlainRegister() && bits != 16) {
            return switch (bits) {
                case 64 -> new Moves.Store64(instruction, offset, target, source);
                case 32 -> new Moves.Store32(instruction, offset, target, source);
                default -> new Moves.Store8(instruction, offset, target, source);
            };
        }
        if (target.isMemory() && source.isConstant()) {
            return new Moves.StoreConstant(instruction, offset, target, source);
        }
        return copy(instruction, offset);
    }

    private static Operation copy(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        return SimpleOperation.of(instruction, offset, cpu -> target.write(cpu, source.read(cpu)));
    }

    private static Operation widen(Instruction instruction, int offset, boolean signed) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        int from = source.bits();
        if (source.isMemory() && from == 8 && !signed && target.bits() >= 32) {
            return new Moves.LoadByte(instruction, offset, target, source);
        }
        if (source.isPlainRegister() && target.bits() >= 32) {
            return new Moves.Widen(instruction, offset, target, source, signed);
        }
        if (source.isMemory() && from == 32 && target.bits() == 64) {
            return new Moves.LoadSigned32(instruction, offset, target, source);
        }
        if (source.isMemory() && instruction.mnemonic().equals("MOVSXD") && from == 16) {
            return SimpleOperation.of(instruction, offset, cpu -> loadWord(cpu, target, source));
        }
        if (signed) {
            return SimpleOperation.of(instruction, offset,
                    cpu -> target.write(cpu, Widths.signExtend(from, source.read(cpu))));
        }
        return SimpleOperation.of(instruction, offset, cpu -> target.write(cpu, source.read(cpu)));
    }

    /** MOVSXD r16, m16, which is m32 on AMD (APM vol. 3, MOVSXD): the upper half must be readable, too. */
    private static void loadWord(Cpu cpu, Location target, Location source) {
        if (cpu.model.vendor() == ProcessorModel.Vendor.AMD) {
            cpu.memory.prepareRead(source.address().linear(cpu), 4);
        }
        target.write(cpu, source.read(cpu));
    }

    private static Operation lea(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        if (target.bits() == 64) {
            return new Moves.Lea64(instruction, offset, target, source);
        }
        return SimpleOperation.of(instruction, offset, cpu -> target.write(cpu, source.address().offset(cpu)));
    }

    /** XCHG: the memory operand, always the first, is written before the register that may be part of its address. */
    private static Operation xchg(Instruction instruction, int offset) {
        Location first = Location.of(instruction, 0, offset);
        Location second = Location.of(instruction, 1, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            first.prepareWrite(cpu);
            long a = first.read(cpu);
            first.write(cpu, second.read(cpu));
            second.write(cpu, a);
        });
    }

    /** BSWAP; with 16 bits, which the SDM leaves undefined, silicon clears the register's low half. */
    private static Operation bswap(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long value = target.read(cpu);
            target.write(cpu, switch (target.bits()) {
                case 64 -> Long.reverseBytes(value);
                case 32 -> Integer.reverseBytes((int) value);
                default -> 0;
            });
        });
    }

    /** XLAT: AL = byte at (E/R)BX + AL. */
    private static Operation xlat(Instruction instruction, int offset) {
        Operand.Mem table = (Operand.Mem) instruction.operand(0);
        Operand.Mem base = new Operand.Mem(table.segment(), table.segmentOverridden(), Register.general(64, Cpu.RBX),
                null,
                1, 0, 1, table.addressSize());
        EffectiveAddress address = new EffectiveAddress(instruction, base, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long linear = address.linear(cpu, cpu.gpr[Cpu.RAX] & 0xFF);
            Location.writeRegister(cpu, Cpu.RAX, 8, cpu.memory.read8(linear));
        });
    }

    private static Operation extendAccumulator(Instruction instruction, int offset, int bits) {
        return SimpleOperation.of(instruction, offset,
                cpu -> Location.writeRegister(cpu, Cpu.RAX, bits, Widths.signExtend(bits / 2, cpu.gpr[Cpu.RAX])));
    }

    private static Operation signToDx(Instruction instruction, int offset, int bits) {
        return SimpleOperation.of(instruction, offset,
                cpu -> Location.writeRegister(cpu, Cpu.RDX, bits, Widths.signExtend(bits, cpu.gpr[Cpu.RAX]) >> 63));
    }

    /** CMOVcc reads its source, and a 32-bit destination is zero-extended, whatever the condition. */
    private static Operation cmov(Condition condition, Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long value = source.read(cpu);
            target.write(cpu, condition.test(cpu.flags) ? value : target.read(cpu));
        });
    }
}
