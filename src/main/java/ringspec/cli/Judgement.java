package ringspec.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import ringspec.report.ClauseResult;
import ringspec.report.Conformance;
import ringspec.report.Report;
import ringspec.report.ScenarioResult;
import ringspec.report.SuiteRun;
import ringspec.spec.Verdict;

/** What a run comes to: its reports, a few lines for the terminal, and the exit status. */
final class Judgement {

    /** Below the folder of the reports: what `ringspec merge` puts together. */
    static final String RUNS = "runs";

    private static final int BRIEF = 400;
    private static final int BRIEF_LINES = 6;
    /** Of one clause; the rest says much the same. */
    private static final int MOST_SCENARIOS = 4;

    private Judgement() {
    }

    /**
     * Keeps the runs of a part, or of all, for `ringspec merge`, in place of what another run has left there.
     *
     * @param part such as {@code 2/3}
     */
    static List<SuiteRun> keep(List<SuiteRun> runs, String part, Path output) {
        List<SuiteRun> parts = runs.stream().map(run -> run.asPart(part)).toList();
        SuiteRun.replaceAll(parts, output.resolve(RUNS));
        return parts;
    }

    /** Writes the reports and tells the verdicts; the exit status. */
    static int of(List<SuiteRun> runs, Path output, CommandSpec spec) {
        Conformance conformance = new Conformance(runs);
        Report.write(conformance, output);
        PrintWriter out = spec.commandLine().getOut();
        long applicable = conformance.scenarios().values().stream().filter(results -> results.values().stream()
                .anyMatch(
                        result -> result.outcome().verdict() != Verdict.NOT_APPLICABLE)).count();
        int all = conformance.scenarios().size();
        out.printf("%s: %d scenarios%s%n", runs.getFirst().subject(), all, applicable == all ? ""
                : ", of which %d apply".formatted(applicable));
        for (SuiteRun run : conformance.runs()) {
            Map<Verdict, Integer> counts = conformance.count(run.model());
            out.printf("  %-16s %s%n", run.model(), counts.entrySet().stream().filter(e -> e.getValue() > 0)
                    .map(e -> e.getValue() + " " + e.getKey().name().toLowerCase().replace('_', ' ')).toList());
        }
        conformance.clauses().stream().filter(ClauseResult::isBad).forEach(result -> bad(out, conformance, result));
        out.println("Report: " + output.resolve("index.html").toUri());
        out.flush();
        return status(conformance);
    }

    private static void bad(PrintWriter out, Conformance conformance, ClauseResult result) {
        out.printf("%s %s: %s%n", result.clause().id(), result.verdicts().values().stream().filter(Verdict::isBad)
                .findFirst().orElseThrow(), result.clause().statement());
        List<String> lines = result.scenarios().stream().flatMap(id -> conformance.scenarios().get(id).entrySet()
                .stream().filter(entry -> entry.getValue().outcome().verdict().isBad()).limit(1)
                .map(entry -> "%s (%s): %s".formatted(id, entry.getKey(), inBrief(entry.getValue())))).toList();
        lines.stream().limit(MOST_SCENARIOS).forEach(line -> out.println("    " + line));
        if (lines.size() > MOST_SCENARIOS) {
            out.printf("    and %d more, see the report%n", lines.size() - MOST_SCENARIOS);
        }
    }

    /** Expectation and value stand on lines of their own; a walk or a list that follows is for the report. */
    private static String inBrief(ScenarioResult result) {
        String message = result.message().lines().map(String::strip).filter(line -> !line.isEmpty()).limit(BRIEF_LINES)
                .collect(Collectors.joining(" "));
        return message.length() <= BRIEF ? message : message.substring(0, BRIEF) + " ..";
    }

    private static int status(Conformance conformance) {
        boolean error = conformance.has(Verdict.ERROR);
        return error ? ExitStatus.HARNESS_ERROR : conformance.has(Verdict.FAIL) ? ExitStatus.FAILS
                : ExitStatus.CONFORMS;
    }
}
