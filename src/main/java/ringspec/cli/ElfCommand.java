package ringspec.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringspec.elf.ElfDescription;
import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;

/** {@code ringspec elf}: what the loader sees in a file. */
@Command(name = "elf", mixinStandardHelpOptions = true,
        description = "Show what the kernel's loader sees in an ELF file, or why it refuses it.",
        footer = {"", "Exit status: 0 loadable, 1 refused, 2 wrong usage."})
final class ElfCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.elf", description = "the file")
    private Path file;

    @Override
    public Integer call() {
        ElfResult result = ElfImage.parse(ProgramFile.read(file, spec));
        spec.commandLine().getOut().print(ElfDescription.of(file.toString(), result));
        spec.commandLine().getOut().flush();
        return result instanceof ElfResult.Accepted ? 0 : 1;
    }
}
