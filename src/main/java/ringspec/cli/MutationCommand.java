package ringspec.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import ringspec.conform.Features;
import ringspec.conform.MutationRun;
import ringspec.conform.Shard;
import ringspec.mutant.Mutant;
import ringspec.mutant.Mutants;
import ringspec.report.MutantResult;
import ringspec.report.MutantResult.Verdict;
import ringspec.report.MutationReport;
import ringspec.spec.Specification;
import ringspec.spec.UnknownClauseException;
import ringspec.subject.UnknownSubjectException;

/** {@code ringspec mutation}: shows that the specification can fail. */
@Command(name = "mutation", mixinStandardHelpOptions = true, exitCodeOnExecutionException = ExitStatus.HARNESS_ERROR,
        description = "Plant each defect of the catalogue in the kernel or the processor and look which scenarios notice.",
        footer = {"", "Exit status: 0 every mutant was killed by a scenario of a clause that it breaks, 1 one was not,",
                "2 wrong usage, 3 nothing was selected, 4 there is no such mutant or clause, 5 the harness itself failed."})
final class MutationCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--mutant", paramLabel = "ID", split = ",", description = "Only these; all if none is named.")
    private List<String> ids = List.of();

    @Option(names = "--clause", paramLabel = "ID", split = ",", description = "Only mutants that break these clauses.")
    private List<String> clauses = List.of();

    @Option(names = "--shard", paramLabel = "I/N", defaultValue = "1/1", description = "Only part I of N.")
    private String shard;

    @Option(names = "--list", description = "Print the catalogue instead.")
    private boolean list;

    @Option(names = "--output", paramLabel = "FOLDER", defaultValue = "reports",
            description = "Where mutants.html and mutation.json go (${DEFAULT-VALUE}).")
    private Path output;

    @Option(names = "--threads", paramLabel = "N", description = "How many mutants run at once; all cores if not said.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            List<Mutant> mutants = selected();
            if (mutants.isEmpty()) {
                err.println("ringspec mutation: no mutant is selected");
                return ExitStatus.NOTHING_SELECTED;
            }
            return list ? print(mutants) : run(mutants);
        } catch (UnknownClauseException | UnknownSubjectException e) {
            err.println("ringspec mutation: " + e.getMessage());
            return ExitStatus.UNKNOWN_NAME;
        } catch (IllegalStateException e) {
            err.println("ringspec mutation: " + e.getMessage());
            return ExitStatus.HARNESS_ERROR;
        }
    }

    private List<Mutant> selected() {
        List<String> wanted = clauses.stream().map(id -> Specification.get().clause(id.toUpperCase(Locale.ROOT)).id())
                .toList();
        List<Mutant> chosen = ids.isEmpty() ? Mutants.all() : ids.stream().map(MutationCommand::named).toList();
        Shard part;
        try {
            part = Shard.parse(shard, System.getenv());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        List<Mutant> left = chosen.stream().filter(mutant -> wanted.isEmpty() || mutant.clauses().stream().anyMatch(
                wanted::contains)).toList();
        return part.of(left);
    }

    private static Mutant named(String id) {
        return Mutants.all().stream().filter(mutant -> mutant.id().equalsIgnoreCase(id)).findFirst()
                .orElseThrow(() -> new UnknownSubjectException("there is no mutant %s; see `ringspec mutation --list`"
                        .formatted(id)));
    }

    private int print(List<Mutant> mutants) {
        PrintWriter out = spec.commandLine().getOut();
        mutants.forEach(mutant -> out.printf("%s  %-24s %s (%s)%n", mutant.id(), String.join(" ", mutant.clauses()),
                mutant.breaks(), mutant.seam()));
        out.flush();
        return ExitStatus.CONFORMS;
    }

    private int run(List<Mutant> mutants) {
        Progress progress = new Progress(spec.commandLine().getErr(), "mutants", mutants.size());
        AtomicInteger done = new AtomicInteger();
        List<MutantResult> results = MutationRun.of(mutants, Features.shipped(), threads,
                () -> System.nanoTime() / 1_000_000, _ -> progress.show(done.incrementAndGet()));
        progress.end();
        MutationReport.write(results, output);
        PrintWriter out = spec.commandLine().getOut();
        results.stream().filter(result -> result.verdict() != Verdict.KILLED).forEach(result -> out.printf(
                "%s %s: %s; must be noticed by %s%s%n", result.id(), result.verdict(), result.breaks(), result
                        .clauses(), result.failing().isEmpty() ? "" : ", was by " + result.failing()));
        long killed = results.stream().filter(result -> result.verdict() == Verdict.KILLED).count();
        out.printf("%d of %d mutants killed%n", killed, results.size());
        out.println("Report: " + output.resolve("mutants.html").toUri());
        out.flush();
        return killed == results.size() ? ExitStatus.CONFORMS : ExitStatus.FAILS;
    }
}
