package ringspec.isa.assembler;

import java.util.List;
import java.util.stream.Collectors;

/** The text can't be assembled. Holds every problem found, each with its place. */
public final class AssemblyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * One problem.
     *
     * @param sourceName the {@link Source}'s name
     * @param line       from 1
     * @param column     from 1, counted in characters of {@code text}
     * @param text       the line as written (after macro substitution, if it stands in a macro)
     * @param message    what is wrong, what was expected, what to do
     * @param expansions where the macros and repetitions around the line were invoked, innermost first
     */
    public record Problem(String sourceName, int line, int column, String text, String message,
            List<String> expansions) {
        /** Copies the list. */
        public Problem {
            expansions = List.copyOf(expansions);
        }

        @Override
        public String toString() {
            String indent = text.substring(0, Math.min(column - 1, text.length())).replaceAll("[^\t]", " ");
            return sourceName + ":" + line + ":" + column + ": " + message + "\n    " + text + "\n    " + indent + "^"
                    + expansions.stream().map(place -> "\n    in the expansion at " + place).collect(Collectors
                            .joining());
        }
    }

    private final transient List<Problem> problems;

    AssemblyException(List<Problem> problems) {
        super((problems.size() == 1 ? "1 error" : problems.size() + " errors") + " in the assembly text\n"
                + problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** All problems in the order of the text. */
    public List<Problem> problems() {
        return problems;
    }
}
