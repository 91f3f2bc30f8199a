package ringspec.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringspec.report.Outcome;
import ringspec.report.ReportException;
import ringspec.report.ScenarioResult;
import ringspec.report.SuiteRun;
import ringspec.spec.UnknownClauseException;

final class ExpectedFailuresTest {

    private static final LocalDate LAST_DAY = LocalDate.of(2027, 1, 31);
    private static final String REST = ", reason: not yet, link: issue 5, expires: 2027-01-31}";

    @TempDir
    private Path folder;

    private ExpectedFailures read(String yaml) throws IOException {
        Path file = folder.resolve("expected.yaml");
        Files.writeString(file, yaml);
        return ExpectedFailures.read(file);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "reason: it                                                       | expected a list of entries",
            "- [                                                              | is not YAML",
            "- {reason: a, link: b, expires: 2027-01-31}                      | entry 1 must name either a clause or a scenario",
            "- {clause: SYS-07, scenario: x, reason: a, link: b, expires: 2027-01-31} | must name either a clause or a scenario",
            "- {clause: SYS-07, link: b, expires: 2027-01-31}                 | entry 1 has no reason",
            "- {clause: SYS-07, reason: ' ', link: b, expires: 2027-01-31}    | entry 1 has no reason",
            "- {clause: SYS-07, reason: a, expires: 2027-01-31}               | entry 1 has no link",
            "- {clause: SYS-07, reason: a, link: b}                           | entry 1 has no expires",
            "- {clause: SYS-07, reason: a, link: b, expires: tomorrow}        | \"tomorrow\" is no date",
            "- {clause: SYS-07, reason: a, link: b, expires: 2027-02-30}      | \"2027-02-30\" is no date",
            "- {clause: SYS-07, reason: a, link: b, expires: 2027-01-31, until: 3} | entry 1 has an unknown key \"until\""})
    void aMalformedListIsRefused(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml)).isInstanceOf(ReportException.class).hasMessageContaining(
                "expected.yaml").hasMessageContaining(message);
    }

    @Test
    void aClauseThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> read("- {clause: SYS-99" + REST)).isInstanceOf(UnknownClauseException.class);
    }

    @Test
    void aFileThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> ExpectedFailures.read(folder.resolve("none.yaml"))).isInstanceOf(
                ReportException.class).hasMessageContaining("none.yaml can't be read");
    }

    @Test
    void aFailureIsExcusedToTheLastDayAndNoLonger() throws IOException {
        ExpectedFailures list = read("- {clause: SYS-07" + REST);
        List<SuiteRun> runs = List.of(run("AMD", result("a", Outcome.FAILED, "SYS-07"), result("b", Outcome.PASSED,
                "SYS-07"), result("c", Outcome.FAILED, "SYS-08")));

        List<ScenarioResult> excused = list.applyTo(runs, LAST_DAY, true).getFirst().scenarios();
        assertThat(excused).extracting(ScenarioResult::outcome).containsExactly(Outcome.EXPECTED_FAIL, Outcome.PASSED,
                Outcome.FAILED);
        assertThat(excused.getFirst().message()).isEqualTo(
                "expected until 2027-01-31: not yet (issue 5): RAX was 1");

        List<ScenarioResult> expired = list.applyTo(runs, LAST_DAY.plusDays(1), true).getFirst().scenarios();
        assertThat(expired).extracting(ScenarioResult::outcome).containsExactly(Outcome.FAILED, Outcome.PASSED,
                Outcome.FAILED);
        assertThat(expired.getFirst().message()).contains("expired on 2027-01-31", "not yet", "issue 5", "RAX was 1");
    }

    @Test
    void whatStartsToPassFails() throws IOException {
        List<SuiteRun> runs = List.of(run("AMD", result("a", Outcome.PASSED, "SYS-07"), result("b", Outcome.PASSED)));

        assertThat(read("- {clause: SYS-07" + REST).applyTo(runs, LAST_DAY, true).getFirst().scenarios())
                .extracting(ScenarioResult::outcome).containsExactly(Outcome.FAILED, Outcome.PASSED);
        assertThat(read("- {clause: SYS-07" + REST).applyTo(runs, LAST_DAY, true).getFirst().scenarios().getFirst()
                .message()).contains("SYS-07 is expected to fail (not yet) and passes");
    }

    /** In a part of a run, what fails may be in another part; merging judges the whole. */
    @Test
    void aPartDoesNotSayThatSomethingPasses() throws IOException {
        List<SuiteRun> runs = List.of(run("AMD", result("a", Outcome.PASSED, "SYS-07")));

        assertThat(read("- {clause: SYS-07" + REST).applyTo(runs, LAST_DAY, false)).isEqualTo(runs);
    }

    @Test
    void anEntryIsAboutItsSubjectConfigurationAndScenarioAlone() throws IOException {
        ExpectedFailures list = read("""
                - {clause: SYS-07, subject: mine%1$s
                - {clause: SYS-08, on: AMD%1$s
                - {scenario: c%1$s
                """.formatted(REST));
        List<SuiteRun> runs = List.of(run("INTEL", result("a", Outcome.FAILED, "SYS-07"), result("b", Outcome.FAILED,
                "SYS-08"), result("c", Outcome.FAILED, "SYS-09"), result("d", Outcome.FAILED, "SYS-09")));

        assertThat(list.applyTo(runs, LAST_DAY, true).getFirst().scenarios()).extracting(ScenarioResult::outcome)
                .containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.EXPECTED_FAIL, Outcome.FAILED);
    }

    @Test
    void anErrorOfTheHarnessIsNeverExcused() throws IOException {
        List<SuiteRun> runs = List.of(run("AMD", result("a", Outcome.ERROR, "SYS-07"), result("b", Outcome.FAILED,
                "SYS-07")));

        assertThat(read("- {clause: SYS-07" + REST).applyTo(runs, LAST_DAY, true).getFirst().scenarios())
                .extracting(ScenarioResult::outcome).containsExactly(Outcome.ERROR, Outcome.EXPECTED_FAIL);
    }

    @Test
    void aScenarioThatDoesNotExistIsNoted() throws IOException {
        ExpectedFailures list = read("- {scenario: nobody" + REST);
        List<SuiteRun> runs = List.of(run("AMD", result("a", Outcome.PASSED, "SYS-07")));

        assertThatThrownBy(() -> list.applyTo(runs, LAST_DAY, true)).isInstanceOf(ReportException.class)
                .hasMessageContaining("scenario \"nobody\", and no such scenario ran");
        assertThat(list.applyTo(runs, LAST_DAY, false)).isEqualTo(runs);
    }

    private static SuiteRun run(String model, ScenarioResult... results) {
        return new SuiteRun(model, "reference", "", List.of(results));
    }

    private static ScenarioResult result(String id, Outcome outcome, String... clauses) {
        return new ScenarioResult(id, "features/x.feature", 1, List.of(clauses), outcome, "", outcome == Outcome.PASSED
                ? "" : "RAX was 1", 1, "");
    }
}
