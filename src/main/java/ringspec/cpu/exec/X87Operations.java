package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/** The x87 instructions, and among them those that only move TOP or change tags. */
final class X87Operations {

    private X87Operations() {
    }

    static void register(Registry registry) {
        X87Transfers.register(registry);
        X87ArithmeticOperations.register(registry);
        X87Comparisons.register(registry);
        X87Transcendentals.register(registry);
        X87Environment.register(registry);
        registry.add("FNOP", (i, offset) -> X87Instruction.of(i, offset, step -> step.setConditions(0, 0)));
        registry.add("FINCSTP", (i, offset) -> X87Instruction.of(i, offset, step -> turn(step, 1)));
        registry.add("FDECSTP", (i, offset) -> X87Instruction.of(i, offset, step -> turn(step, -1)));
        registry.add("FFREE", (i, offset) -> free(i, offset, false));
        registry.add("FFREEP", (i, offset) -> free(i, offset, true));
    }

    private static void turn(X87Step step, int by) {
        step.fpu.setTop(step.fpu.top() + by);
    }

    private static Operation free(Instruction instruction, int offset, boolean pops) {
        int register = X87ArithmeticOperations.stackRegister(instruction, 0);
        return X87Instruction.of(instruction, offset, step -> {
            step.free(register);
            if (pops) {
                step.pop();
            }
        });
    }
}
