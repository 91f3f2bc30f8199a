package ringspec.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import ringspec.mutant.Controls;
import ringspec.mutant.Mutants;
import ringspec.subject.DesignedKernel;

/** {@code ringspec subjects}: what `ringspec conform --subject` knows. */
@Command(name = "subjects", mixinStandardHelpOptions = true,
        description = "Print what can be named with `ringspec conform --subject`.")
final class SubjectsCommand implements Runnable {

    private static final String ROW = "%-14s  %s%n";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.println("The kernel that fulfils the specification:");
        out.printf(ROW, DesignedKernel.REFERENCE.name(), "boots as `ringspec run` does");
        out.println("\nControls, which do nothing right:");
        Controls.list().forEach(control -> out.printf(ROW, control.name(), control.does()));
        out.println("\nMutants, each with one mistake, and the clauses that notice:");
        Mutants.all().forEach(mutant -> out.printf(ROW, mutant.id(), "%s (%s)".formatted(mutant.breaks(), String.join(
                " ", mutant.clauses()))));
        out.flush();
    }
}
