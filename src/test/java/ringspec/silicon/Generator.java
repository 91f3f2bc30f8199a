package ringspec.silicon;

import java.util.SplittableRandom;
import ringspec.cpu.Rflags;
import ringspec.isa.EncodingSamples;
import ringspec.isa.Instruction;
import ringspec.isa.InstructionForm;
import ringspec.isa.Register.Kind;
import ringspec.isa.Repeat;

/** Makes a case out of a row, a seed and a number; the same three always give the same case. */
final class Generator {

    private static final int[] REDUNDANT = {0x26, 0x2E, 0x36, 0x3E, 0x66, 0x67, 0xF2, 0xF3, 0xF0, 0x40, 0x41, 0x48,
            0x4F, 0x64};
    /** A stretch of random bytes from which each case takes a window as its memory. */
    private static final byte[] NOISE = noise();

    private static byte[] noise() {
        byte[] bytes = new byte[1 << 16];
        new SplittableRandom(20).nextBytes(bytes);
        return bytes;
    }

    /**
     * The case.
     *
     * @param form the row, or null for random bytes
     */
    TestCase make(InstructionForm form, long seed, long number) {
        TestCase test = new TestCase(form, seed, number);
        SplittableRandom random = new SplittableRandom((TestCase.hash(form) * 0x9E3779B97F4A7C15L ^ seed)
                * 0xBF58476D1CE4E5B9L ^ number * 0x94D049BB133111EBL);
        Values values = new Values(random);
        test.before.reset();
        boolean redundant = false;
        if (form == null) {
            test.bytes = new RandomBytes(values).make();
        } else {
            do {
                test.bytes = new EncodingSamples(random.nextLong()).sample(form);
                redundant = values.chance(6);
                if (redundant) {
                    test.bytes = withPrefix(test.bytes, values);
                }
            } while (Exclusions.isDangerous(test.bytes) || test.bytes.length > 15 || redundant && Exclusions.refuses(
                    test.bytes));
        }
        System.arraycopy(NOISE, values.below((NOISE.length - Layout.DATA_SIZE) / 8) * 8, test.before.memory, 0,
                Layout.DATA_SIZE);
        if (form != null && form.mnemonic().startsWith("RETF") && test.bytes.length > 2) {
            // A small release: AMD reads the stack behind it before it looks at CS, so that a far one faults differently
            test.bytes[test.bytes.length - 1] = 0;
            test.bytes[test.bytes.length - 2] &= (byte) 0xF8;
        }
        // AMD's UD0 has no ModRM byte (APM vol. 3, UD0), so there must be none to fault on;
        // and what a prefix spoils may be fetched whole before it is refused or not.
        boolean whole = form == null || redundant || form.attributes().has("ud");
        test.before.rip = Layout.CODE + (whole ? values.below(Layout.PAGE) : codeOffset(test.bytes.length, values));
        registers(test, values);
        OperandPlacer placer = new OperandPlacer(test, values);
        Preparation.beforePlacing(test, placer, values);
        placer.place();
        Preparation.afterPlacing(test, placer, values);
        if (form == null || redundant || mayBranch(test.instruction()) || values.chance(3)) {
            test.before.rflags |= Rflags.TF;
        }
        return test;
    }

    private static byte[] withPrefix(byte[] bytes, Values values) {
        byte[] longer = new byte[bytes.length + 1];
        longer[0] = (byte) values.oneOf(REDUNDANT);
        System.arraycopy(bytes, 0, longer, 1, bytes.length);
        return longer;
    }

    private static boolean mayBranch(Instruction instruction) {
        return instruction == null || instruction.form().category().equals("branch") || instruction.form().category()
                .equals("legacy");
    }

    /** Mostly anywhere; sometimes across the page boundary, before the unmapped page or even reaching into it. */
    private static int codeOffset(int length, Values values) {
        int choice = values.below(100);
        if (choice < 80) {
            return values.below(Layout.PAGE - 32);
        } else if (choice < 92) {
            return Layout.PAGE - values.below(length + 1);
        } else if (choice < 97) {
            return Layout.CODE_SIZE - length;
        }
        return Layout.CODE_SIZE - Math.max(1, values.below(length + 1));
    }

    private static void registers(TestCase test, Values values) {
        State state = test.before;
        for (int i = 0; i < 16; i++) {
            state.gpr[i] = values.integer();
        }
        state.rflags = 0x202 | values.any() & Rflags.ARITHMETIC | (values.chance(15) ? Rflags.DF : 0)
                | (values.chance(6) ? Rflags.AC : 0);
        vectors(test, values);
        if (values.chance(40)) {
            state.mxcsr = mxcsr(values);
        }
        if (usesFpu(test.form) || values.chance(3)) {
            fpu(state, values);
        }
    }

    private static boolean usesFpu(InstructionForm form) {
        return form == null || form.category().equals("x87") || form.category().startsWith("mmx")
                || form.operands().stream().anyMatch(o -> o.registerKind() == Kind.MM || o.registerKind() == Kind.ST)
                || form.mnemonic().contains("XSAVE") || form.mnemonic().contains("RSTOR");
    }

    private static void vectors(TestCase test, Values values) {
        Values.Style main = favourite(test.form, values);
        State state = test.before;
        for (int register = 0; register < 16; register++) {
            Values.Style style = values.chance(85) ? main : values.style();
            for (int half = 0; half < 2; half++) {
                state.xmm[2 * register + half] = values.element(style);
                state.ymmHigh[2 * register + half] = values.element(style);
            }
        }
    }

    /** Floating-point instructions want numbers of their format. */
    private static Values.Style favourite(InstructionForm form, Values values) {
        if (form != null && values.chance(75)) {
            String mnemonic = form.mnemonic();
            if (mnemonic.contains("PH2PS")) {
                return Values.Style.HALVES;
            } else if (mnemonic.endsWith("PS") || mnemonic.endsWith("SS") || mnemonic.contains("PS2") || mnemonic
                    .contains("SS2")) {
                return Values.Style.SINGLES;
            } else if (mnemonic.endsWith("PD") || mnemonic.endsWith("SD") || mnemonic.contains("PD2") || mnemonic
                    .contains("SD2")) {
                return Values.Style.DOUBLES;
            }
        }
        return values.style();
    }

    private static int mxcsr(Values values) {
        int masks = values.chance(60) ? 0x1F80 : (int) values.any() & 0x1F80;
        int modes = (int) values.any() & (values.chance(50) ? 0xE040 : 0x6000);
        int status = values.chance(50) ? 0 : (int) values.any() & 0x3F;
        return masks | modes | status;
    }

    private static void fpu(State state, Values values) {
        boolean plain = values.chance(50);
        int masks = values.chance(70) ? 0x3F : (int) values.any() & 0x3F;
        int control = 0x40 | masks | (plain ? 0x300 : (int) values.any() & 0xF00);
        int raised = values.chance(70) ? 0 : (int) values.any() & 0x3F;
        if (values.chance(90)) {
            // A pending exception lets most instructions do nothing but report it.
            raised &= masks;
        }
        boolean pending = (raised & ~masks) != 0;
        state.fpuControl = control;
        state.fpuStatus = raised | (raised & 1) * (values.chance(50) ? 0x40 : 0) | (pending ? 0x8080 : 0)
                | values.below(8) << 11 | (int) values.any() & 0x4700;
        state.fpuTag = values.chance(60) ? 0xFF : (int) values.any() & 0xFF;
        state.fpuOpcode = (int) values.any() & 0x7FF;
        state.fpuInstruction = values.any() >> 17;
        state.fpuOperand = values.any() >> 17;
        for (int i = 0; i < 8; i++) {
            number(state.fpu, 2 * i, values);
        }
    }

    private static void number(long[] fpu, int at, Values values) {
        if (values.chance(15)) {
            fpu[at] = values.element(values.style());
            fpu[at + 1] = 0xFFFF;
            return;
        }
        int exponent = values.exponent(15);
        fpu[at] = values.significand(exponent);
        fpu[at + 1] = exponent | values.below(2) << 15;
    }

    /** Memory in the formats that x87 instructions load. */
    static void fpuMemory(OperandPlacer placer, long address, int size, Values values) {
        switch (size) {
            case 4 -> placer.store(address, values.chance(50) ? values.single() : values.integer());
            case 8 -> placer.store(address, values.chance(50) ? values.floating(11, 52) : values.integer());
            case 10 -> {
                if (values.chance(50)) {
                    placer.store(address + 2, values.decimal());
                    placer.store(address, values.decimal());
                } else {
                    int exponent = values.exponent(15);
                    placer.store(address + 8, values.any() << 16 | exponent | values.below(2) << 15);
                    placer.store(address, values.significand(exponent));
                }
            }
            default -> placer.store(address, values.integer());
        }
    }

    static boolean repeats(TestCase test) {
        Instruction instruction = test.instruction();
        return instruction != null && instruction.repeat() != Repeat.NONE;
    }

}
