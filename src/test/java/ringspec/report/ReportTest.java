package ringspec.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringspec.spec.Clause;
import ringspec.spec.Specification;
import ringspec.spec.UnknownClauseException;
import ringspec.spec.Verdict;

final class ReportTest {

    private final Conformance conformance = new Conformance(SyntheticRuns.everyKind());

    @TempDir
    private Path folder;

    @Test
    void everyClauseHasAVerdictOnEveryModel() {
        assertThat(conformance.clauses()).extracting(ClauseResult::clause)
                .containsExactlyElementsOf(Specification.get().clauses());
        assertThat(verdicts("MSR-01")).isEqualTo(Map.of("INTEL", Verdict.PASS, "AMD", Verdict.PASS));
        assertThat(verdicts("MSR-02")).isEqualTo(Map.of("INTEL", Verdict.PASS, "AMD", Verdict.FAIL));
        assertThat(verdicts("MSR-03")).isEqualTo(Map.of("INTEL", Verdict.PASS, "AMD", Verdict.NOT_APPLICABLE));
        assertThat(verdicts("MSR-04")).isEqualTo(Map.of("INTEL", Verdict.ERROR, "AMD", Verdict.ERROR));
        assertThat(verdicts("MSR-05")).isEqualTo(Map.of("INTEL", Verdict.NOT_COVERED, "AMD", Verdict.NOT_COVERED));
    }

    @Test
    void oneFailureOutweighsManyPasses() {
        Conformance mixed = new Conformance(List.of(new SuiteRun("INTEL", "reference", "", List.of(SyntheticRuns.passed(
                "f: a",
                "SYS-07"),
                SyntheticRuns.failed("f: b", "SYS-07"), SyntheticRuns.skipped("f: c", "SYS-07")))));

        assertThat(mixed.of(Specification.get().clause("SYS-07")).verdicts())
                .isEqualTo(Map.of("INTEL", Verdict.FAIL, "AMD", Verdict.NOT_COVERED));
    }

    @Test
    void theJsonHasTheAgreedForm() throws IOException {
        JsonNode root = JsonMapper.builder().build().readTree(ConformanceJson.of(conformance));

        assertThat(root.get("clauses")).hasSize(Specification.get().clauses().size());
        JsonNode second = root.get("clauses").get(1);
        assertThat(second.fieldNames()).toIterable().containsExactly("id", "level", "statement", "scenarios",
                "verdicts");
        assertThat(second.get("id").asText()).isEqualTo("MSR-02");
        assertThat(second.get("level").asText()).isEqualTo("MUST");
        assertThat(second.get("statement").asText()).startsWith("STAR[63:48] ");
        assertThat(second.get("scenarios")).extracting(JsonNode::asText).containsExactly("10-msr/star: two");
        assertThat(second.get("verdicts").toString()).isEqualTo("{\"INTEL\":\"PASS\",\"AMD\":\"FAIL\"}");
        assertThat(root.at("/clauses/4/scenarios")).isEmpty();
        assertThat(root.at("/clauses/4/verdicts/AMD").asText()).isEqualTo("NOT_COVERED");
        assertThat(root.at("/summary/verdicts/INTEL/PASS").asInt()).isEqualTo(3);
        assertThat(root.at("/scenarios/0/results/INTEL/traceHash").asText()).isEqualTo("5eed");
    }

    /** So that comparing two files compares two runs. */
    @Test
    void theJsonDoesNotHoldWhatChangesFromRunToRun() {
        List<SuiteRun> slower = SyntheticRuns.everyKind().stream().map(run -> new SuiteRun(run.model(), run.subject(),
                run.selection(),
                run.scenarios().reversed().stream().map(s -> new ScenarioResult(s.id(), s.feature(), s.line() + 1, s
                        .clauses(),
                        s.outcome(), s.step(), s.message(), s.durationMillis() + 1, s.traceHash())).toList())).toList();

        assertThat(ConformanceJson.of(new Conformance(slower))).isEqualTo(ConformanceJson.of(conformance));
    }

    @Test
    void thePageHasARowForEveryClause() {
        String page = HtmlReport.of(conformance, EnumSet.of(Neighbour.ALLURE));

        for (Clause clause : Specification.get().clauses()) {
            assertThat(page).containsOnlyOnce("<tr id=\"" + clause.id() + "\"");
        }
        assertThat(row(page, "MSR-02")).contains("class=\"clause failing\"", ">Pass<", ">Fail<", "D05", "INTEL passed",
                "AMD failed", "Then SS is 0x1B");
        assertThat(row(page, "MSR-03")).contains(">Not applicable<", "AMD not applicable", "no SMAP");
        assertThat(row(page, "MSR-06")).contains("class=\"clause open\"", ">Not covered<").doesNotContain("scenario");
        assertThat(page).contains("Failing: <a href=\"#MSR-02\">MSR-02</a>, <a href=\"#MSR-04\">MSR-04</a>.");
    }

    @Test
    void textsOfTheRunAreNotMarkup() {
        String page = HtmlReport.of(conformance, Set.of());

        assertThat(page).contains("&lt;script&gt;alert(&quot;&amp;amp; that&#39;s it&quot;)&lt;/script&gt;")
                .doesNotContain("<script>alert", "\u001B");
    }

    /** The page opens from disk and asks nobody for anything: its links lead to its neighbours or to itself. */
    @Test
    void thePageNeedsNothingFromElsewhere() {
        String page = HtmlReport.of(new Conformance(SyntheticRuns.nearlyAll(true)), EnumSet.allOf(Neighbour.class));

        assertThat(page).doesNotContain("http:", "https:", "url(", "@import", "src=");
        Matcher link = Pattern.compile("href=\"([^\"]*)\"").matcher(page);
        while (link.find()) {
            assertThat(link.group(1)).matches(
                    "#[\\w-]+|data:,|\\.\\./features/.*\\.feature|allure/index.html|coverage.html|mutants.html|junit/|conformance(\\.schema)?.json|conformance.tap");
        }
    }

    @Test
    void aPartOfTheSpecificationIsNotPassedOffAsTheWhole() {
        String page = HtmlReport.of(new Conformance(List.of(new SuiteRun("INTEL", "reference", "groups=SYS-07",
                List.of(SyntheticRuns.passed("f: a", "SYS-07"))))), Set.of());

        assertThat(page).contains("did not run on AMD", "<code>groups=SYS-07</code>").doesNotContain("allure/");
    }

    @Test
    void aFailureThatCountsForNoClauseIsNotSilent() {
        String page = HtmlReport.of(new Conformance(List.of(new SuiteRun("INTEL", "reference", "", List.of(SyntheticRuns
                .error(
                        "f: a"))))),
                Set.of());

        assertThat(page).contains("<title>ringspec: 1 scenario failing</title>", "id=\"other\"")
                .doesNotContain("No clause fails");
    }

    @Test
    void writesWhatItReads() throws IOException {
        Path results = folder.resolve("results");
        Path junit = Files.createDirectories(folder.resolve("junit"));
        Files.writeString(junit.resolve("TEST-a.xml"), "<testsuite/>");
        Files.writeString(junit.resolve("failsafe-summary.xml"), "<failsafe-summary/>");
        SyntheticRuns.everyKind().forEach(run -> run.writeTo(results));

        Report.write(Report.read(results), junit, folder.resolve("reports"));

        assertThat(folder.resolve("reports/conformance.json")).hasContent(ConformanceJson.of(conformance));
        assertThat(folder.resolve("reports/index.html")).hasContent(HtmlReport.of(conformance, Set.of()));
        assertThat(folder.resolve("reports/junit")).isDirectoryContaining("glob:**/TEST-a.xml")
                .isDirectoryNotContaining("glob:**/failsafe-summary.xml");
    }

    @Test
    void noResultsIsAnErrorThatSaysHowToGetThem() {
        assertThatThrownBy(() -> Report.read(folder)).isInstanceOf(ReportException.class).hasMessageContaining(
                "mvn verify");
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Files.writeString(folder.resolve("INTEL.json"), "{\"model\": 7");

        assertThatThrownBy(() -> Report.read(folder)).isInstanceOf(ReportException.class).hasMessageContaining(
                "INTEL.json");
    }

    @Test
    void aClauseThatTheSpecificationDoesNotHaveIsAnError() {
        new SuiteRun("INTEL", "reference", "", List.of(SyntheticRuns.passed("f: a", "SYS-99"))).writeTo(folder);

        assertThatThrownBy(() -> Report.read(folder)).isInstanceOf(UnknownClauseException.class)
                .hasMessageContaining("no clause SYS-99");
    }

    private Map<String, Verdict> verdicts(String id) {
        return conformance.of(Specification.get().clause(id)).verdicts();
    }

    private static String row(String page, String id) {
        int start = page.indexOf("<tr id=\"" + id + "\"");
        return page.substring(start, page.indexOf("</tr>", start));
    }
}
