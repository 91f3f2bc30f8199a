package ringspec.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import ringspec.conform.Configurations;
import ringspec.conform.Selection;
import ringspec.conform.Shard;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.spec.Level;
import ringspec.subject.Configuration;
import ringspec.subject.UnknownSubjectException;

/** The options by which commands select scenarios and machines. */
final class SelectionOptions {

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--clause", paramLabel = "ID", split = ",",
            description = "Only scenarios that check these clauses.")
    private List<String> clauses = List.of();

    @Option(names = "--chapter", paramLabel = "NAME", split = ",",
            description = "Only these chapters, such as 40-return or RET.")
    private List<String> chapters = List.of();

    @Option(names = "--level", paramLabel = "LEVEL", split = ",",
            description = "Only clauses of this level: ${COMPLETION-CANDIDATES}.")
    private List<Level> levels = List.of();

    @Option(names = "--tag", paramLabel = "TAG", split = ",", description = "Only scenarios with one of these tags.")
    private List<String> tags = List.of();

    @Option(names = "--shard", paramLabel = "I/N", defaultValue = "1/1",
            description = "Only part I of N; auto for what the CI system's variables say. See `ringspec merge`.")
    private String shard;

    @Option(names = "--model", paramLabel = "NAME", split = ",", defaultValue = "INTEL,AMD",
            description = "Processor models (${DEFAULT-VALUE}).")
    private List<String> models;

    @Option(names = "--kpti", paramLabel = "on|off|both", defaultValue = "both",
            description = "Page-table isolation of the kernel (${DEFAULT-VALUE}).")
    private String kpti;

    /** The scenarios. */
    Selection selection() {
        Shard part;
        try {
            part = Shard.parse(shard, System.getenv());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        try {
            return new Selection(clauses, chapters, levels, tags, part);
        } catch (IllegalArgumentException e) {
            throw new UnknownSubjectException(e.getMessage());
        }
    }

    /** One machine for each processor model: a kernel from a file has no options that ringspec knows. */
    List<Configuration> processors() {
        if (spec.commandLine().getParseResult().hasMatchedOption("--kpti")) {
            throw new ParameterException(spec.commandLine(),
                    "--kpti is an option of the reference kernel; --kernel boots another one");
        }
        return Configurations.of(models(), List.of(true));
    }

    /** The machines with the reference kernel's options. */
    List<Configuration> configurations() {
        return Configurations.of(models(), switch (kpti) {
            case "on" -> List.of(true);
            case "off" -> List.of(false);
            case "both" -> List.of(true, false);
            default -> throw new ParameterException(spec.commandLine(), "--kpti %s: expected on, off or both".formatted(
                    kpti));
        });
    }

    private List<ProcessorModel> models() {
        List<ProcessorModel> processors = new ArrayList<>();
        for (String name : models) {
            try {
                processors.add(ProcessorModels.named(name));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage());
            }
        }
        return processors;
    }
}
