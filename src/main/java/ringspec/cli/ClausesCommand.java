package ringspec.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringspec.spec.Chapter;
import ringspec.spec.Clause;
import ringspec.spec.Decision;
import ringspec.spec.Specification;
import ringspec.spec.UnknownClauseException;

/** {@code ringspec clauses}: the clauses of the specification, or some of them with the decisions they rest on. */
@Command(name = "clauses", mixinStandardHelpOptions = true,
        description = "Print the clauses of the specification, or some with the decisions they rest on.")
final class ClausesCommand implements Callable<Integer> {

    private static final int WIDTH = 100;
    private static final int ID_WIDTH = 10;

    @Spec
    private CommandSpec command;

    @Option(names = "--json", description = "Print a JSON array instead of text.")
    private boolean json;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids such as SYS-07; all clauses if none is given.")
    private List<String> ids = List.of();

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        List<Clause> clauses;
        try {
            clauses = ids.isEmpty() ? Specification.get().clauses()
                    : ids.stream().map(String::toUpperCase).map(Specification.get()::clause).toList();
        } catch (UnknownClauseException e) {
            command.commandLine().getErr().println("ringspec clauses: " + e.getMessage());
            return 2;
        }
        if (json) {
            out.println(toJson(clauses));
        } else if (ids.isEmpty()) {
            Specification.get().chapters().forEach(chapter -> printChapter(out, chapter));
        } else {
            clauses.forEach(clause -> printWhole(out, clause));
        }
        out.flush();
        return 0;
    }

    private static void printChapter(PrintWriter out, Chapter chapter) {
        out.printf("%n%s: %s (features/%s)%n", chapter.family(), chapter.title(), chapter.chapter());
        for (Clause clause : chapter.clauses()) {
            String decisions = clause.decisions().isEmpty() ? "" : " (" + String.join(", ", clause.decisions()) + ")";
            printWrapped(out, clause.id(), "%-6s %s%s".formatted(clause.level(), clause.statement(), decisions));
        }
    }

    private static void printWhole(PrintWriter out, Clause clause) {
        Chapter chapter = Specification.get().chapterOf(clause);
        printWrapped(out, clause.id(), clause.level() + "  " + clause.statement());
        printWrapped(out, "  check", clause.check());
        printWrapped(out, "  chapter", chapter.title() + " (features/" + chapter.chapter() + ")");
        for (Decision decision : Specification.get().decisions()) {
            if (clause.decisions().contains(decision.id())) {
                printWrapped(out, "  " + decision.id(), decision.trouble());
                printWrapped(out, "    so", decision.decided());
            }
        }
    }

    /** A label in its column and a text beside it, broken between words. */
    private static void printWrapped(PrintWriter out, String label, String text) {
        StringBuilder line = new StringBuilder(("%-" + ID_WIDTH + "s").formatted(label));
        for (String word : text.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH && line.length() > ID_WIDTH) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(ID_WIDTH));
            }
            line.append(line.length() > ID_WIDTH ? " " : "").append(word);
        }
        out.println(line.toString().stripTrailing());
    }

    private static String toJson(List<Clause> clauses) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Clause clause : clauses) {
            ObjectNode node = array.addObject().put("id", clause.id()).put("level", clause.level().name())
                    .put("statement", clause.statement()).put("check", clause.check())
                    .put("chapter", Specification.get().chapterOf(clause).chapter());
            ArrayNode decisions = node.putArray("decisions");
            Specification.get().decisions().stream().filter(decision -> clause.decisions().contains(decision.id()))
                    .forEach(decision -> decisions.addObject().put("id", decision.id()).put("trouble", decision
                            .trouble())
                            .put("decided", decision.decided()));
        }
        try {
            return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(array);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain texts can't be written", e);
        }
    }
}
