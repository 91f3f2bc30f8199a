package ringspec.cpu.exec;

import ringspec.cpu.FpuState;
import ringspec.cpu.x87.Extended;
import ringspec.cpu.x87.X87Arithmetic;
import ringspec.cpu.x87.X87Context;
import ringspec.cpu.x87.X87Remainder;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** FADD to FDIVR in all forms, FSQRT, FPREM and their kin (SDM vol. 1, 8.3.3 and 8.3.5). */
final class X87ArithmeticOperations {

    /** A result of destination and source. */
    @FunctionalInterface
    interface Binary {
        Extended of(X87Context context, Extended destination, Extended source);
    }

    /** A result of ST(0). */
    @FunctionalInterface
    interface Unary {
        Extended of(X87Context context, Extended value);
    }

    private X87ArithmeticOperations() {
    }

    static void register(Registry registry) {
        binary(registry, "ADD", X87Arithmetic::add);
        binary(registry, "MUL", X87Arithmetic::multiply);
        binary(registry, "SUB", X87Arithmetic::subtract);
        binary(registry, "SUBR", X87Arithmetic::subtractReversed);
        binary(registry, "DIV", X87Arithmetic::divide);
        binary(registry, "DIVR", X87Arithmetic::divideReversed);
        unary(registry, "FSQRT", X87Arithmetic::squareRoot);
        unary(registry, "FRNDINT", X87Remainder::roundToInteger);
        unary(registry, "FCHS", (context, value) -> value.negated());
        unary(registry, "FABS", (context, value) -> value.magnitude());
        registry.add("FSCALE", (i, offset) -> X87Instruction.of(i, offset,
                step -> combine(step, 0, 1, false, X87Remainder::scale)));
        registry.add("FPREM", (i, offset) -> X87Instruction.of(i, offset, step -> remainder(step, false)));
        registry.add("FPREM1", (i, offset) -> X87Instruction.of(i, offset, step -> remainder(step, true)));
        registry.add("FXTRACT", (i, offset) -> X87Instruction.of(i, offset, X87ArithmeticOperations::extract));
    }

    private static void binary(Registry registry, String name, Binary operation) {
        registry.add("F" + name, (i, offset) -> i.operand(0) instanceof Operand.Mem ? withMemory(i, offset, operation)
                : withRegister(i, offset, false, operation));
        registry.add("F" + name + "P", (i, offset) -> withRegister(i, offset, true, operation));
        registry.add("FI" + name, (i, offset) -> withMemory(i, offset, operation));
    }

    private static Operation withRegister(Instruction instruction, int offset, boolean pops, Binary operation) {
        int destination = stackRegister(instruction, 0);
        int source = stackRegister(instruction, 1);
        return X87Instruction.of(instruction, offset, step -> combine(step, destination, source, pops, operation));
    }

    private static Operation withMemory(Instruction instruction, int offset, Binary operation) {
        X87Source source = X87Source.of(instruction);
        return X87Instruction.memory(instruction, offset, (step, linear) -> {
            Extended value = source.read(step, linear);
            Extended result = step.isEmpty(0) ? step.underflow() : operation.of(step.context, step.get(0), value);
            if (!step.isAborted()) {
                step.put(0, result);
            }
        });
    }

    /** The i of an operand ST(i). */
    static int stackRegister(Instruction instruction, int position) {
        return ((Operand.Reg) instruction.operand(position)).register().number();
    }

    static void combine(X87Step step, int destination, int source, boolean pops, Binary operation) {
        Extended result = step.isEmpty(destination) || step.isEmpty(source) ? step.underflow()
                : operation.of(step.context, step.get(destination), step.get(source));
        if (!step.isAborted()) {
            step.put(destination, result);
            if (pops) {
                step.pop();
            }
        }
    }

    static void unary(Registry registry, String mnemonic, Unary operation) {
        registry.add(mnemonic, (i, offset) -> X87Instruction.of(i, offset, step -> {
            Extended result = step.isEmpty(0) ? step.underflow() : operation.of(step.context, step.get(0));
            if (!step.isAborted()) {
                step.put(0, result);
            }
        }));
    }

    private static void remainder(X87Step step, boolean nearest) {
        X87Remainder.Partial result = step.isEmpty(0) || step.isEmpty(1)
                ? X87Remainder.Partial.none(step.underflow())
                : X87Remainder.remainder(step.context, step.get(0), step.get(1), nearest);
        if (!step.isAborted()) {
            step.put(0, result.value());
        }
        if (!result.hasQuotient() || step.isAborted()) {
            step.setConditions(FpuState.C1 | FpuState.C2, 0);
            return;
        }
        int quotient = result.quotient();
        step.setConditions(FpuState.C0 | FpuState.C1 | FpuState.C2 | FpuState.C3,
                ((quotient & 4) != 0 ? FpuState.C0 : 0) | ((quotient & 2) != 0 ? FpuState.C3 : 0)
                        | ((quotient & 1) != 0 ? FpuState.C1 : 0) | (result.complete() ? 0 : FpuState.C2));
    }

    /** Splits ST(0) into its exponent and, pushed, its significand. */
    private static void extract(X87Step step) {
        Extended value = step.get(0);
        Extended exponent;
        Extended significand;
        if (step.isEmpty(0)) {
            exponent = step.underflow();
            significand = exponent;
        } else if (!step.isEmpty(7)) {
            exponent = step.overflow();
            significand = exponent;
        } else if (value.isUnsupported() || value.isNan()) {
            exponent = X87Remainder.loaded(step.context, value);
            significand = exponent;
        } else if (value.isInfinite()) {
            exponent = Extended.infinity(false);
            significand = value;
        } else if (value.isZero()) {
            step.context.raise(FpuState.ZE);
            exponent = Extended.infinity(true);
            significand = value;
        } else {
            step.context.noteDenormal(value);
            exponent = X87Remainder.exponent(value);
            significand = X87Remainder.significand(value);
        }
        if (!step.isAborted()) {
            step.put(0, exponent);
            step.pushUnchecked(significand);
        }
    }
}
