package ringspec.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.subject.Configuration;

/** {@code ringspec run}: a program as init on the reference kernel, or a kernel of somebody else. */
@Command(name = "run", mixinStandardHelpOptions = true,
        description = {"Boot the reference kernel and run a program as init, or boot a Multiboot kernel.",
                "What goes out by the serial line goes to standard output as it comes, one line on how it ended to standard "
                        + "error."},
        footer = {"",
                "Exit status: 0 every program ended by itself, 1 one was killed or refused or did not end, 2 wrong usage.",
                "With --multiboot: 0 the kernel switched the machine off or wrote 0 to port F4h, 3 it did something that is not "
                        + "emulated, 1 anything else, 2 wrong usage."})
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..8", paramLabel = "FILE.elf",
            description = "the program; further ones become processes beside it")
    private List<Path> files = List.of();

    @Option(names = "--model", paramLabel = "MODEL", defaultValue = "INTEL", converter = ModelConverter.class,
            description = "processor: INTEL, AMD or AIRMONT (default: ${DEFAULT-VALUE})")
    private ProcessorModel model;

    @Option(names = "--multiboot", paramLabel = "FILE",
            description = "boot this Multiboot 1 image instead, with the devices of a PC, the serial console at COM1 and the exit "
                    + "port at F4h")
    private Path multiboot;

    @Option(names = "--module", paramLabel = "FILE[=TEXT]",
            description = "with --multiboot: load a module; TEXT is its string, else the file's name; may be repeated")
    private List<String> modules = List.of();

    @Option(names = "--cmdline", paramLabel = "TEXT", description = "with --multiboot: the kernel's command line")
    private String commandLine;

    @Option(names = "--memory", paramLabel = "MB",
            description = "with --multiboot: RAM in MBytes, 2 to 3072 (default: 32)")
    private Integer memory;

    @Option(names = "--kpti", paramLabel = "on|off", converter = SwitchConverter.class,
            description = "separate page tables for ring 3 (default: on)")
    private Switch kpti;

    @Option(names = "--aslr", paramLabel = "SEED",
            description = "let addresses of processes depend on a number, and accept ET_DYN (default: off)")
    private Long aslr;

    @Option(names = "--input", paramLabel = "TEXT",
            description = "bytes that arrive on the serial line 100,000 instructions after the start; \\n is the end of a line")
    private String input;

    @Option(names = "--budget", paramLabel = "N", defaultValue = "1000000000",
            description = "instructions to execute at most (default: ${DEFAULT-VALUE})")
    private long budget;

    @Option(names = "--trace", description = "print what the machine does, event by event, to standard error")
    private boolean trace;

    @Override
    public Integer call() {
        if (budget <= 0) {
            throw wrong("--budget is %d: give at least 1 instruction".formatted(budget));
        }
        LiveConsole console = new LiveConsole(spec.commandLine().getErr(), budget, trace, input);
        if (multiboot == null) {
            return runPrograms(console);
        }
        if (!files.isEmpty() || kpti != null || aslr != null) {
            throw wrong(
                    "--multiboot boots another kernel: programs, --kpti and --aslr are for the reference kernel only");
        }
        return new MultibootRun(spec, console, model, memory).run(multiboot, commandLine, modules);
    }

    private int runPrograms(LiveConsole console) {
        if (files.isEmpty()) {
            throw wrong("Missing required parameter: 'FILE.elf': name a program, or a kernel with --multiboot");
        }
        if (!modules.isEmpty() || commandLine != null || memory != null) {
            throw wrong("--module, --cmdline and --memory need --multiboot: they are for a kernel of yours");
        }
        Configuration plain = new Configuration(model, kpti != Switch.OFF);
        Configuration configuration = aslr == null ? plain : plain.withAslr(aslr);
        return new ProgramRun(spec, console, configuration, aslr != null).run(files);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** A processor model by name. */
    static final class ModelConverter implements ITypeConverter<ProcessorModel> {
        @Override
        public ProcessorModel convert(String value) {
            try {
                return ProcessorModels.named(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** An option that is always said with its value, since off is as useful as on. */
    private enum Switch {
        ON, OFF
    }

    /** {@code on} or {@code off}. */
    static final class SwitchConverter implements ITypeConverter<Switch> {
        @Override
        public Switch convert(String value) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "on" -> Switch.ON;
                case "off" -> Switch.OFF;
                default -> throw new TypeConversionException("expected on or off, not \"%s\"".formatted(value));
            };
        }
    }
}
