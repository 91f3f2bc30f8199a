package ringspec.conform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ringspec.report.Outcome;
import ringspec.report.ReportException;
import ringspec.report.ScenarioResult;
import ringspec.report.SuiteRun;
import ringspec.spec.Specification;

/**
 * A list of failures that are excused, from a YAML file. It can't hide anything for long: an entry says why and until when, it
 * fails the run after that day, and as soon as what it excuses passes.
 *
 * <pre>
 * - clause: RET-04            # or  scenario: "40-return/..: .."
 *   subject: my-kernel        # optional
 *   on: AMD                   # optional
 *   reason: SYSRET isn't guarded yet
 *   link: https://example.org/issues/7
 *   expires: 2027-01-31
 * </pre>
 */
public final class ExpectedFailures {

    private static final Set<String> KEYS = Set.of("clause", "scenario", "subject", "on", "reason", "link", "expires");

    private final List<ExpectedFailure> entries;

    private ExpectedFailures(List<ExpectedFailure> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Nothing is excused. */
    public static ExpectedFailures none() {
        return new ExpectedFailures(List.of());
    }

    /**
     * Reads a list.
     *
     * @throws ReportException if the file can't be read, or an entry lacks something or has something unknown
     * @throws ringspec.spec.UnknownClauseException if an entry names a clause that the specification doesn't have
     */
    public static ExpectedFailures read(Path file) {
        List<ExpectedFailure> entries = new ArrayList<>();
        try {
            JsonNode list = new YAMLMapper().readTree(Files.readString(file));
            if (!list.isArray()) {
                throw new ReportException(file + ": expected a list of entries, each beginning with \"- clause: ..\"");
            }
            for (int i = 0; i < list.size(); i++) {
                entries.add(entry("%s: entry %d".formatted(file, i + 1), list.get(i)));
            }
        } catch (JsonProcessingException e) {
            throw new ReportException(file + " is not YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ReportException("%s can't be read: %s".formatted(file, e.getMessage()));
        }
        return new ExpectedFailures(entries);
    }

    private static ExpectedFailure entry(String where, JsonNode node) {
        node.fieldNames().forEachRemaining(key -> {
            if (!KEYS.contains(key)) {
                throw new ReportException("%s has an unknown key \"%s\"; known are %s".formatted(where, key,
                        KEYS.stream().sorted().toList()));
            }
        });
        String clause = node.path("clause").asText("");
        String scenario = node.path("scenario").asText("");
        if (clause.isEmpty() == scenario.isEmpty()) {
            throw new ReportException(where + " must name either a clause or a scenario");
        }
        if (!clause.isEmpty()) {
            Specification.get().clause(clause);
        }
        for (String key : List.of("reason", "link", "expires")) {
            if (node.path(key).asText("").isBlank()) {
                throw new ReportException("%s has no %s: an exception needs a reason, a link and an expiry date"
                        .formatted(where, key));
            }
        }
        try {
            return new ExpectedFailure(clause, scenario, node.path("subject").asText(""), node.path("on").asText(""),
                    node.get("reason").asText(), node.get("link").asText(),
                    LocalDate.parse(node.get("expires").asText()));
        } catch (DateTimeParseException e) {
            throw new ReportException("%s: \"%s\" is no date: expected year-month-day, such as 2027-01-31".formatted(
                    where, node.get("expires").asText()));
        }
    }

    /**
     * The same results with what is excused marked so.
     *
     * @param today after an entry's last day it excuses nothing
     * @param complete whether this is all of the run; in a part of it, what an entry excuses may lie in another part
     * @throws ReportException if all scenarios ran and an entry names none of them
     */
    public List<SuiteRun> applyTo(List<SuiteRun> runs, LocalDate today, boolean complete) {
        if (complete) {
            entries.forEach(entry -> checkName(entry, runs));
        }
        return runs.stream().map(run -> new SuiteRun(run.model(), run.subject(), run.selection(), run.part(), applied(
                run, today,
                complete)))
                .toList();
    }

    /** A scenario's name may be misspelt or have changed; then its entry would lie around for ever. */
    private static void checkName(ExpectedFailure entry, List<SuiteRun> runs) {
        List<SuiteRun> meant = runs.stream().filter(run -> run.selection().isEmpty() && entry.isAbout(run)).toList();
        if (!meant.isEmpty() && meant.stream().noneMatch(run -> run.scenarios().stream().anyMatch(result -> entry
                .covers(run.subject(), run.model(), result)))) {
            throw new ReportException("an entry of the expected failures names %s, and no such scenario ran".formatted(
                    entry.name()));
        }
    }

    private List<ScenarioResult> applied(SuiteRun run, LocalDate today, boolean complete) {
        Set<ExpectedFailure> failing = new HashSet<>();
        for (ScenarioResult result : run.scenarios()) {
            entries.stream().filter(entry -> result.outcome() == Outcome.FAILED
                    && entry.covers(run.subject(), run.model(), result)).forEach(failing::add);
        }
        return run.scenarios().stream().map(result -> entries.stream()
                .filter(entry -> entry.covers(run.subject(), run.model(), result)).findFirst()
                .map(entry -> judged(result, entry, !complete || failing.contains(entry), today)).orElse(result))
                .toList();
    }

    private static ScenarioResult judged(ScenarioResult result, ExpectedFailure entry, boolean stillFails,
            LocalDate today) {
        if (today.isAfter(entry.expires()) && (result.outcome() == Outcome.FAILED || !stillFails)) {
            return with(result, Outcome.FAILED, "the expectation that %s fails (%s, %s) expired on %s: %s".formatted(
                    entry.name(), entry.reason(), entry.link(), entry.expires(), result.message()));
        }
        if (result.outcome() == Outcome.FAILED) {
            return with(result, Outcome.EXPECTED_FAIL, "expected until %s: %s (%s): %s".formatted(entry.expires(),
                    entry.reason(), entry.link(), result.message()));
        }
        if (result.outcome() == Outcome.PASSED && !stillFails) {
            return with(result, Outcome.FAILED,
                    "%s is expected to fail (%s) and passes: remove the entry, or say with \"on:\" where it fails"
                            .formatted(entry.name(), entry.reason()));
        }
        return result;
    }

    private static ScenarioResult with(ScenarioResult result, Outcome outcome, String message) {
        return new ScenarioResult(result.id(), result.feature(), result.line(), result.clauses(), outcome,
                result.step(), message, result.durationMillis(), result.traceHash());
    }
}
