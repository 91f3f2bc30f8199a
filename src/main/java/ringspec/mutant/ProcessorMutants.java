package ringspec.mutant;

import java.util.List;
import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.exec.Operation;
import ringspec.cpu.exec.OperationBinder;

/** Processors of which one instruction does something else. */
final class ProcessorMutants {

    /** What an instruction does instead, by means of what it should do. */
    @FunctionalInterface
    private interface Body {
        void execute(Cpu cpu, Operation faithful);
    }

    /** An instruction with other semantics, at the same place. */
    private static final class Changed extends Operation {

        private final Operation faithful;
        private final Body body;

        Changed(Operation faithful, Body body) {
            super(faithful.instruction, faithful.offset);
            this.faithful = faithful;
            this.body = body;
        }

        @Override
        public void execute(Cpu cpu) {
            body.execute(cpu, faithful);
        }

        @Override
        public boolean endsBlock() {
            return faithful.endsBlock();
        }

        @Override
        public boolean isBranch() {
            return faithful.isBranch();
        }
    }

    private static final int R11 = 11;
    private static final int TSS_RSP0 = 4;

    private ProcessorMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                processor("MUT-101", "SYSCALL saves an address in RCX that is 1 too high", "SYSCALL", (cpu,
                        faithful) -> {
                    faithful.execute(cpu);
                    cpu.gpr[Cpu.RCX]++;
                }, "ENTRY-01", "RET-01"),
                processor("MUT-102", "SYSCALL saves RFLAGS in R11 after it has masked them", "SYSCALL", (cpu,
                        faithful) -> {
                    faithful.execute(cpu);
                    cpu.gpr[R11] &= ~cpu.msrs.sfmask;
                }, "ENTRY-02"),
                processor("MUT-103", "SYSCALL clears every flag", "SYSCALL", (cpu, faithful) -> {
                    faithful.execute(cpu);
                    cpu.setRflags(Rflags.RESERVED_1);
                }, "ENTRY-03"),
                processor("MUT-104", "SYSCALL loads SS with STAR[47:32] + 16", "SYSCALL", (cpu, faithful) -> {
                    faithful.execute(cpu);
                    cpu.segments[SegmentRegister.SS].selector += 8;
                }, "ENTRY-04"),
                processor("MUT-105", "SYSCALL pushes RFLAGS", "SYSCALL", (cpu, faithful) -> {
                    cpu.memory.write64(cpu.gpr[Cpu.RSP] - 8, cpu.flags.value());
                    faithful.execute(cpu);
                }, "ENTRY-05"),
                processor("MUT-106", "SYSCALL takes RSP from the TSS", "SYSCALL", (cpu, faithful) -> {
                    faithful.execute(cpu);
                    cpu.gpr[Cpu.RSP] = cpu.memory.systemRead64(cpu.segments[SegmentRegister.TR].base + TSS_RSP0);
                }, "ENTRY-05", "ENTRY-06"),
                processor("MUT-107", "SYSRET loads RF from R11", "SYSRETQ", (cpu, faithful) -> {
                    long flags = cpu.gpr[R11];
                    faithful.execute(cpu);
                    cpu.setRflags(cpu.flags.value() | flags & Rflags.RF);
                }, "RET-02"),
                processor("MUT-108", "SWAPGS in ring 3 does nothing, instead of faulting", "SWAPGS", (cpu,
                        faithful) -> {
                    if (cpu.cpl() == 0) {
                        faithful.execute(cpu);
                    }
                }, "RING3-06"),
                processor("MUT-109", "HLT in ring 3 does nothing, instead of faulting", "HLT", (cpu, faithful) -> {
                    if (cpu.cpl() == 0) {
                        faithful.execute(cpu);
                    }
                }, "RING3-06"),
                processor("MUT-110", "POPF loads IOPL at any privilege level", "POPFQ", (cpu, faithful) -> {
                    long flags = cpu.memory.read64(cpu.gpr[Cpu.RSP]);
                    faithful.execute(cpu);
                    cpu.setRflags(cpu.flags.value() & ~Rflags.IOPL | flags & Rflags.IOPL);
                }, "RING3-11"),
                processor("MUT-111", "POPF loads IF at any privilege level", "POPFQ", (cpu, faithful) -> {
                    long flags = cpu.memory.read64(cpu.gpr[Cpu.RSP]);
                    faithful.execute(cpu);
                    cpu.setRflags(cpu.flags.value() & ~Rflags.IF | flags & Rflags.IF);
                }, "RING3-11"),
                processor("MUT-112", "CLAC does nothing", "CLAC", (cpu, faithful) -> {
                }, "SEC-03"));
    }

    private static Mutant processor(String id, String breaks, String mnemonic, Body body, String... clauses) {
        OperationBinder binder = (instruction, offset, model) -> {
            Operation faithful = OperationBinder.FAITHFUL.bind(instruction, offset, model);
            return instruction.mnemonic().equals(mnemonic) ? new Changed(faithful, body) : faithful;
        };
        return Mutant.processor(id, breaks, binder, clauses);
    }
}
