package ringspec.debug;

import java.util.function.ToLongFunction;

/** Sums of numbers and symbols, as scenarios and command lines write addresses: {@code 0x400000}, {@code loop + 8}. */
public final class Expressions {

    private Expressions() {
    }

    /**
     * The value of a sum.
     *
     * @param text terms joined by {@code +} or {@code -}; a term is a decimal or hexadecimal number or a symbol
     * @param symbols gives the value of a symbol, and throws what should be reported for an unknown one
     * @throws IllegalArgumentException if a term is neither number nor name
     */
    public static long evaluate(String text, ToLongFunction<String> symbols) {
        long sum = 0;
        int sign = 1;
        for (String token : text.strip().split("(?<=[+-])|(?=[+-])|\\s+")) {
            switch (token.strip()) {
                case "" -> {
                }
                case "+" -> sign = 1;
                case "-" -> sign = -sign;
                default -> {
                    sum += sign * term(token.strip(), text, symbols);
                    sign = 1;
                }
            }
        }
        return sum;
    }

    private static long term(String term, String whole, ToLongFunction<String> symbols) {
        if (term.matches("0[xX][0-9A-Fa-f]{1,16}")) {
            return Long.parseUnsignedLong(term.substring(2), 16);
        }
        if (term.matches("\\d{1,20}")) {
            return Long.parseUnsignedLong(term);
        }
        if (term.matches("[A-Za-z_.][\\w.]*")) {
            return symbols.applyAsLong(term);
        }
        throw new IllegalArgumentException(
                "\"%s\" in \"%s\" is neither a number (42, 0x2A) nor a symbol".formatted(term, whole));
    }
}
