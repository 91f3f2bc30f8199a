package ringspec.report;

import static ringspec.report.Html.count;
import static ringspec.report.Html.escape;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ringspec.cpu.exec.Operations;
import ringspec.isa.CodeSize;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;
import ringspec.report.SiliconResults.Row;

/** The page that says of every instruction of the table whether it is there, and whether a real processor does the same. */
final class CoveragePage {

    /** What the psABI's level x86-64-v3 consists of; "-" is what every 64-bit processor has. */
    private static final Set<String> LEVEL = Set.of("-", "FPU", "CMOV", "CX8", "FXSR", "MMX", "SSE", "SSE2", "SYSCALL",
            "CX16", "LAHF", "POPCNT", "SSE3", "SSSE3", "SSE4_1", "SSE4_2", "AVX", "AVX2", "BMI1", "BMI2", "F16C", "FMA",
            "LZCNT", "MOVBE", "XSAVE", "CLFSH", "MSR", "TSC");
    private static final String EVERYWHERE = "Every 64-bit processor";

    private final SiliconResults silicon;
    private final StringBuilder page = new StringBuilder(1 << 19);
    /** By feature, then mnemonic. */
    private final Map<String, Map<String, List<InstructionForm>>> groups = new TreeMap<>();

    private CoveragePage(SiliconResults silicon) {
        this.silicon = silicon;
        for (InstructionForm form : InstructionTable.get().forms()) {
            String feature = form.cpuid().equals("-") ? EVERYWHERE : form.cpuid();
            groups.computeIfAbsent(feature, name -> new TreeMap<>()).computeIfAbsent(form.mnemonic(),
                    name -> new ArrayList<>()).add(form);
        }
    }

    static String of(SiliconResults silicon) {
        return new CoveragePage(silicon).build();
    }

    private String build() {
        page.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>ringspec: instructions</title>
                <link rel="icon" href="data:,">
                <style>
                %s</style>
                </head>
                <body>
                <header>
                <h1>ringspec <span>instructions</span></h1>
                """.formatted(HtmlReport.resource("report.css")));
        headline();
        page.append("</header>\n<main>\n");
        groups.forEach(this::group);
        page.append("</main>\n<footer>\n<p><a href=\"index.html\">Conformance</a></p>\n</footer>\n</body>\n</html>\n");
        return page.toString();
    }

    private void headline() {
        Set<String> all = mnemonics(form -> true);
        Set<String> missing = mnemonics(form -> !isImplemented(form));
        Set<String> differing = mnemonics(form -> row(form).differences() > 0);
        Set<String> compared = mnemonics(form -> row(form).cases() > 0);
        Set<String> level = mnemonics(CoveragePage::isOfLevel);
        Set<String> levelMissing = mnemonics(form -> isOfLevel(form) && !isImplemented(form));
        Set<String> levelCompared = mnemonics(form -> isOfLevel(form) && row(form).cases() > 0);
        boolean bad = !missing.isEmpty() || !differing.isEmpty();
        page.append("<p class=\"lead").append(bad ? " bad" : "").append(
                "\">x86-64-v3: %d of %s are implemented, %d of them compared with a processor.</p>%n"
                        .formatted(level.size() - levelMissing.size(), count(level.size(), "mnemonic"), levelCompared
                                .size()));
        page.append("<p>The table has %s in %s".formatted(count(all.size(), "mnemonic"), count(InstructionTable.get()
                .forms().size(), "row"))).append(missing.isEmpty() ? ", all of them implemented. "
                        : "; not implemented: "
                                + names(missing) + ". ");
        if (silicon.cases() == 0) {
            page.append("The test against a real processor did not run.");
        } else {
            page.append("%d mnemonics ran on %s and on the model %s: %,d cases; %s.".formatted(compared.size(), escape(
                    silicon.processor()), escape(silicon.model()), silicon.cases(), differing.isEmpty()
                            ? "no difference" : "differences in " + names(differing)));
        }
        page.append("</p>\n");
    }

    private static String names(Set<String> mnemonics) {
        return mnemonics.stream().map(name -> "<code>" + escape(name) + "</code>").collect(Collectors.joining(", "));
    }

    private Set<String> mnemonics(java.util.function.Predicate<InstructionForm> which) {
        return InstructionTable.get().forms().stream().filter(form -> form.existsIn(CodeSize.BITS_64)).filter(which)
                .map(
                        InstructionForm::mnemonic).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isOfLevel(InstructionForm form) {
        return form.existsIn(CodeSize.BITS_64) && LEVEL.containsAll(List.of(form.cpuid().split("\\+")));
    }

    /** RSM raises #UD outside system-management mode, which there is not; others do by definition. */
    private static boolean isImplemented(InstructionForm form) {
        return Operations.isImplemented(form.mnemonic()) || form.attributes().has("ud") || form.mnemonic().equals(
                "RSM");
    }

    private Row row(InstructionForm form) {
        return silicon.row(form.id());
    }

    private void group(String feature, Map<String, List<InstructionForm>> mnemonics) {
        page.append("<section>\n<h2>").append(escape(feature)).append(" <small>").append(count(mnemonics.size(),
                "mnemonic")).append(
                        "</small></h2>\n<table class=\"clauses\">\n<thead><tr><th scope=\"col\">Mnemonic</th>"
                                + "<th scope=\"col\">Rows</th><th scope=\"col\">Cases</th><th scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n");
        mnemonics.forEach(this::mnemonic);
        page.append("</tbody>\n</table>\n</section>\n");
    }

    private void mnemonic(String name, List<InstructionForm> forms) {
        long cases = forms.stream().mapToLong(form -> row(form).cases()).sum();
        long faults = forms.stream().mapToLong(form -> row(form).faults()).sum();
        page.append("<tr><th scope=\"row\"><code>").append(escape(name)).append("</code></th><td><details><summary>")
                .append(count(forms.size(), "row")).append("</summary>\n<ul>");
        for (InstructionForm form : forms) {
            Row row = row(form);
            page.append("<li><code>").append(escape(form.id())).append("</code>").append(row.cases() > 0
                    ? " <small>%,d cases</small>".formatted(row.cases()) : "").append("</li>\n");
        }
        page.append("</ul></details></td><td>").append(cases > 0 ? "%,d, %,d of them faults".formatted(cases, faults)
                : "").append("</td><td>").append(verdict(forms)).append("</td></tr>\n");
    }

    private String verdict(List<InstructionForm> forms) {
        if (forms.stream().anyMatch(form -> !isImplemented(form))) {
            return "<span class=\"fail\">not implemented</span>";
        }
        long differences = forms.stream().mapToLong(form -> row(form).differences()).sum();
        if (differences > 0) {
            return "<span class=\"fail\">%,d differences</span>".formatted(differences);
        }
        boolean compared = forms.stream().anyMatch(form -> row(form).cases() > 0);
        String reasons = forms.stream().flatMap(form -> Stream.ofNullable(row(form).cases() > 0 ? row(form).refusal()
                : row(form).untested())).distinct().map(Html::escape).collect(Collectors.joining("; "));
        String start = compared ? "<span class=\"pass\">the same</span>" : "<span class=\"skip\">not compared</span>";
        return reasons.isEmpty() ? start : start + ": " + reasons;
    }
}
