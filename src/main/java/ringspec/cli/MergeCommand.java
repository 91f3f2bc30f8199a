package ringspec.cli;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringspec.conform.ExpectedFailures;
import ringspec.report.Report;
import ringspec.report.ReportException;
import ringspec.report.SuiteRun;
import ringspec.spec.UnknownClauseException;

/** {@code ringspec merge}: one report out of those of several machines. */
@Command(name = "merge", mixinStandardHelpOptions = true, exitCodeOnExecutionException = ExitStatus.HARNESS_ERROR,
        description = "Put the reports of `ringspec conform --shard I/N` together, as if one machine had run all.",
        footer = {"", "Exit status: as that of `ringspec conform` without --shard."})
final class MergeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", arity = "1..*", description = "The --output folders of the parts.")
    private List<Path> folders;

    @Option(names = "--expected", paramLabel = "FILE", description = "As for `ringspec conform`.")
    private Path expected;

    @Option(names = "--output", paramLabel = "FOLDER", defaultValue = "reports",
            description = "Where the reports go (${DEFAULT-VALUE}).")
    private Path output;

    @Override
    public Integer call() {
        try {
            ExpectedFailures excused = expected == null ? ExpectedFailures.none() : ExpectedFailures.read(expected);
            List<SuiteRun> runs = Report.merge(folders.stream().map(folder -> folder.resolve(Judgement.RUNS)).toList());
            return Judgement.of(excused.applyTo(runs, LocalDate.now(), true), output, spec);
        } catch (UnknownClauseException e) {
            return refuse(e, ExitStatus.UNKNOWN_NAME);
        } catch (ReportException e) {
            return refuse(e, ExitStatus.USAGE);
        }
    }

    private int refuse(RuntimeException e, int status) {
        spec.commandLine().getErr().println("ringspec merge: " + e.getMessage());
        return status;
    }
}
