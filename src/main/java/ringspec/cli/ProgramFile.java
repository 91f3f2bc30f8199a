package ringspec.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Files that the command line names. */
final class ProgramFile {

    /** No program comes near; without a bound a wrong name such as a disk image would be read whole. */
    private static final long MOST_BYTES = 64L << 20;

    private ProgramFile() {
    }

    /**
     * Reads a file.
     *
     * @throws ParameterException if it can't be read, with the reason and what to do
     */
    static byte[] read(Path file, CommandSpec spec) {
        try {
            if (Files.isDirectory(file)) {
                throw wrong(spec, "%s is a directory: name an ELF file in it".formatted(file));
            }
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                throw wrong(spec, "%s has %,d bytes: more than %,d can't be a program for a machine of this size"
                        .formatted(file, size, MOST_BYTES));
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw wrong(spec, "%s does not exist (looked in %s)".formatted(file, Path.of("").toAbsolutePath()));
        } catch (AccessDeniedException e) {
            throw wrong(spec, "%s can't be read: permission denied".formatted(file));
        } catch (IOException e) {
            throw wrong(spec, "%s can't be read: %s".formatted(file, e));
        }
    }

    /** What a process made from a file is called. */
    static String processName(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".elf") ? name.substring(0, name.length() - 4) : name;
    }

    private static ParameterException wrong(CommandSpec spec, String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
