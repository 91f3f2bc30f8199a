package ringspec.isa.assembler;

/**
 * A word of a line.
 *
 * @param kind   what it is
 * @param text   as written; a string without quotes and with its escapes replaced
 * @param value  of a number
 * @param column from 1
 */
record Token(Kind kind, String text, long value, int column) {

    enum Kind {
        NAME, NUMBER, STRING, SIGN, END
    }

    boolean is(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    boolean isWord(String word) {
        return kind == Kind.NAME && text.equalsIgnoreCase(word);
    }

    /** How a message calls it. */
    String describe() {
        return kind == Kind.END ? "the end of the line" : "\"" + text + "\"";
    }
}
