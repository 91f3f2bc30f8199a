package ringspec.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import ringspec.conform.ControlRun;
import ringspec.conform.Features;
import ringspec.cpu.ProcessorModels;
import ringspec.mutant.Controls;
import ringspec.mutant.Controls.Control;
import ringspec.spec.Clause;
import ringspec.subject.Configuration;

/** {@code ringspec controls}: shows that doing nothing isn't rewarded. */
@Command(name = "controls", mixinStandardHelpOptions = true, exitCodeOnExecutionException = ExitStatus.HARNESS_ERROR,
        description = "Run kernels that do nothing, or give every call the same answer, and count the clauses that hold.",
        footer = {"", "Exit status: 0 at most 2 % of the clauses hold for each, 1 more do, 2 wrong usage,",
                "4 there is no such control, 5 the harness itself failed."})
final class ControlsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--control", paramLabel = "NAME", split = ",", description = "Only these; all if none is named.")
    private List<String> names = List.of();

    @Option(names = "--model", paramLabel = "NAME", defaultValue = "INTEL",
            description = "Processor model (${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--threads", paramLabel = "N",
            description = "How many scenarios run at once; all cores if not said.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() {
        List<String> known = Controls.list().stream().map(Control::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                spec.commandLine().getErr().println("ringspec controls: there is no control %s; there are %s".formatted(
                        name, known));
                return ExitStatus.UNKNOWN_NAME;
            }
        }
        return run(Controls.list().stream().filter(control -> names.isEmpty() || names.contains(control.name()))
                .toList());
    }

    private int run(List<Control> controls) {
        Features features = Features.shipped();
        Progress progress = new Progress(spec.commandLine().getErr(), "scenarios", ControlRun.count(controls,
                features));
        AtomicInteger done = new AtomicInteger();
        List<ControlRun.Result> results = ControlRun.of(controls, configuration(), features, threads,
                number -> progress.show(done.addAndGet(number)));
        progress.end();
        PrintWriter out = spec.commandLine().getOut();
        for (ControlRun.Result result : results) {
            out.printf("%-14s passes %d of %d clauses%s%s%n", result.control().name(), result.passed().size(),
                    result.clauses().size(), result.isTolerable() ? "" : ", too many", result.passed().stream()
                            .map(Clause::id).collect(Collectors.joining(" ", result.passed().isEmpty() ? "" : ": ",
                                    "")));
        }
        out.flush();
        return results.stream().allMatch(ControlRun.Result::isTolerable) ? ExitStatus.CONFORMS : ExitStatus.FAILS;
    }

    private Configuration configuration() {
        try {
            return new Configuration(ProcessorModels.named(model), true);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
