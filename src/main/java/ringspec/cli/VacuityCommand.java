package ringspec.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import ringspec.conform.Features;
import ringspec.conform.Vacuity;
import ringspec.mutant.Controls;
import ringspec.mutant.Mutants;
import ringspec.spec.UnknownClauseException;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;
import ringspec.subject.Subject;
import ringspec.subject.Subjects;
import ringspec.subject.UnknownSubjectException;

/** {@code ringspec vacuity}: shows that every scenario and every expectation can fail. */
@Command(name = "vacuity", mixinStandardHelpOptions = true,
        description = "Take the When steps out of each scenario, and try to make each Then step fail.",
        footer = {"", "Exit status: 0 everything can fail, 1 something can't, 2 wrong usage, 3 nothing was selected,",
                "4 there is no such clause or chapter, 5 the harness itself failed."})
final class VacuityCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SelectionOptions selected;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Features features = selected.selection().of(Features.shipped());
            if (features.scenarios().isEmpty()) {
                err.println("ringspec vacuity: no scenario is selected");
                return ExitStatus.NOTHING_SELECTED;
            }
            return run(features);
        } catch (UnknownClauseException | UnknownSubjectException e) {
            err.println("ringspec vacuity: " + e.getMessage());
            return ExitStatus.UNKNOWN_NAME;
        } catch (IllegalStateException e) {
            err.println("ringspec vacuity: " + e.getMessage());
            return ExitStatus.HARNESS_ERROR;
        }
    }

    private int run(Features features) {
        List<Subject> controls = Controls.answering().stream().map(Subjects::named).toList();
        PrintWriter out = spec.commandLine().getOut();
        Map<Vacuity.Finding, Integer> findings = new LinkedHashMap<>();
        List<Configuration> configurations = selected.configurations().stream().filter(Configuration::kpti).toList();
        try (ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<Vacuity.Result>> results = configurations.stream().map(configuration -> pool.submit(
                    () -> Vacuity.check(DesignedKernel.REFERENCE, controls, Mutants.all(), configuration, features)))
                    .toList();
            for (int i = 0; i < results.size(); i++) {
                Vacuity.Result result = get(results.get(i));
                out.printf("%s: %d scenarios with %d Then steps; %d of these can't fail there%n", configurations.get(i)
                        .label(), result.scenarios(), result.expectations(), result.findings().size());
                result.findings().forEach(finding -> findings.merge(finding, 1, Integer::sum));
            }
        }
        // What one processor makes impossible, another may allow: only what fails nowhere says nothing.
        findings.values().removeIf(count -> count < configurations.size());
        out.printf("%d of all can't fail anywhere%n", findings.size());
        findings.keySet().forEach(finding -> out.printf("  %s:%d: %s%n", finding.feature(), finding.line(), finding
                .text()));
        out.flush();
        return findings.isEmpty() ? ExitStatus.CONFORMS : ExitStatus.FAILS;
    }

    private static Vacuity.Result get(Future<Vacuity.Result> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
