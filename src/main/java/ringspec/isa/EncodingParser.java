package ringspec.isa;

import java.util.ArrayList;
import java.util.List;

import ringspec.isa.Encoding.Prefix;
import ringspec.isa.Encoding.Vex;

/** The SDM's opcode column (vol. 2, 3.1.1.1 and 3.1.1.2), token by token. */
final class EncodingParser {

    private final String text;
    private Prefix prefix = Prefix.ANY;
    private boolean rexW;
    private Vex vex;
    private int map;
    private boolean plusRegister;
    private boolean plusStack;
    private boolean slashR;
    private int digit = -1;
    private boolean is4;
    private final List<Integer> bytes = new ArrayList<>();
    private final List<Integer> immediates = new ArrayList<>();

    EncodingParser(String text) {
        this.text = text;
    }

    Encoding parse() {
        for (String token : text.replace(" + ", " ").split(" ")) {
            token(token);
        }
        int at = vex == null ? legacyPrefixAndMap() : 0;
        int rest = bytes.size() - at;
        if (rest < 1 || rest > 2 || rest == 2 && (slashR || digit >= 0)) {
            throw new IllegalArgumentException("encoding \"" + text
                    + "\" must have one opcode byte after prefix and map, "
                    + "and a second one only as a fixed ModRM byte");
        }
        int fixed = rest == 2 ? bytes.get(at + 1) : -1;
        if (plusStack && (fixed < 0xC0 || (fixed & 7) != 0)) {
            throw new IllegalArgumentException("encoding \"" + text
                    + "\": +i needs a fixed ModRM byte before it, C0 to F8 in steps of 8");
        }
        return new Encoding(text, prefix, rexW, vex, map, bytes.get(at), plusRegister, plusStack,
                slashR || digit >= 0 || fixed >= 0, digit, fixed, List.copyOf(immediates), is4);
    }

    private void token(String token) {
        switch (token) {
            case "NP" -> prefix = Prefix.NP;
            case "NFx" -> prefix = Prefix.NFX;
            case "REX.W" -> rexW = true;
            case "/r" -> slashR = true;
            case "/is4" -> is4 = true;
            case "/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7" -> digit = token.charAt(1) - '0';
            case "cb", "ib" -> immediates.add(1);
            case "cw", "iw" -> immediates.add(2);
            case "cd", "id" -> immediates.add(4);
            case "cp" -> immediates.add(6);
            case "io" -> immediates.add(8);
            default -> {
                if (token.startsWith("VEX.")) {
                    vex(token);
                    return;
                }
                int plus = token.indexOf('+');
                plusStack |= plus > 0 && token.endsWith("+i");
                plusRegister |= plus > 0 && !token.endsWith("+i");
                bytes.add(hex(plus > 0 ? token.substring(0, plus) : token));
            }
        }
    }

    /** {@code VEX.128.66.0F.WIG}: vector length, mandatory prefix if any, map, W. */
    private void vex(String token) {
        int length = Integer.MIN_VALUE;
        int w = -1;
        prefix = Prefix.NP;
        for (String part : token.substring(4).split("\\.")) {
            switch (part) {
                case "128", "LZ", "L0" -> length = 0;
                case "256", "L1" -> length = 1;
                case "LIG" -> length = -1;
                case "NP" -> prefix = Prefix.NP;
                case "66" -> prefix = Prefix.P66;
                case "F3" -> prefix = Prefix.F3;
                case "F2" -> prefix = Prefix.F2;
                case "0F" -> map = 1;
                case "0F38" -> map = 2;
                case "0F3A" -> map = 3;
                case "W0" -> w = 0;
                case "W1" -> w = 1;
                case "WIG" -> w = -1;
                default -> throw new IllegalArgumentException("unknown part \"" + part + "\" of \"" + token
                        + "\": expected 128, 256, LIG or LZ, then NP, 66, F3 or F2, then 0F, 0F38 or 0F3A, "
                        + "then W0, W1 or WIG");
            }
        }
        if (length == Integer.MIN_VALUE || map == 0) {
            throw new IllegalArgumentException("\"" + token + "\" lacks its vector length (128, 256, LIG or LZ) or its "
                    + "map (0F, 0F38 or 0F3A)");
        }
        vex = new Vex(length, w);
    }

    /** Takes mandatory prefix and map bytes; returns where the opcode byte is. */
    private int legacyPrefixAndMap() {
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
        if (bytes.size() > at + 1 && bytes.get(at) == 0x0F) {
            map = bytes.get(at + 1) == 0x38 ? 2 : bytes.get(at + 1) == 0x3A ? 3 : 1;
            at += map == 1 ? 1 : 2;
        }
        return at;
    }

    private int hex(String token) {
        try {
            if (token.length() == 2) {
                return Integer.parseInt(token, 16);
            }
        } catch (NumberFormatException e) {
            // reported below, as any other unknown token
        }
        throw new IllegalArgumentException("unknown token \"" + token + "\" in encoding \"" + text
                + "\": expected NP, NFx, REX.W, VEX.., a hex byte, /r, /0../7, /is4, +rb +rw +rd +ro +i, "
                + "cb cw cd cp ib iw id io");
    }
}
