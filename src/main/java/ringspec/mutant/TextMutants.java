package ringspec.mutant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ringspec.cpu.exec.OperationBinder;
import ringspec.mutant.Mutant.Where;

/** The mutants of the kernel's machine code, from {@code mutants.yaml}. */
final class TextMutants {

    private TextMutants() {
    }

    static List<Mutant> all() {
        List<Mutant> mutants = new ArrayList<>();
        try (InputStream in = TextMutants.class.getResourceAsStream("mutants.yaml")) {
            for (JsonNode node : new YAMLMapper().readTree(in)) {
                mutants.add(mutant(node));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in mutants.yaml can't be read", e);
        }
        return mutants;
    }

    private static Mutant mutant(JsonNode node) {
        List<TextVariant.Replacement> replacements = new ArrayList<>();
        node.path("texts").forEach(text -> replacements.add(new TextVariant.Replacement(text.path("file").asText(),
                text.path("find").asText(), text.path("replace").asText())));
        Map<String, Long> constants = new LinkedHashMap<>();
        node.path("constants").properties().forEach(entry -> constants.put(entry.getKey(), Long.decode(entry
                .getValue().asText())));
        List<String> clauses = new ArrayList<>();
        node.path("clauses").forEach(clause -> clauses.add(clause.asText()));
        return new Mutant(node.path("id").asText(), node.path("breaks").asText(), clauses, Seam.ASSEMBLY,
                where(node.path("only").asText("")), new TextVariant(replacements, constants),
                OperationBinder.FAITHFUL);
    }

    private static Where where(String only) {
        return switch (only) {
            case "" -> Where.ANYWHERE;
            case "intel" -> Where.INTEL;
            case "amd" -> Where.AMD;
            case "kpti-on" -> Where.KPTI_ON;
            case "kpti-off" -> Where.KPTI_OFF;
            default -> throw new IllegalArgumentException("\"only: %s\": expected intel, amd, kpti-on or kpti-off"
                    .formatted(
                            only));
        };
    }
}
