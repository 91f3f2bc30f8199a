package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.EventDelivery;
import ringspec.cpu.Fault;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/**
 * Near CALL, JMP, RET, LOOPcc, JRCXZ, INT n (SDM vol. 2), in 64-bit code; for code of other sizes see {@link LegacyBranches}.
 *
 * <p>A target that is not canonical raises #GP(0) on the branch itself, which has then changed nothing: the stack is untouched and
 * RIP is the branch's. Intel (CALL, JMP, RET: "if the target is not canonical then #GP(0)") and AMD (APM vol. 3) agree for near
 * branches. Running off the end of canonical space without a branch faults in the fetch instead.
 */
final class BranchOperations {

    private BranchOperations() {
    }

    static void register(Registry registry) {
        registry.add("CALL", OperationFactory.bySize(BranchOperations::call, LegacyBranches::call));
        registry.add("JMP", OperationFactory.bySize(BranchOperations::jmp, LegacyBranches::jmp));
        registry.add("RET", OperationFactory.bySize(BranchOperations::ret, LegacyBranches::ret));
        registry.add("LOOP", OperationFactory.bySize((i, at) -> loop(i, at, cpu -> true), LegacyBranches.loop(null)));
        registry.add("LOOPE", OperationFactory.bySize((i, at) -> loop(i, at, cpu -> cpu.flags.zf()), LegacyBranches
                .loop(Condition.E)));
        registry.add("LOOPNE", OperationFactory.bySize((i, at) -> loop(i, at, cpu -> !cpu.flags.zf()), LegacyBranches
                .loop(
                        Condition.NE)));
        registry.add("JRCXZ", (i, at) -> jumpIfCounterZero(i, at, 64));
        registry.add("JECXZ", OperationFactory.bySize((i, at) -> jumpIfCounterZero(i, at, 32), LegacyBranches
                .ifCounterZero(32)));
        registry.add("JCXZ", LegacyBranches.ifCounterZero(16));
        registry.add("INTO", LegacyBranches::into);
        registry.add("BOUND", LegacyBranches::bound);
        registry.add("INT", (i, at) -> interrupt(i, at, (int) ((Operand.Imm) i.operand(0)).value() & 0xFF, false));
        registry.add("INT3", (i, at) -> interrupt(i, at, Vector.BP, false));
        registry.add("INT1", (i, at) -> interrupt(i, at, Vector.DB, true));
        ConditionalJumps.register(registry);
    }

    /** Continues at a target, or faults if it is not canonical. */
    static void jump(Cpu cpu, long target) {
        checkTarget(target);
        cpu.rip = target;
    }

    private static void checkTarget(long target) {
        if (!Cpu.isCanonical(target)) {
            throw Fault.generalProtection();
        }
    }

    static long displacement(Instruction instruction) {
        return ((Operand.Rel) instruction.operand(0)).displacement();
    }

    private static boolean isFar(Instruction instruction) {
        return instruction.operand(0) instanceof Operand.Mem
                && instruction.form().operands().getFirst().text().startsWith("m16:");
    }

    private static Operation call(Instruction instruction, int offset) {
        if (instruction.operand(0) instanceof Operand.Rel) {
            return new CallRelative(instruction, offset);
        }
        if (isFar(instruction)) {
            return SystemOperations.bindFar(instruction, offset);
        }
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.branch(instruction, offset, cpu -> {
            long to = target.read(cpu);
            checkTarget(to);
            StackOperations.push64(cpu, cpu.rip);
            cpu.rip = to;
        });
    }

    private static Operation jmp(Instruction instruction, int offset) {
        if (instruction.operand(0) instanceof Operand.Rel) {
            return new JumpRelative(instruction, offset);
        }
        if (isFar(instruction)) {
            return SystemOperations.bindFar(instruction, offset);
        }
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.branch(instruction, offset, cpu -> jump(cpu, target.read(cpu)));
    }

    private static Operation ret(Instruction instruction, int offset) {
        long release = instruction.operands().isEmpty() ? 0 : ((Operand.Imm) instruction.operand(0)).value() & 0xFFFF;
        return new Return(instruction, offset, release);
    }

    /** The condition besides a counter that is not 0. */
    @FunctionalInterface
    private interface Test {
        boolean holds(Cpu cpu);
    }

    private static Operation loop(Instruction instruction, int offset, Test test) {
        long displacement = displacement(instruction);
        int bits = instruction.addressSize();
        return SimpleOperation.branch(instruction, offset, cpu -> {
            long count = Widths.truncate(bits, cpu.gpr[Cpu.RCX] - 1);
            if (count != 0 && test.holds(cpu)) {
                jump(cpu, cpu.rip + displacement);
            }
            cpu.gpr[Cpu.RCX] = count;
        });
    }

    private static Operation jumpIfCounterZero(Instruction instruction, int offset, int bits) {
        long displacement = displacement(instruction);
        return SimpleOperation.branch(instruction, offset, cpu -> {
            if (Widths.truncate(bits, cpu.gpr[Cpu.RCX]) == 0) {
                jump(cpu, cpu.rip + displacement);
            }
        });
    }

    private static Operation interrupt(Instruction instruction, int offset, int vector, boolean privileged) {
        return SimpleOperation.last(instruction, offset,
                cpu -> EventDelivery.softwareInterrupt(cpu, vector, privileged, cpu.rip));
    }

    private static final class CallRelative extends NearBranch {
        private final long displacement;

        CallRelative(Instruction instruction, int offset) {
            super(instruction, offset);
            this.displacement = displacement(instruction);
        }

        @Override
        public void execute(Cpu cpu) {
            long next = cpu.rip;
            checkTarget(next + displacement);
            StackOperations.push64(cpu, next);
            cpu.rip = next + displacement;
        }
    }

    private static final class JumpRelative extends NearBranch {
        private final long displacement;

        JumpRelative(Instruction instruction, int offset) {
            super(instruction, offset);
            this.displacement = displacement(instruction);
        }

        @Override
        public void execute(Cpu cpu) {
            jump(cpu, cpu.rip + displacement);
        }
    }

    private static final class Return extends NearBranch {
        private final long release;

        Return(Instruction instruction, int offset, long release) {
            super(instruction, offset);
            this.release = release;
        }

        @Override
        public void execute(Cpu cpu) {
            long rsp = cpu.gpr[Cpu.RSP];
            jump(cpu, cpu.memory.read64(rsp));
            cpu.gpr[Cpu.RSP] = rsp + 8 + release;
        }
    }
}
