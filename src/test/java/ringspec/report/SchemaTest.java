package ringspec.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringspec.report.MutantResult.Killer;

/** The schemas accept what is written, refuse what is not such a document, and lie beside the reports. */
final class SchemaTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    @Test
    void theReportOfEveryKindOfOutcomeIsValid() throws IOException {
        for (List<SuiteRun> runs : List.of(SyntheticRuns.everyKind(), SyntheticRuns.nearlyAll(true),
                SyntheticRuns.nearlyAll(false), parts())) {
            Report.write(new Conformance(runs), folder);
            assertThat(errors("conformance", written("conformance"))).isEmpty();
        }
    }

    private static List<SuiteRun> parts() {
        return SyntheticRuns.everyKind().stream().map(run -> run.asPart("2/3")).toList();
    }

    @Test
    void theSchemaNamesItself() throws IOException {
        Report.write(new Conformance(SyntheticRuns.everyKind()), folder);

        assertThat(folder.resolve(written("conformance").get("$schema").asText())).isRegularFile();
    }

    @Test
    void aDocumentWithAMistakeIsRefused() throws IOException {
        Report.write(new Conformance(SyntheticRuns.everyKind()), folder);

        refused("/clauses/0/verdicts/INTEL", report -> ((ObjectNode) report.at("/clauses/0/verdicts")).put("INTEL",
                "OK"));
        refused("/clauses/0/id", report -> ((ObjectNode) report.at("/clauses/0")).put("id", "msr 1"));
        refused("/clauses", report -> ((ArrayNode) report.at("/clauses")).removeAll());
        refused("/summary/verdicts/AMD", report -> ((ObjectNode) report.at("/summary/verdicts/AMD")).remove("ERROR"));
        refused("/scenarios/0/results/INTEL", report -> ((ObjectNode) report.at("/scenarios/0/results/INTEL"))
                .remove("message"));
        refused("", report -> ((ObjectNode) report).put("date", "2026-01-01"));
        refused("", report -> ((ObjectNode) report).remove("subject"));
    }

    private void refused(String where, Consumer<JsonNode> mistake) throws IOException {
        JsonNode report = written("conformance");
        mistake.accept(report);
        assertThat(errors("conformance", report)).as("errors of a report with a mistake at %s", where).anyMatch(
                error -> error.startsWith(where + ": "));
    }

    @Test
    void theReportOfAMutationRunIsValid() throws IOException {
        MutationReport.write(List.of(
                mutant("MUT-001", MutantResult.Verdict.KILLED, List.of(new Killer("10-msr/star: a", "Then it is",
                        "no"))),
                mutant("MUT-002", MutantResult.Verdict.SURVIVED, List.of()),
                mutant("MUT-003", MutantResult.Verdict.UNRELATED, List.of())), folder);

        assertThat(errors("mutation", written("mutation"))).isEmpty();
        assertThat(folder.resolve("mutation.schema.json")).isRegularFile();

        JsonNode unproven = written("mutation");
        ((ObjectNode) unproven.get(1)).put("verdict", "KILLED");
        assertThat(errors("mutation", unproven)).singleElement().asString().startsWith("/1/killers: ");
    }

    private static MutantResult mutant(String id, MutantResult.Verdict verdict, List<Killer> killers) {
        return new MutantResult(id, "breaks", "assembly text", List.of("MSR-01"), "INTEL", verdict, killers, List.of(),
                7, false, 12);
    }

    private JsonNode written(String name) throws IOException {
        return JSON.readTree(Files.readString(folder.resolve(name + ".json")));
    }

    /** What is wrong with a document, each after a JSON pointer to it. */
    private static List<String> errors(String name, JsonNode document) {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(
                HtmlReport.resource(name + ".schema.json"), InputFormat.JSON);
        return schema.validate(document).stream().map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                .toList();
    }
}
