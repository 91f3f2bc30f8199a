package ringspec.isa.assembler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits a line into tokens. A {@code ;} or {@code #} outside quotes starts a comment. */
final class Lexer {

    private static final List<String> LONG_SIGNS = List.of("<<", ">>", "==", "!=", "<=", ">=", "&&", "||", "$$");

    private final String line;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String line) {
        this.line = line;
    }

    /**
     * The tokens of a line, the last one of kind END.
     *
     * @throws Mistake if a number or string is malformed
     */
    static List<Token> tokens(String line) {
        Lexer lexer = new Lexer(line);
        while (lexer.next()) {
            // next() adds the token
        }
        return lexer.tokens;
    }

    private boolean next() {
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        if (at >= line.length() || line.charAt(at) == ';' || line.charAt(at) == '#') {
            add(Token.Kind.END, "", 0, at);
            return false;
        }
        char c = line.charAt(at);
        if (isNameStart(c)) {
            int from = at;
            at = endOfName(line, at);
            add(Token.Kind.NAME, line.substring(from, at), 0, from);
        } else if (c >= '0' && c <= '9') {
            number();
        } else if (c == '"' || c == '\'') {
            string(c);
        } else {
            sign();
        }
        return true;
    }

    private void add(Token.Kind kind, String text, long value, int from) {
        tokens.add(new Token(kind, text, value, from + 1));
    }

    static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.' || c == '@' || c == '?';
    }

    static boolean isNamePart(char c) {
        return isNameStart(c) || c >= '0' && c <= '9';
    }

    static int endOfName(String text, int from) {
        int end = from;
        while (end < text.length() && isNamePart(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private void number() {
        int from = at;
        at = endOfName(line, at);
        String text = line.substring(from, at);
        String digits = text.replace("_", "").toLowerCase(Locale.ROOT);
        try {
            add(Token.Kind.NUMBER, text, parse(digits), from);
        } catch (NumberFormatException e) {
            throw new Mistake(from + 1, "\"" + text
                    + "\" is no number of 64 bits: expected decimal, 0x.. or ..h, 0o.. or 0b..");
        }
    }

    private static long parse(String digits) {
        if (digits.startsWith("0x")) {
            return Long.parseUnsignedLong(digits.substring(2), 16);
        }
        if (digits.endsWith("h")) {
            return Long.parseUnsignedLong(digits.substring(0, digits.length() - 1), 16);
        }
        if (digits.startsWith("0b")) {
            return Long.parseUnsignedLong(digits.substring(2), 2);
        }
        if (digits.startsWith("0o")) {
            return Long.parseUnsignedLong(digits.substring(2), 8);
        }
        return Long.parseUnsignedLong(digits, 10);
    }

    private void string(char quote) {
        int from = at++;
        StringBuilder text = new StringBuilder();
        while (at < line.length() && line.charAt(at) != quote) {
            char c = line.charAt(at++);
            text.append(c == '\\' && at < line.length() ? escape() : c);
        }
        if (at >= line.length()) {
            throw new Mistake(from + 1, "the string has no closing " + quote);
        }
        at++;
        add(Token.Kind.STRING, text.toString(), 0, from);
    }

    private char escape() {
        char c = line.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '0' -> '\0';
            case '\\', '\'', '"' -> c;
            default -> throw new Mistake(at - 1, "unknown escape \\" + c
                    + ": expected \\n \\r \\t \\0 \\\\ \\' or \\\"");
        };
    }

    private void sign() {
        for (String sign : LONG_SIGNS) {
            if (line.startsWith(sign, at)) {
                add(Token.Kind.SIGN, sign, 0, at);
                at += sign.length();
                return;
            }
        }
        if ("+-*/%&|^~!()[]<>,:=$".indexOf(line.charAt(at)) < 0) {
            throw new Mistake(at + 1, "unexpected character '" + line.charAt(at) + "'");
        }
        add(Token.Kind.SIGN, line.substring(at, at + 1), 0, at);
        at++;
    }
}
