package ringspec.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoveragePageTest {

    @TempDir
    private Path folder;

    private String page(String rows) throws IOException {
        Path results = Files.writeString(folder.resolve("results.json"), """
                {"processor": "A processor", "model": "AMD", "cases": 12, "rows": [%s]}
                """.formatted(rows));
        Report.writeCoverage(results, folder.resolve("reports"));
        return Files.readString(folder.resolve("reports/coverage.html"));
    }

    @Test
    void tellsWhatWasComparedAndWhatNot() throws IOException {
        String page = page("""
                {"row": "CMC | F5", "cases": 7, "faults": 1, "differences": 0},
                {"row": "HLT | F4", "cases": 3, "faults": 3, "differences": 0, "refusal": "ring 3 has no right to it"},
                {"row": "CPUID | 0F A2", "untested": "tells of the host"},
                {"row": "STC | F9", "cases": 2, "faults": 0, "differences": 2}""");

        assertThat(page).contains(
                "3 mnemonics ran on A processor and on the model AMD: 12 cases; differences in <code>STC</code>")
                .containsPattern(
                        "<code>CMC</code>.*(?s:.{0,300})7, 1 of them faults</td><td><span class=\"pass\">the same</span>")
                .contains("<span class=\"pass\">the same</span>: ring 3 has no right to it")
                .contains("<span class=\"skip\">not compared</span>: tells of the host")
                .contains("<span class=\"fail\">2 differences</span>");
    }

    @Test
    void withoutResultsItTellsWhatIsThere() {
        String page = CoveragePage.of(SiliconResults.NONE);

        assertThat(page).contains("The test against a real processor did not run.")
                .contains("<code>VFMADD231PD</code>", "<code>PEXT</code>", "<code>FYL2XP1</code>");
    }

    @Test
    void everyInstructionOfTheTableIsImplemented() {
        assertThat(CoveragePage.of(SiliconResults.NONE)).contains(", all of them implemented.")
                .doesNotContain("not implemented");
    }

    @Test
    void aFileOfSomethingElseIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("results.json"), "{");

        assertThatThrownBy(() -> Report.writeCoverage(file, folder)).isInstanceOf(ReportException.class)
                .hasMessageContaining("is no result of the differential test");
    }
}
