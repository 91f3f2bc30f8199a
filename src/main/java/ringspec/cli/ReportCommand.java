package ringspec.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import ringspec.report.Conformance;
import ringspec.report.Report;
import ringspec.report.ReportException;
import ringspec.spec.UnknownClauseException;

/** {@code ringspec report}: makes the conformance report out of the results of a run. */
@Command(name = "report", mixinStandardHelpOptions = true,
        description = "Write the conformance report from the results of a run of the specification.")
final class ReportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--results", paramLabel = "FOLDER", defaultValue = "target/conformance",
            description = "Where the run left a file for each processor model (${DEFAULT-VALUE}).")
    private Path results;

    @Option(names = "--junit", paramLabel = "FOLDER", defaultValue = "target/failsafe-reports",
            description = "Where the run left its JUnit XML, which is copied (${DEFAULT-VALUE}).")
    private Path junit;

    @Option(names = "--silicon", paramLabel = "FILE", defaultValue = "target/silicon/results.json",
            description = "What the test against the real processor left, if it ran (${DEFAULT-VALUE}).")
    private Path silicon;

    @Option(names = "--output", paramLabel = "FOLDER", defaultValue = "reports",
            description = "Where to write index.html, conformance.json and junit/ (${DEFAULT-VALUE}).")
    private Path output;

    @Override
    public Integer call() {
        try {
            Conformance conformance = Report.read(results);
            Report.writeCoverage(silicon, output);
            Report.write(conformance, junit, output);
            spec.commandLine().getOut().println("Conformance report: " + output.resolve("index.html").toUri());
            return 0;
        } catch (ReportException | UnknownClauseException e) {
            spec.commandLine().getErr().println("ringspec report: " + e.getMessage());
            return 1;
        }
    }
}
