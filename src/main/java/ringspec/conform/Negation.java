package ringspec.conform;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The same sentence with another expectation: a number one higher, another exception, the opposite word. A step that holds for what
 * it says and for this alike looks at nothing.
 */
final class Negation {

    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])(0x[0-9A-Fa-f]+|\\d+)(?![\\w.])");
    private static final int FAR_TOO_MANY = 1_000_000_000;
    private static final Pattern LABEL = Pattern.compile("(?<= is | at | are |least )[a-z_]\\w*(?= |$)");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
    private static final List<Map.Entry<String, String>> WORDS = List.of(Map.entry("#GP(0x0)", "#NP(0x0)"),
            Map.entry("#UD", "#DE"), Map.entry("#DE", "#UD"), Map.entry("#DB", "#UD"), Map.entry("#GP", "#NP"),
            Map.entry("#PF", "#GP"), Map.entry("#SS", "#GP"), Map.entry("#AC", "#GP"), Map.entry("#NP", "#GP"),
            Map.entry("#DF", "#GP"), Map.entry("not mapped", "mapped"), Map.entry("mapped", "not mapped"),
            Map.entry("not masked", "masked"), Map.entry("masked", "not masked"), Map.entry("is not negative",
                    "is negative"), Map.entry("is negative", "is not negative"), Map.entry("user page", "kernel page"),
            Map.entry("readable", "writable and executable"), Map.entry("kernel page", "user page"), Map.entry(
                    "are set", "are clear"));

    private Negation() {
    }

    /** Other sentences that the same step definition may understand, the likeliest first. */
    static List<String> of(String sentence) {
        Set<String> others = new LinkedHashSet<>();
        numbers(sentence, others);
        for (Map.Entry<String, String> word : WORDS) {
            if (sentence.contains(word.getKey())) {
                others.add(sentence.replace(word.getKey(), word.getValue()));
            }
        }
        Matcher quoted = QUOTED.matcher(sentence);
        if (quoted.find()) {
            others.add(sentence.substring(0, quoted.start(1)) + "no such text" + sentence.substring(quoted.end(1)));
        }
        Matcher label = LABEL.matcher(sentence);
        while (label.find()) {
            others.add(sentence.substring(0, label.start()) + "0x5a5a" + sentence.substring(label.end()));
        }
        others.remove(sentence);
        return List.copyOf(others);
    }

    /** The last number first: it is the expected value oftener than the first, which may say where to look. */
    private static void numbers(String sentence, Set<String> others) {
        List<MatchResult> found = NUMBER.matcher(sentence).results().toList().reversed();
        for (MatchResult number : found) {
            String text = number.group();
            String next = text.startsWith("0x") ? "0x%x".formatted(Long.parseUnsignedLong(text.substring(2), 16) + 1)
                    : Long.toString(Long.parseLong(text) + 1);
            others.add(sentence.substring(0, number.start()) + next + sentence.substring(number.end()));
            if (sentence.contains("at least ")) {
                others.add(sentence.substring(0, number.start()) + FAR_TOO_MANY + sentence.substring(number.end()));
            }
        }
    }
}
