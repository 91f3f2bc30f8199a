package ringspec.report;

import static ringspec.report.Html.count;
import static ringspec.report.Html.escape;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ringspec.spec.Chapter;
import ringspec.spec.Specification;
import ringspec.spec.Verdict;

/**
 * The report for people: one static page with everything in it, so that it opens from disk and asks nobody for anything.
 * Without a style sheet or without JavaScript it still says the same.
 */
final class HtmlReport {

    /** Where scenarios are about no kernel. */
    private static final String PROCESSOR = "features/90-processor/";

    private final Conformance conformance;
    private final Set<Neighbour> neighbours;
    private final ClauseRow rows;
    private final StringBuilder page = new StringBuilder(1 << 18);

    private HtmlReport(Conformance conformance, Set<Neighbour> neighbours) {
        this.conformance = conformance;
        this.neighbours = neighbours;
        this.rows = new ClauseRow(conformance);
    }

    /**
     * The page.
     *
     * @param neighbours the pages beside it to link to
     */
    static String of(Conformance conformance, Set<Neighbour> neighbours) {
        return new HtmlReport(conformance, neighbours).build();
    }

    private String build() {
        page.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <link rel="icon" href="data:,">
                <style>
                %s</style>
                </head>
                <body>
                <header>
                """.formatted(escape(title()), resource("report.css")));
        headline();
        page.append("</header>\n<main>\n");
        summary();
        navigation();
        Specification.get().chapters().forEach(this::chapter);
        withoutClause();
        page.append("</main>\n<footer>\n<p>The same for machines: <a href=\"conformance.json\">conformance.json</a>")
                .append(" (<a href=\"conformance.schema.json\">schema</a>)")
                .append(" · <a href=\"junit/\">JUnit XML</a> · <a href=\"conformance.tap\">TAP</a></p>\n</footer>\n<script>\n")
                .append(resource("report.js"))
                .append("</script>\n</body>\n</html>\n");
        return page.toString();
    }

    private String title() {
        int clauses = (int) failing().count();
        return clauses > 0 ? "ringspec: " + count(clauses, "clause") + " failing"
                : strays().isEmpty() ? "ringspec: conformance" : "ringspec: " + count(strays().size(), "scenario")
                        + " failing";
    }

    private void headline() {
        page.append("<h1>ringspec <span>conformance").append(conformance.isReference() ? ""
                : " of " + escape(conformance.subject())).append("</span></h1>\n");
        String clauses = failing().map(result -> link(result.clause().id())).collect(Collectors.joining(", "));
        long covered = conformance.clauses().stream()
                .filter(result -> result.verdicts().values().stream().anyMatch(v -> v != Verdict.NOT_COVERED)).count();
        List<String> lead = new ArrayList<>();
        if (!clauses.isEmpty()) {
            lead.add("Failing: " + clauses + ".");
        }
        if (!strays().isEmpty()) {
            lead.add("Failing without a clause: <a href=\"#" + section(strays().getFirst()) + "\">" + count(strays()
                    .size(), "scenario") + "</a>.");
        }
        boolean good = lead.isEmpty();
        if (good) {
            lead.add("No clause fails; %d of %d are covered.".formatted(covered, conformance.clauses().size()));
        }
        page.append("<p class=\"lead").append(good ? "" : " bad").append("\">").append(String.join(" ", lead)).append(
                "</p>\n");
        long millis = conformance.runs().stream().flatMap(run -> run.scenarios().stream())
                .mapToLong(ScenarioResult::durationMillis).sum();
        page.append("<p>").append(count(conformance.scenarios().size(), "scenario")).append(" on ")
                .append(String.join(", ", conformance.runs().stream().map(SuiteRun::model).toList()))
                .append(", %.1f s in all.".formatted(millis / 1000.0));
        neighbours.forEach(neighbour -> page.append(' ').append(neighbour.html()));
        page.append("</p>\n");
        notices();
    }

    /** What a reader must know before believing the numbers. */
    private void notices() {
        List<String> notices = new ArrayList<>();
        for (String model : conformance.models()) {
            if (conformance.runs().stream().noneMatch(run -> run.model().equals(model))) {
                notices.add("The specification did not run on " + escape(model) + ".");
            }
        }
        conformance.runs().stream().map(SuiteRun::selection).filter(selection -> !selection.isEmpty()).distinct()
                .forEach(selection -> notices.add("Only a selection of the scenarios ran: <code>" + escape(selection)
                        + "</code>. Clauses that it left out are shown as not covered."));
        conformance.runs().stream().map(SuiteRun::part).filter(part -> !part.equals(SuiteRun.WHOLE)).distinct()
                .forEach(part -> notices.add("This is part " + escape(part)
                        + " of a run; <code>ringspec merge</code> puts the parts together."));
        notices.forEach(notice -> page.append("<p class=\"notice\">").append(notice).append("</p>\n"));
    }

    private void summary() {
        page.append(
                "<table class=\"summary\">\n<caption>Clauses by verdict</caption>\n<thead><tr><th scope=\"col\">Processor</th>");
        for (Verdict verdict : Verdict.values()) {
            page.append("<th scope=\"col\" class=\"number\">").append(ClauseRow.words(verdict)).append("</th>");
        }
        page.append("<td class=\"bar\"></td></tr></thead>\n<tbody>\n");
        for (String model : conformance.models()) {
            Map<Verdict, Integer> counts = conformance.count(model);
            page.append("<tr><th scope=\"row\">").append(escape(model)).append("</th>");
            counts.forEach((verdict, number) -> page.append("<td class=\"number ").append(number == 0 ? "none"
                    : ClauseRow
                            .style(verdict)).append("\">").append(number).append("</td>"));
            page.append("<td class=\"bar\">").append(bar(counts)).append("</td></tr>\n");
        }
        page.append("</tbody>\n</table>\n");
    }

    private static String bar(Map<Verdict, Integer> counts) {
        return counts.entrySet().stream().filter(entry -> entry.getValue() > 0)
                .map(entry -> "<i class=\"%s\" style=\"flex-grow:%d\"></i>".formatted(ClauseRow.style(entry.getKey()),
                        entry
                                .getValue())).collect(Collectors.joining("", "<span aria-hidden=\"true\">", "</span>"));
    }

    private void navigation() {
        long failing = failing().count();
        long open = conformance.clauses().stream().filter(result -> result.hasAnywhere(Verdict.NOT_COVERED)).count();
        page.append("""
                <div class="controls">
                <nav aria-label="Chapters">%s</nav>
                <div id="filter" role="group" aria-label="Show clauses" hidden>
                <button type="button" data-show="all" aria-pressed="true">All %d</button>
                <button type="button" data-show="failing" aria-pressed="false">Failing %d</button>
                <button type="button" data-show="open" aria-pressed="false">Not covered %d</button>
                </div>
                </div>
                """.formatted(Specification.get().chapters().stream()
                .map(chapter -> "<a href=\"#%1$s\" title=\"%2$s\">%1$s</a>".formatted(escape(chapter.family()), escape(
                        chapter
                                .title()))).collect(Collectors.joining(" ")), conformance.clauses().size(), failing,
                open));
    }

    private void chapter(Chapter chapter) {
        page.append("<section id=\"").append(escape(chapter.family())).append("\">\n<h2>").append(escape(chapter
                .title()))
                .append(" <small>").append(escape(chapter.chapter())).append(
                        "</small></h2>\n<table class=\"clauses\">\n")
                .append("<thead><tr><th scope=\"col\">Clause</th><th scope=\"col\">Statement</th>");
        conformance.models().forEach(model -> page.append("<th scope=\"col\">").append(escape(model)).append("</th>"));
        page.append("</tr></thead>\n<tbody>\n");
        chapter.clauses().forEach(clause -> page.append(rows.html(conformance.of(clause))));
        page.append("</tbody>\n</table>\n</section>\n");
    }

    private void withoutClause() {
        Map<Boolean, List<String>> byProcessor = conformance.scenarios().entrySet().stream()
                .filter(entry -> entry.getValue().values().stream().allMatch(result -> result.clauses().isEmpty()))
                .collect(Collectors.partitioningBy(entry -> entry.getValue().values().stream()
                        .anyMatch(result -> result.feature().startsWith(PROCESSOR)),
                        Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
        scenarios("processor", "The processor alone", byProcessor.get(true));
        scenarios("other", "Scenarios that name no clause", byProcessor.get(false));
    }

    private void scenarios(String id, String heading, List<String> ids) {
        if (!ids.isEmpty()) {
            page.append("<section id=\"%s\">\n<h2>%s</h2>\n".formatted(id, heading)).append(rows.scenarios(ids))
                    .append("</section>\n");
        }
    }

    /** Scenarios that fail without any clause failing for it, because they name none. */
    private List<String> strays() {
        return conformance.scenarios().entrySet().stream().filter(entry -> entry.getValue().values().stream()
                .anyMatch(result -> result.clauses().isEmpty() && result.outcome().verdict().isBad()))
                .map(Map.Entry::getKey).toList();
    }

    private String section(String id) {
        return conformance.scenarios().get(id).values().stream().anyMatch(result -> result.feature().startsWith(
                PROCESSOR)) ? "processor" : "other";
    }

    private Stream<ClauseResult> failing() {
        return conformance.clauses().stream().filter(ClauseResult::isBad);
    }

    private static String link(String id) {
        return "<a href=\"#%1$s\">%1$s</a>".formatted(escape(id));
    }

    static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in " + name + " can't be read", e);
        }
    }
}
