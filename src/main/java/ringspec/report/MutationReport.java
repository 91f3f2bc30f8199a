package ringspec.report;

import static ringspec.report.Html.escape;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import ringspec.report.MutantResult.Verdict;
import ringspec.spec.Chapter;
import ringspec.spec.Clause;
import ringspec.spec.Specification;

/** The page that shows which clause kills which mutant, and the same for machines. */
public final class MutationReport {

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** The file that says what mutation.json may hold, both in this package and beside the report. */
    static final String SCHEMA = "mutation.schema.json";

    private final List<MutantResult> results;
    private final StringBuilder page = new StringBuilder(1 << 18);

    private MutationReport(List<MutantResult> results) {
        this.results = results;
    }

    /** Writes {@code mutants.html} and {@code mutation.json} into a folder. */
    public static void write(List<MutantResult> results, Path output) {
        try {
            Files.createDirectories(output);
            Files.writeString(output.resolve("mutation.json"), JSON.writeValueAsString(results) + "\n");
            Files.writeString(output.resolve(SCHEMA), resource(SCHEMA));
            Files.writeString(output.resolve("mutants.html"), new MutationReport(results).build());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of plain records can't be written", e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the report to " + output, e);
        }
    }

    private String build() {
        long killed = results.stream().filter(result -> result.verdict() == Verdict.KILLED).count();
        page.append(
                """
                        <!DOCTYPE html>
                        <html lang="en">
                        <head>
                        <meta charset="utf-8">
                        <meta name="viewport" content="width=device-width, initial-scale=1">
                        <title>ringspec: %1$d of %2$d mutants killed</title>
                        <link rel="icon" href="data:,">
                        <style>
                        %3$s</style>
                        </head>
                        <body class="mutants">
                        <header>
                        <h1>ringspec <span>mutants</span></h1>
                        <p class="lead%4$s">%1$d of %2$d planted defects are noticed by a scenario of a clause that they break.</p>
                        <p>A column is a mutant, a row a clause. <span class="key kill"></span> must notice and does
                        <span class="key miss"></span> must notice and doesn't <span class="key also"></span> notices, too.
                        An arrow under a column: enough had failed, the rest was left out.
                        <a href="index.html">Back to the clauses</a> · <a href="mutation.json">mutation.json</a></p>
                        </header>
                        <main>
                        """
                        .formatted(killed, results.size(), resource("report.css") + resource("mutants.css"),
                                killed == results
                                        .size() ? "" : " bad"));
        matrix();
        list();
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private void matrix() {
        page.append("<div class=\"scroll\"><table class=\"matrix\">\n<thead><tr><th scope=\"col\">Clause</th>");
        for (MutantResult result : results) {
            page.append("<th scope=\"col\" class=\"%s\" title=\"%s\"><a href=\"#%s\">%s</a></th>".formatted(
                    result.verdict() == Verdict.KILLED ? "" : "alive", escape(result.breaks()), result.id(),
                    result.id().substring(4)));
        }
        page.append("<th scope=\"col\">kills</th></tr></thead>\n");
        for (Chapter chapter : Specification.get().chapters()) {
            page.append("<tbody>\n");
            chapter.clauses().forEach(this::row);
            page.append("</tbody>\n");
        }
        page.append("<tfoot><tr><th></th>");
        results.forEach(result -> page.append("<td>").append(result.stopped() ? "↓" : "").append("</td>"));
        page.append("<td></td></tr></tfoot>\n</table></div>\n");
    }

    private void row(Clause clause) {
        page.append("<tr><th scope=\"row\" title=\"%s\"><a href=\"index.html#%2$s\">%2$s</a></th>".formatted(escape(
                clause.statement()), clause.id()));
        int kills = 0;
        for (MutantResult result : results) {
            boolean must = result.clauses().contains(clause.id());
            boolean does = result.failing().contains(clause.id());
            kills += must && does ? 1 : 0;
            String style = must ? does ? "kill" : "miss" : does ? "also" : "";
            page.append(style.isEmpty() ? "<td></td>" : "<td class=\"%s\" title=\"%s, %s: %s\"></td>".formatted(style,
                    clause.id(), result.id(), escape(result.breaks())));
        }
        page.append("<td class=\"count\">").append(kills).append("</td></tr>\n");
    }

    private void list() {
        page.append("<h2>The defects</h2>\n<table class=\"defects\">\n<thead><tr><th scope=\"col\">Mutant</th>")
                .append("<th scope=\"col\">What is wrong</th><th scope=\"col\">Clauses</th><th scope=\"col\">Noticed by</th>")
                .append("<th scope=\"col\">Time</th></tr></thead>\n<tbody>\n");
        for (MutantResult result : results) {
            page.append(
                    "<tr id=\"%1$s\"><th scope=\"row\">%1$s<small>%2$s</small></th><td>%3$s<small>%4$s</small></td><td>%5$s</td><td>"
                            .formatted(result.id(), escape(result.seam()), escape(result.breaks()), escape(result
                                    .configuration()), String.join(" ", result.clauses())));
            page.append(result.killers().isEmpty() ? "<strong class=\"fail\">%s</strong>".formatted(result
                    .verdict() == Verdict.SURVIVED ? "nobody" : "other clauses only: " + String.join(" ", result
                            .failing()))
                    : killers(result));
            page.append("</td><td class=\"number\">%.1f s</td></tr>\n".formatted(result.millis() / 1000.0));
        }
        page.append("</tbody>\n</table>\n");
    }

    private static String killers(MutantResult result) {
        MutantResult.Killer first = result.killers().getFirst();
        int more = result.killers().size() - 1;
        return "<details><summary>%s%s</summary><p>%s</p><pre>%s</pre></details>".formatted(escape(first.scenario()),
                more == 0 ? "" : " and " + more + " more", escape(first.step()), escape(first.message()));
    }

    private static String resource(String name) {
        try (InputStream in = MutationReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in " + name + " can't be read", e);
        }
    }
}
