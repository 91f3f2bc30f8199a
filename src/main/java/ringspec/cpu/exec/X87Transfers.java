package ringspec.cpu.exec;

import ringspec.cpu.LinearMemory;
import ringspec.cpu.x87.Extended;
import ringspec.cpu.x87.X87Context;
import ringspec.cpu.x87.X87Integers;
import ringspec.cpu.x87.X87Remainder;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** FLD, FST, FILD, FIST, FISTTP, FBLD, FBSTP, FXCH, FCMOVcc and the constants (SDM vol. 1, 8.3.2 and 8.3.4). */
final class X87Transfers {

    private static final int EXTENDED_SIZE = 10;
    private static final String[] CONDITIONS = {"B", "E", "BE", "U"};
    private static final int[] CONDITION_CODES = {2, 4, 6, 10};

    private X87Transfers() {
    }

    static void register(Registry registry) {
        registry.add("FLD", X87Transfers::load);
        registry.add("FILD", X87Transfers::loadMemory);
        registry.add("FBLD", (i, offset) -> X87Instruction.memory(i, offset, (step, linear) -> {
            step.cpu.memory.prepareRead(linear, EXTENDED_SIZE);
            step.push(X87Integers.ofDecimal(step.cpu.memory.read64(linear), step.cpu.memory.read16(linear + 8)));
        }));
        registry.add("FST", (i, offset) -> store(i, offset, false));
        registry.add("FSTP", (i, offset) -> store(i, offset, true));
        registry.add("FSTPNCE", X87Transfers::storeWithoutException);
        registry.add("FIST", (i, offset) -> storeInteger(i, offset, false));
        registry.add("FISTP", (i, offset) -> storeInteger(i, offset, true));
        registry.add("FISTTP", X87Transfers::storeTruncated);
        registry.add("FBSTP", (i, offset) -> X87Instruction.memory(i, offset, X87Transfers::storeDecimal));
        registry.add("FXCH", X87Transfers::exchange);
        for (int i = 0; i < CONDITIONS.length; i++) {
            Condition condition = Condition.of(CONDITION_CODES[i]);
            Condition inverse = Condition.of(CONDITION_CODES[i] ^ 1);
            registry.add("FCMOV" + CONDITIONS[i], (instruction, offset) -> move(instruction, offset, condition));
            registry.add("FCMOVN" + CONDITIONS[i], (instruction, offset) -> move(instruction, offset, inverse));
        }
        constants(registry);
    }

    private static void constants(Registry registry) {
        constant(registry, "FLD1", Extended.ONE, Extended.ONE, Extended.ONE);
        constant(registry, "FLDZ", Extended.zero(false), Extended.zero(false), Extended.zero(false));
        constant(registry, "FLDL2T", 0x4000, 0xD49A_784B_CD1B_8AFEL, false);
        constant(registry, "FLDL2E", 0x3FFF, 0xB8AA_3B29_5C17_F0BBL, true);
        constant(registry, "FLDPI", 0x4000, 0xC90F_DAA2_2168_C234L, true);
        constant(registry, "FLDLG2", 0x3FFD, 0x9A20_9A84_FBCF_F798L, true);
        constant(registry, "FLDLN2", 0x3FFE, 0xB172_17F7_D1CF_79ABL, true);
    }

    /** @param nearestIsUp whether the nearest value is above the number, which {@code below} is always below */
    private static void constant(Registry registry, String mnemonic, int exponent, long below, boolean nearestIsUp) {
        Extended low = new Extended(exponent, below);
        Extended high = new Extended(exponent, below + 1);
        constant(registry, mnemonic, nearestIsUp ? high : low, low, high);
    }

    private static void constant(Registry registry, String mnemonic, Extended nearest, Extended below,
            Extended above) {
        registry.add(mnemonic, (i, offset) -> X87Instruction.of(i, offset,
                step -> step.push(switch (step.context.rounding()) {
                    case X87Context.NEAREST -> nearest;
                    case X87Context.UP -> above;
                    default -> below;
                })));
    }

    private static Operation load(Instruction instruction, int offset) {
        if (instruction.operand(0) instanceof Operand.Mem) {
            return loadMemory(instruction, offset);
        }
        int source = X87ArithmeticOperations.stackRegister(instruction, 0);
        return X87Instruction.of(instruction, offset,
                step -> step.push(step.isEmpty(source) ? step.underflow() : step.get(source)));
    }

    private static Operation loadMemory(Instruction instruction, int offset) {
        X87Source source = X87Source.of(instruction);
        boolean converts = source == X87Source.SINGLE || source == X87Source.DOUBLE;
        return X87Instruction.memory(instruction, offset, (step, linear) -> {
            Extended value = source.read(step, linear);
            if (converts && step.isEmpty(7)) {
                value = X87Remainder.loaded(step.context, value);
            }
            step.push(value);
        });
    }

    private static Operation store(Instruction instruction, int offset, boolean pops) {
        if (instruction.operand(0) instanceof Operand.Mem) {
            return storeMemory(instruction, offset, pops);
        }
        int target = X87ArithmeticOperations.stackRegister(instruction, 0);
        return X87Instruction.of(instruction, offset, step -> {
            Extended value = step.isEmpty(0) ? step.underflow() : step.get(0);
            if (!step.isAborted()) {
                step.put(target, value);
                popIf(step, pops);
            }
        });
    }

    private static Operation storeMemory(Instruction instruction, int offset, boolean pops) {
        X87Source format = X87Source.of(instruction);
        return X87Instruction.memory(instruction, offset, (step, linear) -> {
            LinearMemory memory = step.cpu.memory;
            memory.prepareWrite(linear, format.size());
            Extended value = step.isEmpty(0) ? step.underflow() : step.get(0);
            switch (format) {
                case SINGLE -> {
                    int bits = X87Integers.toSingle(step.context, value);
                    storeUnlessAborted(step, () -> memory.write32(linear, bits), pops);
                }
                case DOUBLE -> {
                    long bits = X87Integers.toDouble(step.context, value);
                    storeUnlessAborted(step, () -> memory.write64(linear, bits), pops);
                }
                default -> storeUnlessAborted(step, () -> write80(memory, linear, value), pops);
            }
        });
    }

    private static void storeUnlessAborted(X87Step step, Runnable write, boolean pops) {
        if (!step.isAborted() && !step.context.isRangeAborted()) {
            write.run();
            popIf(step, pops);
        }
    }

    private static void write80(LinearMemory memory, long linear, Extended value) {
        memory.write64(linear, value.significand());
        memory.write16(linear + 8, value.signExponent());
    }

    private static void popIf(X87Step step, boolean pops) {
        if (pops) {
            step.pop();
        }
    }

    /** D9 D8+i: an FSTP ST(i) that raises nothing and stores nothing if ST(0) is empty. */
    private static Operation storeWithoutException(Instruction instruction, int offset) {
        int target = X87ArithmeticOperations.stackRegister(instruction, 0);
        return X87Instruction.of(instruction, offset, step -> {
            if (!step.isEmpty(0)) {
                step.put(target, step.get(0));
            }
            step.pop();
        });
    }

    private static Operation storeInteger(Instruction instruction, int offset, boolean pops) {
        int size = X87Source.of(instruction).size();
        return X87Instruction.memory(instruction, offset, (step, linear) -> integer(step, linear, size, pops));
    }

    private static Operation storeTruncated(Instruction instruction, int offset) {
        int size = X87Source.of(instruction).size();
        return X87Instruction.truncating(instruction, offset, (step, linear) -> integer(step, linear, size, true));
    }

    private static void integer(X87Step step, long linear, int size, boolean pops) {
        step.cpu.memory.prepareWrite(linear, size);
        Extended value = step.isEmpty(0) ? step.underflow() : step.get(0);
        long integer = X87Integers.toInteger(step.context, value, size * 8);
        storeUnlessAborted(step, () -> step.cpu.memory.write(linear, size, integer), pops);
    }

    private static void storeDecimal(X87Step step, long linear) {
        step.cpu.memory.prepareWrite(linear, EXTENDED_SIZE);
        Extended value = step.isEmpty(0) ? step.underflow() : step.get(0);
        Extended decimal = X87Integers.toDecimal(step.context, value);
        storeUnlessAborted(step, () -> write80(step.cpu.memory, linear, decimal), true);
    }

    private static Operation exchange(Instruction instruction, int offset) {
        int other = X87ArithmeticOperations.stackRegister(instruction, 0);
        return X87Instruction.of(instruction, offset, step -> {
            Extended first = step.isEmpty(0) ? step.underflow() : step.get(0);
            Extended second = step.isEmpty(other) ? step.underflow() : step.get(other);
            if (!step.isAborted()) {
                step.put(0, second);
                step.put(other, first);
            }
        });
    }

    private static Operation move(Instruction instruction, int offset, Condition condition) {
        int source = X87ArithmeticOperations.stackRegister(instruction, 1);
        return X87Instruction.of(instruction, offset, step -> {
            Extended value = step.isEmpty(0) || step.isEmpty(source) ? step.underflow() : step.get(source);
            step.keepC1();
            if (!step.isAborted() && (step.hasStackFault() || condition.test(step.cpu.flags))) {
                step.put(0, value);
            }
        });
    }
}
