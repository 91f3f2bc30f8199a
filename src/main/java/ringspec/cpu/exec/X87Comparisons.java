package ringspec.cpu.exec;

import ringspec.cpu.FpuState;
import ringspec.cpu.Rflags;
import ringspec.cpu.x87.Extended;
import ringspec.cpu.x87.X87Comparison;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** FCOM, FUCOM, FICOM, FCOMI, FUCOMI, FTST and FXAM (SDM vol. 1, 8.3.6). */
final class X87Comparisons {

    private static final int ALL_CONDITIONS = FpuState.C0 | FpuState.C1 | FpuState.C2 | FpuState.C3;

    private X87Comparisons() {
    }

    static void register(Registry registry) {
        registry.add("FCOM", (i, offset) -> compare(i, offset, false, 0));
        registry.add("FCOMP", (i, offset) -> compare(i, offset, false, 1));
        registry.add("FUCOM", (i, offset) -> compare(i, offset, true, 0));
        registry.add("FUCOMP", (i, offset) -> compare(i, offset, true, 1));
        registry.add("FICOM", (i, offset) -> compareMemory(i, offset, 0));
        registry.add("FICOMP", (i, offset) -> compareMemory(i, offset, 1));
        registry.add("FCOMPP", (i, offset) -> X87Instruction.of(i, offset, step -> compare(step, 1, false, 2)));
        registry.add("FUCOMPP", (i, offset) -> X87Instruction.of(i, offset, step -> compare(step, 1, true, 2)));
        registry.add("FCOMI", (i, offset) -> compareToFlags(i, offset, false, false));
        registry.add("FCOMIP", (i, offset) -> compareToFlags(i, offset, false, true));
        registry.add("FUCOMI", (i, offset) -> compareToFlags(i, offset, true, false));
        registry.add("FUCOMIP", (i, offset) -> compareToFlags(i, offset, true, true));
        registry.add("FTST", (i, offset) -> X87Instruction.of(i, offset, step -> {
            int code = step.isEmpty(0) ? unordered(step)
                    : X87Comparison.compare(step.context, step.get(0), Extended.zero(false), false);
            show(step, code, 0);
        }));
        registry.add("FXAM", (i, offset) -> X87Instruction.of(i, offset, X87Comparisons::examine));
    }

    private static Operation compare(Instruction instruction, int offset, boolean quiet, int pops) {
        if (instruction.operand(0) instanceof Operand.Mem) {
            return compareMemory(instruction, offset, pops);
        }
        int other = X87ArithmeticOperations.stackRegister(instruction, 0);
        return X87Instruction.of(instruction, offset, step -> compare(step, other, quiet, pops));
    }

    private static void compare(X87Step step, int other, boolean quiet, int pops) {
        show(step, code(step, other, quiet), pops);
    }

    private static int code(X87Step step, int other, boolean quiet) {
        return step.isEmpty(0) || step.isEmpty(other) ? unordered(step)
                : X87Comparison.compare(step.context, step.get(0), step.get(other), quiet);
    }

    private static int unordered(X87Step step) {
        step.underflow();
        return X87Comparison.UNORDERED;
    }

    private static Operation compareMemory(Instruction instruction, int offset, int pops) {
        X87Source source = X87Source.of(instruction);
        return X87Instruction.memory(instruction, offset, (step, linear) -> {
            Extended value = source.read(step, linear);
            int code = step.isEmpty(0) ? unordered(step)
                    : X87Comparison.compare(step.context, step.get(0), value, false);
            show(step, code, pops);
        });
    }

    private static void show(X87Step step, int code, int pops) {
        if (showsResult(step)) {
            step.setConditions(ALL_CONDITIONS, code);
        }
        popUnlessAborted(step, pops);
    }

    /** AMD processors show a result in any case, Intel ones not if an unmasked #IA is raised (SDM vol. 2A, FCOM, table 3-21). */
    private static boolean showsResult(X87Step step) {
        return step.isAmd() || step.context.isMasked(FpuState.IE) || (step.context.raised() & FpuState.IE) == 0;
    }

    private static void popUnlessAborted(X87Step step, int pops) {
        if (!step.isAborted()) {
            for (int i = 0; i < pops; i++) {
                step.pop();
            }
        }
    }

    /** To ZF, PF and CF as C3, C2 and C0 would be; the other arithmetic flags are cleared. */
    private static Operation compareToFlags(Instruction instruction, int offset, boolean quiet, boolean pops) {
        int other = X87ArithmeticOperations.stackRegister(instruction, 1);
        return X87Instruction.of(instruction, offset, step -> {
            int code = code(step, other, quiet);
            step.keepC1();
            if (showsResult(step)) {
                step.cpu.flags.setArithmetic(((code & FpuState.C3) != 0 ? Rflags.ZF : 0)
                        | ((code & FpuState.C2) != 0 ? Rflags.PF : 0) | ((code & FpuState.C0) != 0 ? Rflags.CF : 0));
            }
            popUnlessAborted(step, pops ? 1 : 0);
        });
    }

    private static void examine(X87Step step) {
        Extended value = step.get(0);
        int code = step.isEmpty(0) ? X87Comparison.EMPTY : X87Comparison.classify(value);
        step.setConditions(ALL_CONDITIONS, code | (value.isNegative() ? FpuState.C1 : 0));
    }
}
