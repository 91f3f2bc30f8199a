package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/**
 * Jcc (SDM vol. 2). In 64-bit code the frequent conditions have a class of their own, so that the engine's virtual call leads straight to the test.
 */
abstract class ConditionalJumps extends NearBranch {

    private final long displacement;

    private ConditionalJumps(Instruction instruction, int offset) {
        super(instruction, offset);
        this.displacement = BranchOperations.displacement(instruction);
    }

    static void register(Registry registry) {
        add(registry, "JB", Condition.B, JumpB::new);
        add(registry, "JAE", Condition.AE, JumpAe::new);
        add(registry, "JE", Condition.E, JumpE::new);
        add(registry, "JNE", Condition.NE, JumpNe::new);
        add(registry, "JBE", Condition.BE, JumpBe::new);
        add(registry, "JA", Condition.A, JumpA::new);
        add(registry, "JS", Condition.S, JumpS::new);
        add(registry, "JNS", Condition.NS, JumpNs::new);
        add(registry, "JL", Condition.L, JumpL::new);
        add(registry, "JGE", Condition.GE, JumpGe::new);
        add(registry, "JLE", Condition.LE, JumpLe::new);
        add(registry, "JG", Condition.G, JumpG::new);
        add(registry, "JO", Condition.O, (i, at) -> new Rare(Condition.O, i, at));
        add(registry, "JNO", Condition.NO, (i, at) -> new Rare(Condition.NO, i, at));
        add(registry, "JP", Condition.P, (i, at) -> new Rare(Condition.P, i, at));
        add(registry, "JNP", Condition.NP, (i, at) -> new Rare(Condition.NP, i, at));
    }

    private static void add(Registry registry, String mnemonic, Condition condition, OperationFactory bits64) {
        registry.add(mnemonic, OperationFactory.bySize(bits64, LegacyBranches.conditional(condition)));
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
