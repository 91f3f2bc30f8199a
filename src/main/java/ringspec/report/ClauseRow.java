package ringspec.report;

import static ringspec.report.Html.count;
import static ringspec.report.Html.escape;
import static ringspec.report.Html.sentence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ringspec.spec.Clause;
import ringspec.spec.Decision;
import ringspec.spec.Specification;
import ringspec.spec.Verdict;

/** One clause as a row of the page: what it says, what it rests on, which scenarios check it, and the verdicts. */
final class ClauseRow {

    private final Conformance conformance;

    ClauseRow(Conformance conformance) {
        this.conformance = conformance;
    }

    /** The class of the style sheet that colours a verdict. */
    static String style(Verdict verdict) {
        return switch (verdict) {
            case PASS -> "pass";
            case FAIL -> "fail";
            case EXPECTED_FAIL -> "expected";
            case ERROR -> "error";
            case NOT_APPLICABLE -> "skip";
            case NOT_COVERED -> "open";
        };
    }

    /** A verdict in words; colour is never the only thing that tells two apart. */
    static String words(Verdict verdict) {
        return switch (verdict) {
            case PASS -> "Pass";
            case FAIL -> "Fail";
            case EXPECTED_FAIL -> "Expected fail";
            case ERROR -> "Error";
            case NOT_APPLICABLE -> "Not applicable";
            case NOT_COVERED -> "Not covered";
        };
    }

    String html(ClauseResult result) {
        Clause clause = result.clause();
        StringBuilder row = new StringBuilder(512);
        String filter = (result.isBad() ? " failing" : "")
                + (result.hasAnywhere(Verdict.NOT_COVERED) ? " open" : "");
        row.append(
                "<tr id=\"%1$s\" class=\"clause%2$s\"><th scope=\"row\"><a href=\"#%1$s\">%1$s</a><small>%3$s</small></th><td>"
                        .formatted(escape(clause.id()), filter, clause.level()));
        row.append("<p>").append(sentence(clause.statement())).append("</p>\n");
        details(row, "how it is checked", "", "<p>" + sentence(clause.check()) + "</p>");
        for (String id : clause.decisions()) {
            Specification.get().decisions().stream().filter(decision -> decision.id().equals(id))
                    .forEach(decision -> decision(row, decision));
        }
        if (!result.scenarios().isEmpty()) {
            details(row, count(result.scenarios().size(), "scenario"), result.isBad() ? "open" : "",
                    scenarios(result.scenarios()));
        }
        row.append("</td>");
        result.verdicts().forEach((model, verdict) -> row.append(
                "<td class=\"verdict %s\" data-model=\"%s\"><span>%s</span></td>".formatted(style(verdict), escape(
                        model), words(
                                verdict))));
        return row.append("</tr>\n").toString();
    }

    private static void decision(StringBuilder row, Decision decision) {
        details(row, decision.id(), "", "<dl><dt>Trouble</dt><dd>%s</dd><dt>Decided</dt><dd>%s</dd></dl>"
                .formatted(sentence(decision.trouble()), sentence(decision.decided())));
    }

    private static void details(StringBuilder row, String summary, String attribute, String content) {
        row.append("<details ").append(attribute).append("><summary>").append(escape(summary)).append("</summary>")
                .append(content).append("</details>\n");
    }

    /** A list of scenarios, failing ones first, with their outcomes on each model and why each that did not pass did not. */
    String scenarios(List<String> ids) {
        StringBuilder list = new StringBuilder(256).append("<ul class=\"scenarios\">\n");
        ids.stream().sorted(Comparator.comparing(id -> !fails(id))).forEach(id -> scenario(list, id, conformance
                .scenarios().get(id)));
        return list.append("</ul>\n").toString();
    }

    private boolean fails(String id) {
        return conformance.scenarios().get(id).values().stream().anyMatch(result -> result.outcome()
                .verdict().isBad());
    }

    private void scenario(StringBuilder list, String id, Map<String, ScenarioResult> byModel) {
        ScenarioResult any = byModel.values().iterator().next();
        String name = id.substring(id.indexOf(": ") + 2);
        list.append("<li>").append(escape(name)).append(" <a class=\"source\" href=\"../%1$s\">%1$s:%2$d</a>".formatted(
                escape(any
                        .feature()), any.line())).append("<div>");
        for (String model : conformance.models()) {
            ScenarioResult result = byModel.get(model);
            if (result == null) {
                list.append("<span class=\"outcome open\">").append(escape(model)).append(" did not run</span>");
            } else {
                outcome(list, model, result);
            }
        }
        list.append("</div>");
        reasons(list, byModel);
        list.append("</li>\n");
    }

    private static void outcome(StringBuilder list, String model, ScenarioResult result) {
        list.append("<span class=\"outcome ").append(style(result.outcome().verdict())).append("\">").append(escape(
                model))
                .append(' ').append(switch (result.outcome()) {
                    case PASSED -> "passed";
                    case FAILED -> "failed";
                    case EXPECTED_FAIL -> "failed as expected";
                    case ERROR -> "error";
                    case SKIPPED -> "not applicable";
                }).append("</span>");
    }

    /** Why it did not pass; a reason that is the same on several configurations is said once. */
    private static void reasons(StringBuilder list, Map<String, ScenarioResult> byModel) {
        Map<Reason, List<String>> reasons = new LinkedHashMap<>();
        byModel.forEach((model, result) -> {
            if (!result.message().isEmpty()) {
                reasons.computeIfAbsent(Reason.of(result), _ -> new ArrayList<>()).add(model);
            }
        });
        reasons.forEach((reason, models) -> {
            String where = models.size() == byModel.size() ? "" : String.join(", ", models);
            String caption = where + (where.isEmpty() || reason.step().isEmpty() ? "" : ": ") + reason.step();
            list.append("<figure class=\"").append(style(reason.verdict())).append("\">").append(caption.isEmpty() ? ""
                    : "<figcaption>" + escape(caption) + "</figcaption>")
                    .append("<pre>").append(escape(reason.message())).append("</pre></figure>");
        });
    }

    /** Why a scenario ended as it did. Where it didn't apply, the reason says it all, wherever it was found. */
    private record Reason(Verdict verdict, String step, String message) {

        static Reason of(ScenarioResult result) {
            Verdict verdict = result.outcome().verdict();
            return new Reason(verdict, verdict == Verdict.NOT_APPLICABLE ? "" : result.step(), result.message());
        }
    }
}
