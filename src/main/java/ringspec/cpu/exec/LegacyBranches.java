package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.EventDelivery;
import ringspec.cpu.Fault;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/**
 * Near CALL, JMP, RET, Jcc, LOOPcc and JCXZ of 16-bit and 32-bit code (SDM vol. 2): the target is truncated to the operand size and must
 * lie within the limit of CS, else #GP(0) on the branch, which has then changed nothing.
 */
final class LegacyBranches {

    private LegacyBranches() {
    }

    private static long truncated(Instruction instruction, long target) {
        return Widths.truncate(instruction.operandSize(), target);
    }

    static void requireInside(Cpu cpu, long target) {
        if (target > cpu.segments[SegmentRegister.CS].limit) {
            throw Fault.generalProtection();
        }
    }

    private static void jump(Cpu cpu, Instruction instruction, long target) {
        long to = truncated(instruction, target);
        requireInside(cpu, to);
        cpu.rip = to;
    }

    static Operation call(Instruction instruction, int offset) {
        if (instruction.operand(0) instanceof Operand.Far far) {
            return FarTransfers.bindImmediate(instruction, offset, far.selector(), far.offset());
        }
        if (instruction.operand(0) instanceof Operand.Rel rel) {
            long displacement = rel.displacement();
            return SimpleOperation.branch(instruction, offset, cpu -> call(cpu, instruction, cpu.rip + displacement));
        }
        Operation far = FarTransfers.bindThroughPointer(instruction, offset);
        if (far != null) {
            return far;
        }
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.branch(instruction, offset, cpu -> call(cpu, instruction, target.read(cpu)));
    }

    private static void call(Cpu cpu, Instruction instruction, long target) {
        long to = truncated(instruction, target);
        requireInside(cpu, to);
        LegacyStack.push(cpu, instruction.operandSize(), cpu.rip);
        cpu.rip = to;
    }

    static Operation jmp(Instruction instruction, int offset) {
        if (instruction.operand(0) instanceof Operand.Far far) {
            return FarTransfers.bindImmediate(instruction, offset, far.selector(), far.offset());
        }
        if (instruction.operand(0) instanceof Operand.Rel rel) {
            long displacement = rel.displacement();
            return SimpleOperation.branch(instruction, offset, cpu -> jump(cpu, instruction, cpu.rip + displacement));
        }
        Operation far = FarTransfers.bindThroughPointer(instruction, offset);
        if (far != null) {
            return far;
        }
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.branch(instruction, offset, cpu -> jump(cpu, instruction, target.read(cpu)));
    }

    static Operation ret(Instruction instruction, int offset) {
        int bits = instruction.operandSize();
        long release = instruction.operands().isEmpty() ? 0 : ((Operand.Imm) instruction.operand(0)).value() & 0xFFFF;
        return SimpleOperation.branch(instruction, offset, cpu -> {
            jump(cpu, instruction, LegacyStack.read(cpu, cpu.gpr[Cpu.RSP], bits));
            LegacyStack.release(cpu, (bits >>> 3) + release);
        });
    }

    static OperationFactory conditional(Condition condition) {
        return (instruction, offset) -> {
            long displacement = BranchOperations.displacement(instruction);
            return SimpleOperation.branch(instruction, offset, cpu -> {
                if (condition.test(cpu.flags)) {
                    jump(cpu, instruction, cpu.rip + displacement);
                }
            });
        };
    }

    /** LOOP and its kin, which count in CX or ECX by address size. */
    static OperationFactory loop(Condition condition) {
        return (instruction, offset) -> {
            long displacement = BranchOperations.displacement(instruction);
            int bits = instruction.addressSize();
            return SimpleOperation.branch(instruction, offset, cpu -> {
                long count = Widths.truncate(bits, cpu.gpr[Cpu.RCX] - 1);
                if (count != 0 && (condition == null || condition.test(cpu.flags))) {
                    jump(cpu, instruction, cpu.rip + displacement);
                }
                Location.writeRegister(cpu, Cpu.RCX, bits, count);
            });
        };
    }

    static OperationFactory ifCounterZero(int bits) {
        return (instruction, offset) -> {
            long displacement = BranchOperations.displacement(instruction);
            return SimpleOperation.branch(instruction, offset, cpu -> {
                if (Widths.truncate(bits, cpu.gpr[Cpu.RCX]) == 0) {
                    jump(cpu, instruction, cpu.rip + displacement);
                }
            });
        };
    }

    static Operation into(Instruction instruction, int offset) {
        return SimpleOperation.last(instruction, offset, cpu -> {
            if (cpu.flags.of()) {
                EventDelivery.softwareInterrupt(cpu, Vector.OF, false, cpu.rip);
            }
        });
    }

    /** BOUND: a signed index must lie between two bounds in memory, both included, else #BR. */
    static Operation bound(Instruction instruction, int offset) {
        int bits = instruction.operandSize();
        Location index = Location.of(instruction, 0, offset);
        EffectiveAddress bounds = new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(1), offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long linear = bounds.linear(cpu);
            cpu.memory.prepareRead(linear, bits >>> 2);
            long value = Widths.signExtend(bits, index.read(cpu));
            long lower = Widths.signExtend(bits, Location.load(cpu.memory, bits, linear));
            long upper = Widths.signExtend(bits, Location.load(cpu.memory, bits, linear + (bits >>> 3)));
            if (value < lower || value > upper) {
                throw Fault.of(Vector.BR);
            }
        });
    }
}
