package ringspec.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import ringspec.spec.Specification;
import ringspec.spec.UnknownClauseException;

/**
 * The run of the specification on one processor model, as it lies in {@code target/conformance/MODEL.json}.
 *
 * @param model name of the processor model, such as {@code INTEL}, with the kernel's options where they aren't the usual ones
 * @param subject what was under test, such as {@code reference}
 * @param selection by what scenarios were selected, such as {@code groups=SYS-07}; empty if all ran
 * @param part which part of the selection this is, such as {@code 2/3}; {@link #WHOLE} if it is all of it
 * @param scenarios results, by id
 */
public record SuiteRun(String model, String subject, String selection, String part, List<ScenarioResult> scenarios) {

    /** All of a selection. */
    public static final String WHOLE = "1/1";

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Sorts the results, so that two runs of the same scenarios give the same file but for the durations. */
    public SuiteRun {
        subject = subject == null ? "reference" : subject;
        selection = selection == null ? "" : selection;
        part = part == null ? WHOLE : part;
        scenarios = scenarios.stream().sorted(Comparator.comparing(ScenarioResult::id)).toList();
    }

    /** The run of a whole selection. */
    public SuiteRun(String model, String subject, String selection, List<ScenarioResult> scenarios) {
        this(model, subject, selection, WHOLE, scenarios);
    }

    /** The same run, known to be a part of another. */
    public SuiteRun asPart(String text) {
        return new SuiteRun(model, subject, selection, text, scenarios);
    }

    /** Writes the file {@code MODEL.json} into a folder, which is made if it isn't there. */
    public void writeTo(Path folder) {
        Path file = folder.resolve(model + ".json");
        try {
            Files.createDirectories(folder);
            Files.writeString(file, JSON.writeValueAsString(this) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the results of " + model + " to " + file, e);
        }
    }

    /** Writes each into a folder, and deletes what other runs have left there. */
    public static void replaceAll(List<SuiteRun> runs, Path folder) {
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, "*.json")) {
                for (Path file : old) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the results to " + folder, e);
        }
        runs.forEach(run -> run.writeTo(folder));
    }

    /**
     * Reads a file that {@link #writeTo} has written.
     *
     * @throws ReportException if it is something else
     * @throws UnknownClauseException if a scenario names a clause that the specification doesn't have
     */
    public static SuiteRun read(Path file) {
        try {
            SuiteRun run = JSON.readValue(Files.readString(file), SuiteRun.class);
            run.scenarios.forEach(scenario -> scenario.clauses().forEach(Specification.get()::clause));
            return run;
        } catch (JsonProcessingException e) {
            throw new ReportException(
                    "%s is not the result of a run of the specification: %s. Delete it and run mvn verify."
                            .formatted(file, e.getOriginalMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }
}
