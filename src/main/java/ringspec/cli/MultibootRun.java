package ringspec.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import ringspec.boot.BootModule;
import ringspec.boot.MultibootException;
import ringspec.boot.MultibootImage;
import ringspec.boot.MultibootLoader;
import ringspec.cpu.ProcessorModel;
import ringspec.engine.Interpreter;
import ringspec.firmware.Firmware;
import ringspec.machine.Board;
import ringspec.machine.Machine;
import ringspec.machine.Stop;

/**
 * A Multiboot kernel on a machine with the devices of a PC.
 *
 * @param memory RAM in MBytes; null for the usual size
 */
record MultibootRun(CommandSpec spec, LiveConsole console, ProcessorModel model, Integer memory) {

    private static final long MBYTE = 1 << 20;
    /** Exit status: the kernel may be right, but the emulator can't say. */
    private static final int NOT_EMULATED = 3;

    /**
     * Boots an image, runs it to its end and says how that was.
     *
     * @param commandLine the kernel's; null for none
     * @param modules each a file's name, and its string after a {@code =}
     * @return the exit status
     */
    int run(Path file, String commandLine, List<String> modules) {
        PrintWriter err = spec.commandLine().getErr();
        byte[] bytes = ProgramFile.read(file, spec);
        List<BootModule> contents = new ArrayList<>();
        for (String module : modules) {
            contents.add(module(module));
        }
        Machine machine = new Machine(new Machine.Config(model, ramSize(), Interpreter::new).with(new Board.Pc()));
        try {
            MultibootLoader.load(machine, MultibootImage.parse(bytes), commandLine == null ? "" : commandLine,
                    contents);
        } catch (MultibootException e) {
            err.println("%s: refused: %s".formatted(file, e.error()));
            err.flush();
            return 1;
        }
        Stop stop = console.run(machine, machine::run);
        err.println("%s after %,d instructions on %s".formatted(verdict(stop), machine.cpu().instructions, model
                .name()));
        err.flush();
        return switch (stop) {
            case Stop.PoweredOff off -> 0;
            case Stop.Exited(int code) when code == 0 -> 0;
            case Stop.NotEmulated beyond -> NOT_EMULATED;
            default -> 1;
        };
    }

    private BootModule module(String option) {
        int separator = option.indexOf('=');
        Path file = Path.of(separator < 0 ? option : option.substring(0, separator));
        String arguments = separator < 0 ? file.getFileName().toString() : option.substring(separator + 1);
        return new BootModule(ProgramFile.read(file, spec), arguments);
    }

    private long ramSize() {
        if (memory == null) {
            return Machine.DEFAULT_RAM;
        }
        long size = memory * MBYTE;
        if (size < Firmware.LEAST_RAM || size > Firmware.MOST_RAM) {
            throw new ParameterException(spec.commandLine(), "--memory is %d: give %d to %d MBytes".formatted(memory,
                    Firmware.LEAST_RAM / MBYTE, Firmware.MOST_RAM / MBYTE));
        }
        return size;
    }

    private static String verdict(Stop stop) {
        return switch (stop) {
            case Stop.BudgetExhausted exhausted -> "not ended (give more with --budget)";
            default -> stop.toString();
        };
    }
}
