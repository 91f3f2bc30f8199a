package ringspec.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
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
            Files.writeString(output.resolve("conformance.json"), ConformanceJson.of(conformance));
            boolean allure = Files.isRegularFile(output.resolve("allure/index.html"));
            Files.writeString(output.resolve("index.html"), HtmlReport.of(conformance, allure));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the report to " + output, e);
        }
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
