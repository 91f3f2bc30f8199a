package ringspec.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import ringspec.cpu.Vector;
import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;
import ringspec.elf.LoadPolicy;
import ringspec.elf.SymbolTable;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelSymbols;
import ringspec.machine.Stop;
import ringspec.subject.BootedMachine;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;
import ringspec.subject.NamedElf;

/**
 * Programs on the reference kernel.
 *
 * @param aslr whether addresses depend on a seed, so that ET_DYN is accepted
 */
record ProgramRun(CommandSpec spec, LiveConsole console, Configuration configuration, boolean aslr) {

    /** Runs programs to their end and says how that was; the exit status. */
    int run(List<Path> files) {
        List<NamedElf> programs = new ArrayList<>();
        for (Path file : files) {
            programs.add(new NamedElf(ProgramFile.processName(file), ProgramFile.read(file, spec)));
        }
        BootedMachine booted = DesignedKernel.REFERENCE.boot(configuration);
        try {
            booted.loadModules(programs);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        Stop stop = console.run(booted.machine(), booted::run);
        spec.commandLine().getErr().println(verdict(booted, stop, programs));
        spec.commandLine().getErr().flush();
        return stop instanceof Stop.Exited(int code) && code == KernelLayout.EXIT_ALL_ENDED
                && booted.symbols().faults().isEmpty() && refused(booted) == null ? 0 : 1;
    }

    private String verdict(BootedMachine booted, Stop stop, List<NamedElf> programs) {
        String where = "after %,d instructions on %s".formatted(booted.machine().cpu().instructions,
                configuration);
        KernelSymbols.ModuleResult refused = refused(booted);
        if (refused != null) {
            return "%s: refused: %s".formatted(refused.name(), reason(refused, programs));
        }
        List<KernelSymbols.FaultRecord> faults = booted.symbols().faults();
        if (!faults.isEmpty()) {
            return describe(faults.getFirst(), programs) + ", " + where;
        }
        return switch (stop) {
            case Stop.Exited(int code) when code == KernelLayout.EXIT_ALL_ENDED -> "ended by itself " + where;
            case Stop.Exited(int code) when code == KernelLayout.EXIT_PANIC -> "the kernel panicked " + where;
            case Stop.Exited(int code) -> "the machine exited with code %d ".formatted(code) + where;
            case Stop.BudgetExhausted exhausted -> "not ended " + where + ": give more with --budget";
            case Stop.Halted halted -> "every thread waits for something that can't come, " + where;
            case Stop.TripleFault(long rip) -> "triple fault at 0x%x ".formatted(rip) + where;
            case Stop.PoweredOff off -> "powered off " + where;
            case Stop.Reset(var cause) -> "reset by %s ".formatted(cause) + where;
            case Stop.NotEmulated stopped -> stopped + ", " + where;
            case Stop.Breakpoint(long rip) -> "stopped at 0x%x ".formatted(rip) + where;
            case Stop.Requested(long rip) -> "stopped at 0x%x ".formatted(rip) + where;
        };
    }

    private static KernelSymbols.ModuleResult refused(BootedMachine booted) {
        return booted.symbols().modules().stream().filter(module -> module.status() < 0).findFirst().orElse(null);
    }

    private String reason(KernelSymbols.ModuleResult module, List<NamedElf> programs) {
        byte[] bytes = programs.stream().filter(program -> program.name().startsWith(module.name())).findFirst()
                .orElseThrow()
                .bytes();
        return switch (ElfImage.parse(bytes, aslr ? LoadPolicy.WITH_ASLR : LoadPolicy.DEFAULT)) {
            case ElfResult.Refused(var error) -> error.toString();
            case ElfResult.Accepted accepted -> "not enough memory for it";
        };
    }

    private static SymbolTable symbols(NamedElf program) {
        return ElfImage.parse(program.bytes(), LoadPolicy.WITH_ASLR) instanceof ElfResult.Accepted(ElfImage image)
                ? image
                        .symbols() : SymbolTable.EMPTY;
    }

    private static String describe(KernelSymbols.FaultRecord fault, List<NamedElf> programs) {
        // The symbols of a child, whose image its parent brought along, are not known.
        String place = programs.stream().skip(fault.processId() - 1).findFirst()
                .flatMap(program -> symbols(program).locate(fault.rip())).map(" (%s)"::formatted).orElse("");
        String code = Vector.hasErrorCode(fault.vector()) ? "(0x%x)".formatted(fault.error()) : "";
        String address = fault.vector() == Vector.PF ? " on 0x%x".formatted(fault.cr2()) : "";
        return "process %d (%s) was killed by %s%s%s at 0x%x%s".formatted(fault.processId(), fault.processName(),
                Vector.name(fault.vector()), code, address, fault.rip(), place);
    }
}
