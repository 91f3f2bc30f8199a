package ringspec.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ringspec conform} and {@code ringspec merge}: every exit status, and every verdict. */
final class ConformCommandTest {

    private static final String ENTRY = "- {clause: SYS-04, reason: no table yet, link: issue 5, expires: %s}%n";

    @TempDir
    private Path folder;
    private Path reports;

    private StringWriter out;
    private StringWriter err;

    @BeforeEach
    void prepare() {
        reports = folder.resolve("reports");
    }

    @Test
    void everythingConforms() throws IOException {
        assertThat(conform("--clause", "SYS-04")).isEqualTo(ExitStatus.CONFORMS);

        assertThat(verdict("SYS-04")).isEqualTo("PASS");
        assertThat(verdict("SYS-05")).isEqualTo("NOT_COVERED");
        assertThat(out.toString()).contains("reference: ", "1 pass", "index.html");
        assertThat(err.toString()).isEmpty();
        assertThat(reports).isDirectoryContaining("glob:**/conformance.{json,tap,schema.json}")
                .isDirectoryContaining("glob:**/index.html");
        assertThat(reports.resolve("junit")).isDirectoryContaining("glob:**/TEST-INTEL.xml");
    }

    @Test
    void someClauseFails() throws IOException {
        assertThat(conform("--clause", "SYS-04", "--subject", "answers-zero")).isEqualTo(ExitStatus.FAILS);

        assertThat(verdict("SYS-04")).isEqualTo("FAIL");
        assertThat(out.toString()).contains("answers-zero: ", "SYS-04 FAIL",
                "any_kernel: Number -1 is refused (INTEL): ", "and 9 more");
        assertThat(Files.readString(reports.resolve("index.html"))).contains("conformance of answers-zero");
    }

    @Test
    void aMutantFailsTheClauseThatItBreaks() throws IOException {
        assertThat(conform("--clause", "MSR-01", "--subject", "MUT-001")).isEqualTo(ExitStatus.FAILS);
        assertThat(verdict("MSR-01")).isEqualTo("FAIL");
    }

    @Test
    void wrongUsage() {
        assertThat(conform("--kpti", "maybe")).isEqualTo(ExitStatus.USAGE);
        assertThat(err.toString()).contains("--kpti maybe: expected on, off or both");
        assertThat(conform("--shard", "4/3")).isEqualTo(ExitStatus.USAGE);
        assertThat(conform("--model", "PENTIUM")).isEqualTo(ExitStatus.USAGE);
        assertThat(conform("--level", "MAY")).isEqualTo(ExitStatus.USAGE);
        assertThat(conform("--nothing")).isEqualTo(ExitStatus.USAGE);
        assertThat(conform("--expected", folder.resolve("none.yaml").toString())).isEqualTo(ExitStatus.USAGE);
        assertThat(conform("--features", folder.resolve("none").toString())).isEqualTo(ExitStatus.USAGE);
        assertThat(reports).doesNotExist();
    }

    @Test
    void nothingIsSelected() {
        assertThat(conform("--clause", "SYS-04", "--tag", "nobody")).isEqualTo(ExitStatus.NOTHING_SELECTED);
        assertThat(err.toString()).contains("no scenario is selected by clauses SYS-04, tags @nobody");
        assertThat(reports).doesNotExist();
    }

    @Test
    void aNameIsUnknown() {
        assertThat(conform("--clause", "SYS-99")).isEqualTo(ExitStatus.UNKNOWN_NAME);
        assertThat(err.toString()).contains("there is no clause SYS-99; this family has SYS-01");
        assertThat(conform("--chapter", "99-none")).isEqualTo(ExitStatus.UNKNOWN_NAME);
        assertThat(err.toString()).contains("there is no chapter 99-none");
        assertThat(conform("--subject", "nobody")).isEqualTo(ExitStatus.UNKNOWN_NAME);
        assertThat(err.toString()).contains("there is no subject \"nobody\"");
    }

    @Test
    void theHarnessFailsInAScenario() throws IOException {
        Path own = Files.createDirectories(folder.resolve("features/mine"));
        Files.writeString(own.resolve("own.feature"), """
                Feature: Of my own
                  @SYS-04
                  Scenario: A step that nobody has defined
                    When it flies
                """);

        assertThat(conform("--features", own.toString())).isEqualTo(ExitStatus.HARNESS_ERROR);

        assertThat(verdict("SYS-04")).isEqualTo("ERROR");
        assertThat(out.toString()).contains("SYS-04 ERROR", "no step definition matches this step");
    }

    @Test
    void theHarnessFailsOutsideOfScenarios() throws IOException {
        Files.writeString(reports, "a file where a folder should be");

        assertThat(conform("--clause", "SYS-04")).isEqualTo(ExitStatus.HARNESS_ERROR);
    }

    @Test
    void featuresThatAreNoneAreWrongUsage() throws IOException {
        Path own = folder.resolve("own.feature");
        Files.writeString(own, "This is no Gherkin");

        assertThat(conform("--features", own.toString())).isEqualTo(ExitStatus.USAGE);
        assertThat(err.toString()).contains("own.feature");
    }

    @Test
    void aClauseMayNotApply() throws IOException {
        assertThat(execute("conform", "--clause", "SEC-04", "--model", "INTEL", "--kpti", "off", "--output", reports
                .toString())).isEqualTo(ExitStatus.CONFORMS);

        assertThat(clause("SEC-04").at("/verdicts/INTEL KPTI off").asText()).isEqualTo("NOT_APPLICABLE");
        assertThat(report().at("/scenarios/0/results/INTEL KPTI off/message").asText()).contains(
                "the kernel runs without KPTI");
        assertThat(Files.readString(reports.resolve("conformance.tap"))).contains(
                "# SKIP the kernel runs without KPTI");
    }

    @Test
    void aFailureMayBeExpected() throws IOException {
        Path list = expected("2999-12-31");

        assertThat(conform("--clause", "SYS-04", "--subject", "answers-zero", "--expected", list.toString()))
                .isEqualTo(ExitStatus.CONFORMS);

        assertThat(verdict("SYS-04")).isEqualTo("EXPECTED_FAIL");
        assertThat(Files.readString(reports.resolve("conformance.tap"))).contains(
                "not ok 1 - SYS-04 on INTEL # TODO expected until 2999-12-31: no table yet (issue 5)");
        assertThat(Files.readString(reports.resolve("index.html"))).contains("verdict expected", ">Expected fail<");
    }

    @Test
    void anExpectedFailureFailsAfterItsDay() throws IOException {
        assertThat(conform("--clause", "SYS-04", "--subject", "answers-zero", "--expected", expected("2020-01-01")
                .toString())).isEqualTo(ExitStatus.FAILS);
        assertThat(out.toString()).contains("(no table yet, issue 5) expired on 2020-01-01");
    }

    @Test
    void anExpectedFailureFailsWhenItPasses() throws IOException {
        assertThat(conform("--clause", "SYS-04", "--expected", expected("2999-12-31").toString())).isEqualTo(
                ExitStatus.FAILS);
        assertThat(out.toString()).contains("SYS-04 is expected to fail (no table yet) and passes");
    }

    @Test
    void aMalformedListOfExpectedFailuresIsWrongUsage() throws IOException {
        Path list = folder.resolve("expected.yaml");
        Files.writeString(list, "- {clause: SYS-04, reason: a}");

        assertThat(conform("--expected", list.toString())).isEqualTo(ExitStatus.USAGE);
        assertThat(err.toString()).contains("entry 1 has no link");
    }

    private Path expected(String lastDay) throws IOException {
        Path list = folder.resolve("expected.yaml");
        Files.writeString(list, ENTRY.formatted(lastDay));
        return list;
    }

    @Test
    void threePartsMergedAreTheWhole() throws IOException {
        String[] selection = {"--clause", "SYS-04,MSR-01,SEC-04", "--subject", "answers-zero"};
        assertThat(conform(selection)).isEqualTo(ExitStatus.FAILS);
        List<String> folders = parts(selection, 3);

        assertThat(execute("merge", folders.get(2), folders.get(0), folders.get(1), "--output", folder.resolve("merged")
                .toString())).isEqualTo(ExitStatus.FAILS);

        for (String file : List.of("conformance.json", "conformance.tap")) {
            assertThat(folder.resolve("merged").resolve(file)).hasSameBinaryContentAs(reports.resolve(file));
        }
    }

    @Test
    void aMissingOrRepeatedPartIsNoticed() throws IOException {
        List<String> folders = parts(new String[]{"--clause", "MSR-01,MSR-02"}, 3);

        assertThat(execute("merge", folders.get(0), folders.get(2), "--output", folder.resolve("merged").toString()))
                .isEqualTo(ExitStatus.USAGE);
        assertThat(err.toString()).contains("must be [1/3, 2/3, 3/3], and there are [1/3, 3/3]");
        assertThat(execute("merge", folders.get(0), folders.get(0), folders.get(2), "--output", folder.resolve("merged")
                .toString())).isEqualTo(ExitStatus.USAGE);
        assertThat(execute("merge", folders.get(0), folder.resolve("nowhere").toString(), "--output", folder.resolve(
                "merged").toString())).isEqualTo(ExitStatus.USAGE);
        assertThat(folder.resolve("merged")).doesNotExist();
    }

    /** What one machine has left of another run doesn't get into this one. */
    @Test
    void aRunReplacesTheOneBefore() {
        assertThat(execute("conform", "--clause", "MSR-01", "--model", "AMD", "--kpti", "on", "--output", reports
                .toString())).isEqualTo(ExitStatus.CONFORMS);
        assertThat(conform("--clause", "MSR-01")).isEqualTo(ExitStatus.CONFORMS);

        assertThat(reports.resolve("runs")).isDirectoryContaining("glob:**/INTEL.json").isDirectoryNotContaining(
                "glob:**/AMD.json");
    }

    /** More machines than scenarios: a part without any is a good part. */
    @Test
    void aPartMayBeEmpty() throws IOException {
        assertThat(conform("--clause", "SEC-05", "--shard", "40/40")).isEqualTo(ExitStatus.CONFORMS);
        assertThat(report().at("/summary/part").asText()).isEqualTo("40/40");
        assertThat(report().at("/scenarios")).isEmpty();
    }

    private List<String> parts(String[] selection, int count) {
        List<String> folders = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            List<String> arguments = new ArrayList<>(List.of("conform", "--model", "INTEL", "--kpti", "on", "--shard",
                    i + "/" + count, "--output", folder.resolve("part" + i).toString()));
            arguments.addAll(List.of(selection));
            assertThat(execute(arguments.toArray(String[]::new))).isIn(ExitStatus.CONFORMS, ExitStatus.FAILS);
            folders.add(folder.resolve("part" + i).toString());
        }
        return folders;
    }

    private JsonNode report() throws IOException {
        return JsonMapper.builder().build().readTree(Files.readString(reports.resolve("conformance.json")));
    }

    private JsonNode clause(String id) throws IOException {
        for (JsonNode clause : report().get("clauses")) {
            if (clause.get("id").asText().equals(id)) {
                return clause;
            }
        }
        throw new AssertionError("no clause " + id);
    }

    private String verdict(String id) throws IOException {
        return clause(id).at("/verdicts/INTEL").asText();
    }

    /** On one machine, which is quick. */
    private int conform(String... arguments) {
        List<String> all = new ArrayList<>(List.of("conform"));
        List<String> given = List.of(arguments);
        if (!given.contains("--model")) {
            all.addAll(List.of("--model", "INTEL"));
        }
        if (!given.contains("--kpti")) {
            all.addAll(List.of("--kpti", "on"));
        }
        all.addAll(List.of("--output", reports.toString()));
        all.addAll(given);
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(
                arguments);
    }
}
