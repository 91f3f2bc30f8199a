package ringspec.cpu.exec;

import ringspec.cpu.Flags;

/** The operations of two operands that share all their forms: ADD OR ADC SBB AND SUB XOR CMP, and TEST. */
final class AluKind {

    static final int ADD = 0;
    static final int OR = 1;
    static final int ADC = 2;
    static final int SBB = 3;
    static final int AND = 4;
    static final int SUB = 5;
    static final int XOR = 6;
    /** From here on only flags are written. */
    static final int CMP = 7;
    static final int TEST = 8;

    /** Mnemonics by kind. */
    static final String[] MNEMONICS = {"ADD", "OR", "ADC", "SBB", "AND", "SUB", "XOR", "CMP", "TEST"};

    private AluKind() {
    }

    /** The kind with a mnemonic of {@link #MNEMONICS}. */
    static int of(String mnemonic) {
        for (int kind = 0; kind < MNEMONICS.length; kind++) {
            if (MNEMONICS[kind].equals(mnemonic)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(mnemonic + " is none of " + String.join(" ", MNEMONICS));
    }

    /** The result, its bits above the operand size not significant; flags set. */
    static long apply(int kind, Flags flags, int bits, long a, long b) {
        return switch (kind) {
            case ADD -> Arithmetic.add(flags, bits, a, b);
            case OR -> Arithmetic.or(flags, bits, a, b);
            case ADC -> Arithmetic.adc(flags, bits, a, b);
            case SBB -> Arithmetic.sbb(flags, bits, a, b);
            case AND, TEST -> Arithmetic.and(flags, bits, a, b);
            case XOR -> Arithmetic.xor(flags, bits, a, b);
            default -> Arithmetic.sub(flags, bits, a, b);
        };
    }
}
