package ringspec.isa.assembler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines with parameters: {@code \name} in the body stands for the argument, {@code \@} for a number that differs in each expansion (for
 * labels), {@code \()} for nothing.
 *
 * @param place      of the {@code .macro} line
 * @param parameters in order
 * @param defaults   arguments for parameters that a call leaves out
 * @param body       the lines up to {@code .endm}
 * @param expansions counts the calls
 */
record Macro(String name, Place place, List<String> parameters, Map<String, String> defaults, List<Place> body,
        AtomicInteger expansions) {

    private static final Pattern HEAD = Pattern.compile("\\s*\\.macro\\s+([A-Za-z_][\\w.]*)\\s*,?\\s*(.*?)\\s*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z_]\\w*)(?:=(.*))?");
    private static final Pattern USE = Pattern.compile("\\\\(@|\\(\\)|[A-Za-z_]\\w*)");

    static Macro parse(Place place, List<Place> body) {
        Matcher head = HEAD.matcher(withoutComment(place.text()));
        if (!head.matches()) {
            throw new Mistake(1, "expected .macro name parameter, parameter, ..");
        }
        List<String> parameters = new ArrayList<>();
        Map<String, String> defaults = new HashMap<>();
        for (String text : head.group(2).isEmpty() ? new String[0] : head.group(2).split("\\s*,\\s*|\\s+")) {
            Matcher parameter = PARAMETER.matcher(text);
            if (!parameter.matches() || parameters.contains(parameter.group(1))) {
                throw new Mistake(1, "\"" + text
                        + "\" is no name for a macro parameter, or there twice: expected name or name=default");
            }
            parameters.add(parameter.group(1));
            if (parameter.group(2) != null) {
                defaults.put(parameter.group(1), parameter.group(2));
            }
        }
        return new Macro(head.group(1), place, List.copyOf(parameters), Map.copyOf(defaults), List.copyOf(body),
                new AtomicInteger());
    }

    /** The body for a call with an argument text. */
    List<Place> expand(Place call, String argumentText, int column) {
        List<String> arguments = arguments(argumentText);
        if (arguments.size() > parameters.size()) {
            throw new Mistake(column, "the macro " + name + " takes " + parameters.size() + " arguments " + parameters
                    + ", the call has "
                    + arguments.size());
        }
        Map<String, String> values = new HashMap<>(defaults);
        for (int i = 0; i < arguments.size(); i++) {
            if (!arguments.get(i).isEmpty()) {
                values.put(parameters.get(i), arguments.get(i));
            }
        }
        for (String parameter : parameters) {
            if (!values.containsKey(parameter)) {
                throw new Mistake(column, "the macro " + name + " needs an argument for its parameter " + parameter
                        + " of " + parameters);
            }
        }
        values.put("@", Integer.toString(expansions.getAndIncrement()));
        values.put("()", "");
        List<Place> within = new ArrayList<>(List.of(call));
        within.addAll(call.expansions());
        return body.stream().map(line -> line.withText(substitute(line.text(), values), within)).toList();
    }

    private static String substitute(String text, Map<String, String> values) {
        return USE.matcher(text).replaceAll(use -> Matcher.quoteReplacement(values.getOrDefault(use.group(1), use
                .group())));
    }

    /** A line with the counter of a repetition replaced, as {@code \name} and as a plain word. */
    static Place replaceCounter(Place line, String counter, String number) {
        Pattern word = Pattern.compile("\\\\" + Pattern.quote(counter) + "(?:\\\\\\(\\)|\\b)|(?<![\\w.@?\\\\])"
                + Pattern.quote(counter)
                + "(?![\\w.@?])");
        return line.withText(word.matcher(line.text()).replaceAll(number), line.expansions());
    }

    /** Splits at commas outside quotes and brackets. */
    private static List<String> arguments(String text) {
        List<String> arguments = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\'') {
                at = endOfString(text, at);
            } else if (c == '(' || c == '[') {
                depth++;
            } else if (c == ')' || c == ']') {
                depth--;
            } else if (c == ',' && depth == 0) {
                arguments.add(text.substring(from, at).trim());
                from = at + 1;
            }
        }
        String last = text.substring(from).trim();
        if (!last.isEmpty() || !arguments.isEmpty()) {
            arguments.add(last);
        }
        return arguments;
    }

    /** Where the string that starts at a position ends: its closing quote, or the end of the text. */
    private static int endOfString(String text, int start) {
        int at = start + 1;
        while (at < text.length() && text.charAt(at) != text.charAt(start)) {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, text.length());
    }

    static String withoutComment(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\'') {
                at = endOfString(text, at);
            } else if (c == ';' || c == '#') {
                return text.substring(0, at);
            }
        }
        return text;
    }
}
