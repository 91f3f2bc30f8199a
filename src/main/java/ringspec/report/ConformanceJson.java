package ringspec.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import ringspec.spec.Clause;

/**
 * The report for machines. It holds nothing that differs between two runs of the same subject, so that comparing two files
 * compares the verdicts and, by their trace hashes, all that the machines did.
 */
final class ConformanceJson {

    /** The file that says what it may hold, both in this package and beside the report. */
    static final String SCHEMA = "conformance.schema.json";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ConformanceJson() {
    }

    /** The file's content. */
    static String of(Conformance conformance) {
        ObjectNode root = NODES.objectNode().put("$schema", SCHEMA).put("subject", conformance.subject());
        ArrayNode clauses = root.putArray("clauses");
        conformance.clauses().forEach(result -> clauses.add(clause(result)));
        root.set("summary", summary(conformance));
        ArrayNode scenarios = root.putArray("scenarios");
        conformance.scenarios().forEach((id, results) -> scenarios.add(scenario(id, results)));
        try {
            return JSON.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain texts and numbers can't be written", e);
        }
    }

    private static ObjectNode clause(ClauseResult result) {
        Clause clause = result.clause();
        ObjectNode node = NODES.objectNode().put("id", clause.id()).put("level", clause.level().name())
                .put("statement", clause.statement());
        addAll(node.putArray("scenarios"), result.scenarios());
        ObjectNode verdicts = node.putObject("verdicts");
        result.verdicts().forEach((model, verdict) -> verdicts.put(model, verdict.name()));
        return node;
    }

    private static ObjectNode summary(Conformance conformance) {
        ObjectNode summary = NODES.objectNode().put("clauses", conformance.clauses().size())
                .put("scenarios", conformance.scenarios().size());
        String selection = conformance.runs().stream().map(SuiteRun::selection).filter(text -> !text.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
        if (!selection.isEmpty()) {
            summary.put("selection", selection);
        }
        conformance.runs().stream().map(SuiteRun::part).filter(part -> !part.equals(SuiteRun.WHOLE)).findFirst()
                .ifPresent(part -> summary.put("part", part));
        ObjectNode verdicts = summary.putObject("verdicts");
        for (String model : conformance.models()) {
            ObjectNode counts = verdicts.putObject(model);
            conformance.count(model).forEach((verdict, count) -> counts.put(verdict.name(), count));
        }
        return summary;
    }

    private static ObjectNode scenario(String id, Map<String, ScenarioResult> results) {
        ScenarioResult any = results.values().iterator().next();
        ObjectNode node = NODES.objectNode().put("id", id).put("feature", any.feature());
        addAll(node.putArray("clauses"), any.clauses());
        ObjectNode byModel = node.putObject("results");
        results.forEach((model, result) -> {
            ObjectNode one = byModel.putObject(model).put("outcome", result.outcome().name());
            putUnlessEmpty(one, "step", result.step());
            putUnlessEmpty(one, "message", result.message());
            putUnlessEmpty(one, "traceHash", result.traceHash());
        });
        return node;
    }

    private static void putUnlessEmpty(ObjectNode node, String name, String text) {
        if (!text.isEmpty()) {
            node.put(name, text);
        }
    }

    private static void addAll(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
