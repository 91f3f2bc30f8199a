package ringspec.isa;

import java.util.List;

/**
 * The encoding of an instruction form, parsed from the SDM's opcode column (vol. 2, 3.1.1.1).
 *
 * @param text         as the table prints it: {@code REX.W + 0F AF /r}
 * @param prefix       the mandatory prefix
 * @param rexW         whether REX.W selects this form
 * @param vex          the fields of a VEX prefix, or null for a legacy encoding
 * @param map          the opcode map: 0 one-byte, 1 {@code 0F}, 2 {@code 0F 38}, 3 {@code 0F 3A}
 * @param opcode       the opcode byte within the map (with register number 0 for {@link #plusRegister})
 * @param plusRegister whether the low three opcode bits hold a register (+rb +rw +rd +ro)
 * @param plusStack    whether the low three bits of the fixed ModRM byte hold an x87 register ({@code D8 C0+i}), or are
 *                     ignored where no operand is one
 * @param modRm        whether a ModRM byte follows
 * @param digit        the /digit in ModRM.reg, or -1
 * @param fixedModRm   the whole ModRM byte where it is part of the opcode ({@code 0F 01 F8}), or -1
 * @param immediates   sizes in bytes of what follows, in order (cb cw cd cp ib iw id io)
 * @param is4          whether an immediate byte follows whose bits 7:4 hold a register
 */
public record Encoding(String text, Prefix prefix, boolean rexW, Vex vex, int map, int opcode, boolean plusRegister,
        boolean plusStack, boolean modRm, int digit, int fixedModRm, List<Integer> immediates, boolean is4) {

    /**
     * What a form asks of a VEX prefix beside map and mandatory prefix (SDM vol. 2, 3.1.1.2).
     *
     * @param length VEX.L: 0 for 128 bits and LZ, 1 for 256 bits, -1 where it is ignored (LIG)
     * @param w      VEX.W: 0, 1, or -1 where it is ignored (WIG)
     */
    public record Vex(int length, int w) {
    }

    /** The mandatory prefix of a form. */
    public enum Prefix {
        /** None printed: 66 is the operand size, F2 and F3 mean nothing to the opcode. */
        ANY(-1),
        /** NP: 66, F2 and F3 select another form or none. */
        NP(-1),
        /** NFx: 66 is the operand size, F2 and F3 select another form or none. */
        NFX(-1),
        /** 66 is part of the opcode. */
        P66(0x66),
        /** F3 is part of the opcode. */
        F3(0xF3),
        /** F2 is part of the opcode. */
        F2(0xF2);

        private final int value;

        Prefix(int value) {
            this.value = value;
        }

        /** The prefix byte, or -1. */
        public int value() {
            return value;
        }
    }

    /**
     * Parses the opcode column.
     *
     * @throws IllegalArgumentException if a token is unknown or the opcode is missing
     */
    static Encoding parse(String text) {
        return new EncodingParser(text).parse();
    }

    @Override
    public String toString() {
        return text;
    }
}
