package ringspec.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code ringspec} command. It does nothing by itself; its subcommands do.
 *
 * <p>Exit status: 0 success, 1 the subject does not conform or the run failed, 2 wrong usage.
 */
@Command(name = "ringspec", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        subcommands = {RunCommand.class, DisassembleCommand.class, ElfCommand.class, ClausesCommand.class,
                ReportCommand.class, ConformCommand.class, MergeCommand.class, MutationCommand.class,
                VacuityCommand.class, ControlsCommand.class, SubjectsCommand.class},
        description = "Conformance harness for the boundary between ring 3 and ring 0 on x86-64.")
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec;

    /**
     * Runs the command and exits with its status.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        try {
            System.exit(commandLine().execute(args));
        } catch (Error e) {
            // It would end the JVM with the status that says that a clause fails.
            e.printStackTrace();
            System.exit(ExitStatus.HARNESS_ERROR);
        }
    }

    /**
     * The command with all its subcommands, ready to execute.
     *
     * @return a new command line
     */
    public static CommandLine commandLine() {
        return new CommandLine(new Main()).setParameterExceptionHandler(Main::wrongUsage);
    }

    /** The message stands alone where a page of options would bury it; the command without a subcommand shows them. */
    private static int wrongUsage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(e.getMessage());
        if (command.getParent() == null) {
            command.usage(err);
        } else {
            UnmatchedArgumentException.printSuggestions(e, err);
            err.printf("See ringspec %s --help.%n", command.getCommandName());
        }
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: one of the commands below.");
    }

    /** The version of the jar, and of the Java that runs it. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[]{"ringspec " + (version == null ? "(from classes)" : version),
                    "Java " + Runtime.version()};
        }
    }
}
