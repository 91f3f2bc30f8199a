package ringspec.isa.assembler;

import java.util.List;

/** A reading position in the tokens of a line. */
final class Tokens {

    private final List<Token> tokens;
    private int at;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    /** The token after the next one. */
    Token peekSecond() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean atEnd() {
        return peek().kind() == Token.Kind.END;
    }

    /** Takes the sign if it is next. */
    boolean accept(String sign) {
        boolean found = peek().is(sign);
        if (found) {
            next();
        }
        return found;
    }

    /** Takes the word if it is next. */
    boolean acceptWord(String word) {
        boolean found = peek().isWord(word);
        if (found) {
            next();
        }
        return found;
    }

    Token expect(String sign) {
        if (!peek().is(sign)) {
            throw new Mistake(peek().column(), "expected \"" + sign + "\", found " + peek().describe());
        }
        return next();
    }

    Token expectName(String what) {
        if (peek().kind() != Token.Kind.NAME) {
            throw new Mistake(peek().column(), "expected " + what + ", found " + peek().describe());
        }
        return next();
    }

    void expectEnd() {
        if (!atEnd()) {
            throw new Mistake(peek().column(), "expected the end of the line, found " + peek().describe());
        }
    }
}
