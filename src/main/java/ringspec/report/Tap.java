package ringspec.report;

import java.util.Map;
import java.util.stream.Collectors;
import ringspec.spec.Verdict;

/** The verdicts in the Test Anything Protocol, version 14: a line for each clause on each configuration that ran. */
final class Tap {

    private Tap() {
    }

    /** The file's content. */
    static String of(Conformance conformance) {
        StringBuilder text = new StringBuilder("TAP version 14\n");
        StringBuilder lines = new StringBuilder();
        int number = 0;
        for (ClauseResult result : conformance.clauses()) {
            for (Map.Entry<String, Verdict> entry : result.verdicts().entrySet()) {
                if (entry.getValue() != Verdict.NOT_COVERED) {
                    number++;
                    line(lines, number, conformance, result, entry.getKey(), entry.getValue());
                }
            }
        }
        return text.append("1..").append(number).append('\n').append(lines).toString();
    }

    private static void line(StringBuilder lines, int number, Conformance conformance, ClauseResult result,
            String model, Verdict verdict) {
        boolean ok = verdict == Verdict.PASS || verdict == Verdict.NOT_APPLICABLE;
        lines.append(ok ? "ok " : "not ok ").append(number).append(" - ").append(result.clause().id()).append(" on ")
                .append(model);
        lines.append(switch (verdict) {
            case NOT_APPLICABLE -> " # SKIP " + reasons(conformance, result, model, verdict);
            case EXPECTED_FAIL -> " # TODO " + reasons(conformance, result, model, verdict);
            default -> "";
        }).append('\n');
        if (verdict.isBad()) {
            lines.append("  ---\n  verdict: ").append(verdict).append("\n  scenarios:\n");
            result.scenarios().forEach(id -> failure(lines, id, conformance.scenarios().get(id).get(model)));
            lines.append("  ...\n");
        }
    }

    private static void failure(StringBuilder lines, String id, ScenarioResult result) {
        if (result != null && result.outcome().verdict().isBad()) {
            lines.append("    - id: ").append(quoted(id)).append("\n      step: ").append(quoted(result.step()))
                    .append("\n      message: ").append(quoted(result.message())).append('\n');
        }
    }

    private static String reasons(Conformance conformance, ClauseResult result, String model, Verdict verdict) {
        return result.scenarios().stream().map(id -> conformance.scenarios().get(id).get(model))
                .filter(r -> r != null && r.outcome().verdict() == verdict)
                .map(r -> r.message().lines().findFirst().orElse("").replace("#", "\\#")).distinct()
                .collect(Collectors.joining("; "));
    }

    /** A double-quoted YAML scalar. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 16).append('"');
        text.chars().forEach(c -> {
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append((char) c);
                case '\n' -> quoted.append("\\n");
                default -> quoted.append(c < ' ' || c == 0x7F ? "\\x%02X".formatted(c) : String.valueOf((char) c));
            }
        });
        return quoted.append('"').toString();
    }
}
