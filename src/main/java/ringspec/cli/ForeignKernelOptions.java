package ringspec.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import ringspec.boot.MultibootException;
import ringspec.subject.ForeignKernel;

/** The options that name a kernel from a file as the subject. */
final class ForeignKernelOptions {

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--kernel", paramLabel = "FILE",
            description = "Put this Multiboot 1 image under test instead of a --subject; see below.")
    private Path kernel;

    @Option(names = "--module", paramLabel = "TEXT", defaultValue = "program",
            description = "With --kernel: the string of the module that is the program (${DEFAULT-VALUE}).")
    private String module;

    @Option(names = "--own-program",
            description = "With --kernel: it gets no module and runs a ring-3 program of its own.")
    private boolean ownProgram;

    @Option(names = "--cmdline", paramLabel = "TEXT", defaultValue = "",
            description = "With --kernel: its command line.")
    private String commandLine;

    /** Whether a kernel from a file is the subject. */
    boolean isGiven() {
        ParseResult given = spec.commandLine().getParseResult();
        if (kernel != null && given.hasMatchedOption("--subject")) {
            throw wrong("--subject and --kernel name two subjects: give one of them");
        }
        for (String option : new String[]{"--module", "--own-program", "--cmdline"}) {
            if (kernel == null && given.hasMatchedOption(option)) {
                throw wrong("%s is about a kernel from a file: give --kernel FILE as well".formatted(option));
            }
        }
        if (ownProgram && given.hasMatchedOption("--module")) {
            throw wrong("with --own-program the kernel gets no module: leave out --module");
        }
        return kernel != null;
    }

    /**
     * The kernel.
     *
     * @throws ParameterException if it can't be read or is no image that can be loaded, with the reason
     */
    ForeignKernel kernel() {
        byte[] bytes = ProgramFile.read(kernel, spec);
        try {
            return ForeignKernel.of(kernel.getFileName().toString(), bytes, commandLine, ownProgram ? null : module);
        } catch (MultibootException e) {
            throw wrong("%s: refused: %s".formatted(kernel, e.error()));
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
