package ringspec.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Makes the reports of a run out of what its scenarios have left in a folder. */
public final class Report {

    private Report() {
    }

    /**
     * Reads the runs on all processor models.
     *
     * @param results folder with one {@code MODEL.json} for each model
     * @throws ReportException if there is none, or one is damaged
     */
    public static Conformance read(Path results) {
        List<Path> files = list(results, "*.json");
        if (files.isEmpty()) {
            throw new ReportException("no results in %s: run the specification first, with mvn verify".formatted(
                    results));
        }
        return new Conformance(files.stream().map(SuiteRun::read).toList());
    }

    /**
     * Writes {@code conformance.json}, {@code index.html} and copies of the JUnit XML files in {@code junit/}.
     *
     * @param junit folder with JUnit's XML files; may be missing
     * @param output folder to write to; if it holds {@code allure/index.html}, the page links to it
     */
    public static void write(Conformance conformance, Path junit, Path output) {
        try {
            Files.createDirectories(output.resolve("junit"));
            for (Path file : list(junit, "TEST-*.xml")) {
                Files.copy(file, output.resolve("junit").resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            writePages(conformance, output);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the report to " + output, e);
        }
    }

    /**
     * Writes {@code conformance.json} with its schema, {@code conformance.tap}, {@code index.html}, and for each configuration an XML file in
     * {@code junit/}; what another run has left in that folder is deleted.
     */
    public static void write(Conformance conformance, Path output) {
        try {
            Path junit = Files.createDirectories(output.resolve("junit"));
            for (Path old : list(junit, "TEST-*.xml")) {
                Files.delete(old);
            }
            for (SuiteRun run : conformance.runs()) {
                Files.writeString(junit.resolve("TEST-%s.xml".formatted(run.model().replace(' ', '-'))),
                        JunitXml.of(run));
            }
            writePages(conformance, output);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the report to " + output, e);
        }
    }

    /**
     * Writes {@code coverage.html}: every instruction of the table, and what the test against a real processor found.
     *
     * @param silicon what that test wrote; may be missing
     * @param output folder to write to, before {@link #write(Conformance, Path, Path)}, which then links to the page
     * @throws ReportException if the file is there and can't be read
     */
    public static void writeCoverage(Path silicon, Path output) {
        try {
            Files.createDirectories(output);
            Files.writeString(output.resolve("coverage.html"), CoveragePage.of(SiliconResults.read(silicon)));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the report to " + output, e);
        }
    }

    private static void writePages(Conformance conformance, Path output) throws IOException {
        Files.writeString(output.resolve("conformance.json"), ConformanceJson.of(conformance));
        Files.writeString(output.resolve("conformance.tap"), Tap.of(conformance));
        Files.writeString(output.resolve(ConformanceJson.SCHEMA), HtmlReport.resource(ConformanceJson.SCHEMA));
        Files.writeString(output.resolve("index.html"), HtmlReport.of(conformance, Neighbour.in(output)));
    }

    /**
     * Reads the runs that several machines have made of parts of the specification, and puts them together.
     *
     * @param folders of which each has one file for each configuration
     * @throws ReportException if one has none, one of the parts is missing or there twice, or they are about different subjects or
     *         selections
     */
    public static List<SuiteRun> merge(List<Path> folders) {
        Map<String, List<SuiteRun>> parts = new LinkedHashMap<>();
        for (Path folder : folders) {
            read(folder).runs().forEach(run -> parts.computeIfAbsent(run.model(), _ -> new ArrayList<>()).add(run));
        }
        parts.values().forEach(Report::checkComplete);
        return parts.values().stream().map(Report::together).toList();
    }

    /** A part that nobody brought would be clauses that nobody checked. */
    private static void checkComplete(List<SuiteRun> parts) {
        String first = parts.getFirst().part();
        int count = Integer.parseInt(first.substring(first.indexOf('/') + 1));
        List<String> there = parts.stream().map(SuiteRun::part).sorted().toList();
        List<String> needed = IntStream.rangeClosed(1, count).mapToObj(i -> i + "/" + count).sorted().toList();
        if (!there.equals(needed)) {
            throw new ReportException("the parts of the run on %s must be %s, and there are %s".formatted(
                    parts.getFirst().model(), needed, there));
        }
    }

    private static SuiteRun together(List<SuiteRun> parts) {
        SuiteRun first = parts.getFirst();
        Map<String, ScenarioResult> results = new TreeMap<>();
        for (SuiteRun part : parts) {
            if (!part.subject().equals(first.subject()) || !part.selection().equals(first.selection())) {
                throw new ReportException(
                        "these are no parts of one run: one is of %s (%s), another of %s (%s)".formatted(
                                first.subject(), first.selection(), part.subject(), part.selection()));
            }
            for (ScenarioResult result : part.scenarios()) {
                if (results.put(result.id(), result) != null) {
                    throw new ReportException(
                            "the scenario \"%s\" on %s is in two of the parts: were they made by the same version?"
                                    .formatted(result.id(), first.model()));
                }
            }
        }
        return new SuiteRun(first.model(), first.subject(), first.selection(), List.copyOf(results.values()));
    }

    private static List<Path> list(Path folder, String pattern) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            return StreamSupport.stream(files.spliterator(), false).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the folder " + folder, e);
        }
    }
}
