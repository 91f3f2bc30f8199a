package ringspec.isa.assembler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces macros, repetitions and conditions by the lines they stand for, and hands every line on. Symbols in conditions and counts must
 * be constants defined before.
 */
final class Expander {

    private static final Pattern DIRECTIVE = Pattern.compile(
            "\\s*\\.(macro|endm|rept|endr|if|elif|elseif|else|endif)(?![\\w.:])(.*)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern STATEMENT = Pattern.compile(
            "(\\s*(?:[\\w.@?]+:\\s*)*)([A-Za-z_][\\w.]*)(?![\\w.]|\\s*:)(.*)");
    private static final int MOST_LINES = 200_000;
    private static final int DEEPEST = 64;

    private final Program program;
    private final StatementParser parser;
    private final Map<String, Macro> macros;
    private int lines;
    private int depth;

    /**
     * @param macros the macros of all sources, to which this one adds its own
     */
    Expander(Program program, Map<String, Macro> macros) {
        this.program = program;
        this.parser = new StatementParser(program);
        this.macros = macros;
    }

    void source(Source source) {
        List<Place> places = new ArrayList<>();
        String[] texts = source.text().split("\r\n|\n|\r", -1);
        for (int i = 0; i < texts.length; i++) {
            places.add(new Place(source.name(), i + 1, texts[i], List.of()));
        }
        block(places);
    }

    private void block(List<Place> places) {
        int at = 0;
        while (at < places.size()) {
            Place place = places.get(at);
            if (++lines > MOST_LINES) {
                stop(place, "macros and repetitions make more than " + MOST_LINES + " lines of this text");
            }
            Matcher directive = DIRECTIVE.matcher(Macro.withoutComment(place.text()));
            try {
                if (!directive.matches()) {
                    statement(place);
                    at++;
                } else {
                    at = directive(places, at, directive.group(1).toLowerCase(Locale.ROOT));
                }
            } catch (Mistake mistake) {
                program.diagnostics().add(place, mistake);
                at = directive.matches() ? skip(places, at) : at + 1;
            }
        }
    }

    private void stop(Place place, String why) {
        program.diagnostics().add(place, new Mistake(1, why));
        program.diagnostics().check();
    }

    /** Carries on behind a block whose head is wrong. */
    private static int skip(List<Place> places, int at) {
        try {
            return endOf(places, at) + 1;
        } catch (Mistake open) {
            return at + 1;
        }
    }

    private int directive(List<Place> places, int at, String word) {
        switch (word) {
            case "macro" -> {
                int end = endOf(places, at);
                Macro macro = Macro.parse(places.get(at), places.subList(at + 1, end));
                Macro old = macros.putIfAbsent(macro.name(), macro);
                if (old != null) {
                    throw new Mistake(1, "the macro " + macro.name() + " is defined already, at " + old.place());
                }
                return end + 1;
            }
            case "rept" -> {
                int end = endOf(places, at);
                repeat(places.get(at), places.subList(at + 1, end));
                return end + 1;
            }
            case "if" -> {
                int end = endOf(places, at);
                condition(places, at, end);
                return end + 1;
            }
            default -> throw new Mistake(1, "." + word
                    + " without the directive it belongs to: .macro .. .endm, .rept .. .endr, or "
                    + ".if .. .elif .. .else .. .endif");
        }
    }

    private static String word(Place place) {
        Matcher directive = DIRECTIVE.matcher(place.text());
        return directive.matches() ? directive.group(1).toLowerCase(Locale.ROOT) : "";
    }

    /** The line that closes the block opened at a line. */
    private static int endOf(List<Place> places, int at) {
        String open = word(places.get(at));
        String close = switch (open) {
            case "macro" -> "endm";
            case "rept" -> "endr";
            case "if" -> "endif";
            default -> throw new Mistake(1, "no block starts here");
        };
        int depth = 0;
        for (int i = at; i < places.size(); i++) {
            String word = word(places.get(i));
            depth += word.equals(open) ? 1 : word.equals(close) ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new Mistake(1, "." + open + " has no ." + close);
    }

    private long constant(Tokens tokens) {
        Expression expression = new ExpressionParser(tokens, parser.globalLabel(), false).parse();
        return program.symbols().constant(expression);
    }

    private static Tokens argument(Place place) {
        Tokens tokens = new Tokens(Lexer.tokens(place.text()));
        tokens.next();
        return tokens;
    }

    private void repeat(Place place, List<Place> body) {
        Tokens tokens = argument(place);
        int column = tokens.peek().column();
        long count = constant(tokens);
        String counter = tokens.accept(",") ? tokens.expectName("a name for the counter").text() : null;
        tokens.expectEnd();
        if (count < 0 || count > MOST_LINES) {
            throw new Mistake(column, "a repetition count of " + Bits.show(count) + ": expected 0 to " + MOST_LINES);
        }
        for (long i = 0; i < count; i++) {
            String number = Long.toString(i);
            nested(place, counter == null ? body : body.stream().map(line -> Macro.replaceCounter(line, counter,
                    number)).toList());
        }
    }

    private void nested(Place place, List<Place> body) {
        if (++depth > DEEPEST) {
            stop(place, "macros and repetitions are nested more than " + DEEPEST + " deep: does a macro call itself?");
        }
        block(body);
        depth--;
    }

    private void condition(List<Place> places, int at, int end) {
        boolean taken = false;
        int branch = at;
        int depth = 0;
        for (int i = at + 1; i <= end; i++) {
            String word = word(places.get(i));
            boolean boundary = depth == 0 && (word.equals("elif") || word.equals("elseif") || word.equals("else")
                    || i == end);
            if (boundary) {
                if (!taken && holds(places.get(branch))) {
                    taken = true;
                    nested(places.get(at), places.subList(branch + 1, i));
                }
                branch = i;
            }
            depth += word.equals("if") ? 1 : word.equals("endif") ? -1 : 0;
        }
    }

    private boolean holds(Place place) {
        Tokens tokens = argument(place);
        if (word(place).equals("else")) {
            tokens.expectEnd();
            return true;
        }
        try {
            long value = constant(tokens);
            tokens.expectEnd();
            return value != 0;
        } catch (Mistake mistake) {
            program.diagnostics().add(place, mistake);
            return false;
        }
    }

    private void statement(Place place) {
        String text = Macro.withoutComment(place.text());
        Matcher statement = STATEMENT.matcher(text);
        Macro macro = statement.matches() ? macros.get(statement.group(2)) : null;
        if (macro == null) {
            parser.line(place);
            return;
        }
        if (!statement.group(1).isBlank()) {
            parser.line(place.withText(statement.group(1), place.expansions()));
        }
        nested(place, macro.expand(place, statement.group(3), statement.start(2) + 1));
    }
}
