package ringspec.report;

/** Texts to HTML. Everything that comes from outside passes through here. */
final class Html {

    private Html() {
    }

    /** Text for element content and for attribute values in double quotes. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\t' -> escaped.append(c);
                // A control character is not allowed in HTML; a terminal's colours in a message begin with one.
                default -> escaped.append(c < ' ' || c == 0x7F ? '\uFFFD' : c);
            }
        }
        return escaped.toString();
    }

    /** A sentence of the specification: escaped, with its {@code **strong**}, {@code *emphasis*} and back-quoted code. */
    static String sentence(String text) {
        return escape(text).replaceAll("`([^`]+)`", "<code>$1</code>")
                .replaceAll("\\*\\*(\\S(?:[^*]*\\S)?)\\*\\*", "<strong>$1</strong>")
                .replaceAll("\\*(\\S(?:[^*]*\\S)?)\\*", "<em>$1</em>");
    }

    /** {@code 1 clause}, {@code 2 clauses}. */
    static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
