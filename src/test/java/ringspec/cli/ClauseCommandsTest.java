package ringspec.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringspec.spec.Clause;
import ringspec.spec.Specification;

/** {@code ringspec clauses} and {@code ringspec report}. */
final class ClauseCommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsEveryClause() {
        assertThat(execute("clauses")).isZero();
        assertThat(out.toString().lines().filter(line -> line.matches("[A-Z0-9]+-\\d+ .*")).map(line -> line.split(
                " ")[0]))
                .containsExactlyElementsOf(Specification.get().clauses().stream().map(Clause::id).toList());
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void printsOneClauseWithItsDecisions() {
        assertThat(execute("clauses", "msr-02")).isZero();
        assertThat(out.toString()).startsWith("MSR-02    MUST  STAR[63:48]").contains("  D05 ", "base 0x13",
                "features/10-msr");
    }

    @Test
    void printsJson() throws IOException {
        assertThat(execute("clauses", "--json", "MSR-02", "SYS-07")).isZero();

        JsonNode array = JsonMapper.builder().build().readTree(out.toString());
        assertThat(array).extracting(node -> node.get("id").asText()).containsExactly("MSR-02", "SYS-07");
        assertThat(array.at("/0/decisions/0/id").asText()).isEqualTo("D05");
    }

    @Test
    void anUnknownClauseIsWrongUsage() {
        assertThat(execute("clauses", "SYS-70")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("there is no clause SYS-70", "SYS-07").hasLineCount(1);
    }

    @Test
    void aReportNeedsResults(@TempDir Path folder) {
        assertThat(execute("report", "--results", folder.toString(), "--output", folder.resolve("reports").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("mvn verify").hasLineCount(1);
        assertThat(folder.resolve("reports")).doesNotExist();
    }

    @Test
    void aReportIsWrittenWhereAsked(@TempDir Path folder) throws IOException {
        Path results = Files.createDirectories(folder.resolve("results"));
        Files.writeString(results.resolve("INTEL.json"), "{\"model\": \"INTEL\", \"scenarios\": []}");

        assertThat(execute("report", "--results", results.toString(), "--junit", folder.resolve("none").toString(),
                "--output",
                folder.resolve("reports").toString())).isZero();
        assertThat(folder.resolve("reports/index.html")).exists();
        assertThat(folder.resolve("reports/conformance.json")).exists();
    }

    private int execute(String... arguments) {
        return Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(
                arguments);
    }
}
