package ringspec.isa.assembler;

import java.nio.charset.StandardCharsets;
import java.util.List;
import ringspec.isa.Register;

/** Parses expressions with the operators and precedence of C (unary {@code - + ~ !} bind tightest, {@code ||} least). */
final class ExpressionParser {

    private static final List<List<String>> LEVELS = List.of(List.of("||"), List.of("&&"), List.of("|"), List.of("^"),
            List.of("&"),
            List.of("==", "!="), List.of("<", ">", "<=", ">="), List.of("<<", ">>"), List.of("+", "-"), List.of("*",
                    "/", "%"));

    private final Tokens tokens;
    private final String globalLabel;
    private final boolean registers;

    /**
     * @param globalLabel the last global label, to which local names belong; "" if there is none yet
     * @param registers   whether registers may stand in the expression
     */
    ExpressionParser(Tokens tokens, String globalLabel, boolean registers) {
        this.tokens = tokens;
        this.globalLabel = globalLabel;
        this.registers = registers;
    }

    Expression parse() {
        return binary(0);
    }

    private Expression binary(int level) {
        if (level == LEVELS.size()) {
            return unary();
        }
        Expression left = binary(level + 1);
        while (tokens.peek().kind() == Token.Kind.SIGN && LEVELS.get(level).contains(tokens.peek().text())) {
            Token operator = tokens.next();
            left = new Expression.Binary(operator.text(), left, binary(level + 1), operator.column());
        }
        return left;
    }

    private Expression unary() {
        Token token = tokens.peek();
        if (token.is("-") || token.is("+") || token.is("~") || token.is("!")) {
            tokens.next();
            return new Expression.Unary(token.text(), unary(), token.column());
        }
        return primary();
    }

    private Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case NUMBER -> new Expression.Number(token.value(), token.column());
            case STRING -> new Expression.Number(characters(token), token.column());
            case NAME -> name(token);
            case SIGN, END -> {
                if (token.is("(")) {
                    Expression inner = parse();
                    tokens.expect(")");
                    yield inner;
                }
                if (token.is("$")) {
                    yield new Expression.Here(token.column());
                }
                if (token.is("$$")) {
                    yield new Expression.SectionStart(token.column());
                }
                throw new Mistake(token.column(), "expected a number, a symbol, $ or (, found " + token.describe());
            }
        };
    }

    private Expression name(Token token) {
        Register register = Register.find(token.text());
        if (register == null) {
            return new Expression.Name(qualify(token), token.column());
        }
        if (!registers) {
            throw new Mistake(token.column(), "the register " + register
                    + " can't stand in an expression outside brackets");
        }
        return new Expression.Reg(register, token.column());
    }

    private String qualify(Token token) {
        return qualify(token, globalLabel);
    }

    /** The full name of a symbol: a local one belongs to the last global label. */
    static String qualify(Token token, String globalLabel) {
        if (!token.text().startsWith(".")) {
            return token.text();
        }
        if (globalLabel.isEmpty()) {
            throw new Mistake(token.column(), "the local name " + token.text()
                    + " has no global label before it to belong to");
        }
        return globalLabel + token.text();
    }

    private static long characters(Token token) {
        byte[] bytes = token.text().getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > 8) {
            throw new Mistake(token.column(), "a character constant has 1 to 8 bytes, this one has " + bytes.length);
        }
        long value = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            value = value << 8 | bytes[i] & 0xFF;
        }
        return value;
    }
}
