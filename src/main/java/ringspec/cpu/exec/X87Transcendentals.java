package ringspec.cpu.exec;

import ringspec.cpu.FpuState;
import ringspec.cpu.x87.Extended;
import ringspec.cpu.x87.X87Functions;
import ringspec.cpu.x87.X87Trigonometry;

/** F2XM1, FYL2X, FYL2XP1, FPATAN, FSIN, FCOS, FSINCOS and FPTAN (SDM vol. 1, 8.3.7 to 8.3.10). */
final class X87Transcendentals {

    private X87Transcendentals() {
    }

    static void register(Registry registry) {
        X87ArithmeticOperations.unary(registry, "F2XM1", X87Functions::exponential);
        binary(registry, "FYL2X", X87Functions::logarithm);
        binary(registry, "FYL2XP1", X87Functions::logarithmOfOnePlus);
        binary(registry, "FPATAN", X87Functions::arctangent);
        trigonometric(registry, "FSIN", false, step -> replace(step, X87Trigonometry::sine));
        trigonometric(registry, "FCOS", false, step -> replace(step, X87Trigonometry::cosine));
        trigonometric(registry, "FPTAN", true, step -> replaceAndPush(step, X87Trigonometry::tangent,
                (context, value) -> value.isNan() || value.isInfinite() || value.isUnsupported()
                        ? X87Trigonometry.tangent(context, value) : Extended.ONE));
        trigonometric(registry, "FSINCOS", true, step -> replaceAndPush(step, X87Trigonometry::sine,
                X87Trigonometry::cosine));
    }

    /** ST(1) becomes the function of ST(0) and ST(1), and ST(0) is popped. */
    private static void binary(Registry registry, String mnemonic, X87ArithmeticOperations.Binary function) {
        registry.add(mnemonic, (i, offset) -> X87Instruction.of(i, offset, step -> X87ArithmeticOperations.combine(step,
                1, 0, true, (context, second, first) -> function.of(context, first, second))));
    }

    /**
     * Sets C2 and does nothing else if ST(0) is out of range, clears it otherwise.
     *
     * @param pushes whether a full stack comes first
     */
    private static void trigonometric(Registry registry, String mnemonic, boolean pushes, X87Instruction.Body body) {
        registry.add(mnemonic, (i, offset) -> X87Instruction.of(i, offset, step -> {
            boolean faulty = step.isEmpty(0) || pushes && !step.isEmpty(7);
            if (!faulty && X87Trigonometry.isOutOfRange(step.get(0))) {
                step.setConditions(FpuState.C1 | FpuState.C2, FpuState.C2);
                return;
            }
            body.execute(step);
            step.clearC2();
        }));
    }

    private static void replace(X87Step step, X87ArithmeticOperations.Unary function) {
        Extended result = step.isEmpty(0) ? step.underflow() : function.of(step.context, step.get(0));
        if (!step.isAborted()) {
            step.put(0, result);
        }
    }

    private static void replaceAndPush(X87Step step, X87ArithmeticOperations.Unary first,
            X87ArithmeticOperations.Unary second) {
        Extended value = step.get(0);
        boolean faulty = step.isEmpty(0) || !step.isEmpty(7);
        Extended fault = step.isEmpty(0) ? step.underflow() : faulty ? step.overflow() : value;
        Extended pushed = faulty ? fault : second.of(step.context, value);
        Extended replaced = faulty ? fault : first.of(step.context, value);
        if (!step.isAborted()) {
            step.put(0, replaced);
            step.pushUnchecked(pushed);
        }
    }
}
