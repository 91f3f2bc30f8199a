package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/**
 * Jcc (SDM vol. 2). The frequent conditions have a class of their own, so that the engine's virtual call leads straight to the test.
 */
abstract class ConditionalJumps extends Operation {

    private final long displacement;

    private ConditionalJumps(Instruction instruction, int offset) {
        super(instruction, offset);
        this.displacement = BranchOperations.displacement(instruction);
    }

    static void register(Registry registry) {
        registry.add("JB", JumpB::new);
        registry.add("JAE", JumpAe::new);
        registry.add("JE", JumpE::new);
        registry.add("JNE", JumpNe::new);
        registry.add("JBE", JumpBe::new);
        registry.add("JA", JumpA::new);
        registry.add("JS", JumpS::new);
        registry.add("JNS", JumpNs::new);
        registry.add("JL", JumpL::new);
        registry.add("JGE", JumpGe::new);
        registry.add("JLE", JumpLe::new);
        registry.add("JG", JumpG::new);
        registry.add("JO", (i, at) -> new Rare(Condition.O, i, at));
        registry.add("JNO", (i, at) -> new Rare(Condition.NO, i, at));
        registry.add("JP", (i, at) -> new Rare(Condition.P, i, at));
        registry.add("JNP", (i, at) -> new Rare(Condition.NP, i, at));
    }

    @Override
    public final boolean endsBlock() {
        return true;
    }

    @Override
    public final boolean isBranch() {
        return true;
    }

    final void jumpIf(Cpu cpu, boolean condition) {
        if (condition) {
            BranchOperations.jump(cpu, cpu.rip + displacement);
        }
    }

    private static final class Rare extends ConditionalJumps {
        private final Condition condition;

        Rare(Condition condition, Instruction instruction, int offset) {
            super(instruction, offset);
            this.condition = condition;
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, condition.test(cpu.flags));
        }
    }

    private static final class JumpB extends ConditionalJumps {
        JumpB(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, cpu.flags.cf());
        }
    }

    private static final class JumpAe extends ConditionalJumps {
        JumpAe(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, !cpu.flags.cf());
        }
    }

    private static final class JumpE extends ConditionalJumps {
        JumpE(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, cpu.flags.zf());
        }
    }

    private static final class JumpNe extends ConditionalJumps {
        JumpNe(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, !cpu.flags.zf());
        }
    }

    private static final class JumpBe extends ConditionalJumps {
        JumpBe(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, cpu.flags.cf() || cpu.flags.zf());
        }
    }

    private static final class JumpA extends ConditionalJumps {
        JumpA(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, !cpu.flags.cf() && !cpu.flags.zf());
        }
    }

    private static final class JumpS extends ConditionalJumps {
        JumpS(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, cpu.flags.sf());
        }
    }

    private static final class JumpNs extends ConditionalJumps {
        JumpNs(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, !cpu.flags.sf());
        }
    }

    private static final class JumpL extends ConditionalJumps {
        JumpL(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, cpu.flags.sf() != cpu.flags.of());
        }
    }

    private static final class JumpGe extends ConditionalJumps {
        JumpGe(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, cpu.flags.sf() == cpu.flags.of());
        }
    }

    private static final class JumpLe extends ConditionalJumps {
        JumpLe(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, cpu.flags.zf() || cpu.flags.sf() != cpu.flags.of());
        }
    }

    private static final class JumpG extends ConditionalJumps {
        JumpG(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        public void execute(Cpu cpu) {
            jumpIf(cpu, !cpu.flags.zf() && cpu.flags.sf() == cpu.flags.of());
        }
    }
}
