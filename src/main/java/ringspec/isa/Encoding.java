package ringspec.isa;

import java.util.ArrayList;
import java.util.List;

/**
 * The encoding of an instruction form, parsed from the SDM's opcode column (vol. 2, 3.1.1.1).
 *
 * @param text         as the table prints it: {@code REX.W + 0F AF /r}
 * @param prefix       the mandatory prefix
 * @param rexW         whether REX.W selects this form
 * @param map          the opcode map: 0 one-byte, 1 {@code 0F}, 2 {@code 0F 38}, 3 {@code 0F 3A}
 * @param opcode       the opcode byte within the map (with register number 0 for {@link #plusRegister})
 * @param plusRegister whether the low three opcode bits hold a register (+rb +rw +rd +ro)
 * @param modRm        whether a ModRM byte follows
 * @param digit        the /digit in ModRM.reg, or -1
 * @param fixedModRm   the whole ModRM byte where it is part of the opcode ({@code 0F 01 F8}), or -1
 * @param immediates   sizes in bytes of what follows, in order (cb cd ib iw id io)
 */
public record Encoding(String text, Prefix prefix, boolean rexW, int map, int opcode, boolean plusRegister,
        boolean modRm, int digit,
        int fixedModRm, List<Integer> immediates) {

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
        Prefix prefix = Prefix.ANY;
        boolean rexW = false;
        boolean plus = false;
        boolean slashR = false;
        int digit = -1;
        List<Integer> bytes = new ArrayList<>();
        List<Integer> immediates = new ArrayList<>();
        for (String token : text.replace(" + ", " ").split(" ")) {
            switch (token) {
                case "NP" -> prefix = Prefix.NP;
                case "NFx" -> prefix = Prefix.NFX;
                case "REX.W" -> rexW = true;
                case "/r" -> slashR = true;
                case "/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7" -> digit = token.charAt(1) - '0';
                case "cb", "ib" -> immediates.add(1);
                case "cw", "iw" -> immediates.add(2);
                case "cd", "id" -> immediates.add(4);
                case "io" -> immediates.add(8);
                default -> {
                    String hex = token;
                    int at = token.indexOf('+');
                    if (at > 0) {
                        plus = true;
                        hex = token.substring(0, at);
                    }
                    bytes.add(hex(hex, text));
                }
            }
        }
        int at = 0;
        if (bytes.size() > 1) {
            Prefix found = switch (bytes.get(0)) {
                case 0x66 -> Prefix.P66;
                case 0xF3 -> Prefix.F3;
                case 0xF2 -> Prefix.F2;
                default -> null;
            };
            if (found != null) {
                prefix = found;
                at = 1;
            }
        }
        int map = 0;
        if (bytes.size() > at + 1 && bytes.get(at) == 0x0F) {
            map = bytes.get(at + 1) == 0x38 ? 2 : bytes.get(at + 1) == 0x3A ? 3 : 1;
            at += map == 1 ? 1 : 2;
        }
        int rest = bytes.size() - at;
        if (rest < 1 || rest > 2 || rest == 2 && (slashR || digit >= 0)) {
            throw new IllegalArgumentException("encoding \"" + text
                    + "\" must have one opcode byte after prefix and map, "
                    + "and a second one only as a fixed ModRM byte");
        }
        int fixed = rest == 2 ? bytes.get(at + 1) : -1;
        return new Encoding(text, prefix, rexW, map, bytes.get(at), plus, slashR || digit >= 0 || fixed >= 0, digit,
                fixed,
                List.copyOf(immediates));
    }

    private static int hex(String token, String text) {
        try {
            if (token.length() == 2) {
                return Integer.parseInt(token, 16);
            }
        } catch (NumberFormatException e) {
            // reported below, as any other unknown token
        }
        throw new IllegalArgumentException("unknown token \"" + token + "\" in encoding \"" + text
                + "\": expected NP, NFx, REX.W, a hex byte, /r, /0../7, +rb +rw +rd +ro, cb cd ib iw id io");
    }

    @Override
    public String toString() {
        return text;
    }
}
