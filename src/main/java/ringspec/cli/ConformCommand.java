package ringspec.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import ringspec.conform.ConformanceRun;
import ringspec.conform.ExpectedFailures;
import ringspec.conform.Features;
import ringspec.conform.Selection;
import ringspec.conform.Shard;
import ringspec.report.ReportException;
import ringspec.report.SuiteRun;
import ringspec.spec.UnknownClauseException;
import ringspec.subject.Configuration;
import ringspec.subject.Subject;
import ringspec.subject.Subjects;
import ringspec.subject.UnknownSubjectException;

/** {@code ringspec conform}: runs the specification, or a part of it, on a subject. */
@Command(name = "conform", mixinStandardHelpOptions = true, exitCodeOnExecutionException = ExitStatus.HARNESS_ERROR,
        description = "Run the specification, or a part of it, on a subject, and write the reports.",
        footer = {"",
                "A kernel of yours, --kernel FILE: a Multiboot 1 image, ELF or with address fields. Its first module is an",
                "ELF64 executable at 4 MBytes, a few pages long, which it is to run in ring 3 with whatever stack and registers.",
                "The program makes system calls only with numbers that no kernel has, 0x7FFFFFFF above all, which are to be",
                "answered with a negative RAX; it never exits, and may fault. Nothing else is assumed. With --own-program the",
                "kernel gets no module, and what needs ringspec's program doesn't apply; nor does what only the reference",
                "kernel promises. The first instruction in ring 3 must come within 50 million instructions.", "",
                "Exit status: 0 all that was selected conforms, 1 some clause fails, 2 wrong usage, 3 nothing was",
                "selected, 4 there is no such clause, chapter or subject, 5 the harness itself failed."})
final class ConformCommand implements Callable<Integer> {

    static final String REFERENCE = "reference";

    @Spec
    private CommandSpec spec;

    @Option(names = "--subject", paramLabel = "NAME", defaultValue = REFERENCE,
            description = "What is under test: reference, or one of `ringspec subjects` (${DEFAULT-VALUE}).")
    private String subjectName;

    @Mixin
    private ForeignKernelOptions foreign;

    @Mixin
    private SelectionOptions selected;

    @Option(names = "--expected", paramLabel = "FILE",
            description = "YAML list of failures that are excused, each with reason, link and expiry date.")
    private Path expected;

    @Option(names = "--features", paramLabel = "PATH",
            description = "Feature files of yours, a folder or a file, instead of the specification's own.")
    private Path own;

    @Option(names = "--output", paramLabel = "FOLDER", defaultValue = "reports",
            description = "Where conformance.json, index.html, conformance.tap and junit/ go (${DEFAULT-VALUE}).")
    private Path output;

    @Option(names = "--threads", paramLabel = "N",
            description = "How many scenarios run at once; all cores if not said.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Subject subject = foreign.isGiven() ? foreign.kernel() : Subjects.named(subjectName);
            ExpectedFailures excused = expected == null ? ExpectedFailures.none() : ExpectedFailures.read(expected);
            return run(subject, excused);
        } catch (UnknownClauseException | UnknownSubjectException e) {
            err.println("ringspec conform: " + e.getMessage());
            return ExitStatus.UNKNOWN_NAME;
        } catch (ReportException e) {
            err.println("ringspec conform: " + e.getMessage());
            return ExitStatus.USAGE;
        } finally {
            err.flush();
        }
    }

    private Features features() {
        if (own != null && !Files.exists(own)) {
            throw new ParameterException(spec.commandLine(), "--features %s: there is no such file or folder".formatted(
                    own));
        }
        return own == null ? Features.shipped() : Features.from(own.toString());
    }

    private int run(Subject subject, ExpectedFailures excused) {
        Selection selection = selected.selection();
        Features all = features();
        Features features = selection.of(all);
        int count = features.scenarios().size();
        if (count == 0 && selection.whole().of(all).scenarios().isEmpty()) {
            spec.commandLine().getErr().println(
                    "ringspec conform: no scenario is selected by %s; see `ringspec clauses`".formatted(selection
                            .text()));
            return ExitStatus.NOTHING_SELECTED;
        }
        List<Configuration> configurations = foreign.isGiven() ? selected.processors() : selected.configurations();
        Progress progress = new Progress(spec.commandLine().getErr(), "scenarios", count * configurations.size());
        AtomicInteger done = new AtomicInteger();
        List<SuiteRun> runs = ConformanceRun.of(subject, configurations, features, selection.text(), threads,
                number -> progress.show(done.addAndGet(number)));
        progress.end();
        List<SuiteRun> kept = Judgement.keep(runs, selection.shard().toString(), output);
        return Judgement.of(excused.applyTo(kept, LocalDate.now(), selection.shard().equals(Shard.WHOLE)), output,
                spec);
    }
}
