package ringspec.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
import ringspec.cpu.Vector;
import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;
import ringspec.elf.LoadPolicy;
import ringspec.elf.SymbolTable;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelSymbols;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.subject.BootedMachine;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;
import ringspec.subject.NamedElf;
import ringspec.trace.Trace;

/** {@code ringspec run}: a program as init on the reference kernel. */
@Command(name = "run", mixinStandardHelpOptions = true,
        description = {"Boot the reference kernel and run a program as init.",
                "What the program sends to the serial driver goes to standard output as it comes, one line on how it ended "
                        + "to standard error."},
        footer = {"",
                "Exit status: 0 every program ended by itself, 1 one was killed or refused or did not end, 2 wrong usage."})
final class RunCommand implements Callable<Integer> {

    /** Instructions between two looks at the serial line. */
    private static final long SLICE = 1_000_000;

    /** Instructions until serial input arrives: the kernel and the programs have started by then. */
    private static final long INPUT_AFTER = 100_000;

    private static final Pattern NUMBER = Pattern.compile("=(-?[0-9]+)");

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..8", paramLabel = "FILE.elf",
            description = "the program; further ones become processes beside it")
    private List<Path> files;

    @Option(names = "--model", paramLabel = "MODEL", defaultValue = "INTEL", converter = ModelConverter.class,
            description = "processor: INTEL, AMD or AIRMONT (default: ${DEFAULT-VALUE})")
    private ProcessorModel model;

    @Option(names = "--kpti", paramLabel = "on|off", defaultValue = "on", converter = SwitchConverter.class,
            description = "separate page tables for ring 3 (default: ${DEFAULT-VALUE})")
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
            throw new ParameterException(spec.commandLine(), "--budget is %d: give at least 1 instruction".formatted(
                    budget));
        }
        List<NamedElf> programs = new ArrayList<>();
        for (Path file : files) {
            programs.add(new NamedElf(ProgramFile.processName(file), ProgramFile.read(file, spec)));
        }
        BootedMachine booted = DesignedKernel.REFERENCE.boot(configuration());
        try {
            booted.loadModules(programs);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        if (input != null) {
            booted.machine().scheduleSerialInput(booted.machine().cpu().instructions + INPUT_AFTER,
                    input.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8));
        }
        Stop stop = runLive(booted);
        spec.commandLine().getErr().println(verdict(booted, stop, programs));
        spec.commandLine().getErr().flush();
        return stop instanceof Stop.Exited(int code) && code == KernelLayout.EXIT_ALL_ENDED
                && booted.symbols().faults().isEmpty() && refused(booted) == null ? 0 : 1;
    }

    private Configuration configuration() {
        Configuration plain = new Configuration(model, kpti == Switch.ON);
        return aslr == null ? plain : plain.withAslr(aslr);
    }

    private Stop runLive(BootedMachine booted) {
        Machine machine = booted.machine();
        int printed = 0;
        long end = machine.cpu().instructions + budget;
        while (true) {
            Stop stop = booted.run(Math.min(SLICE, end - machine.cpu().instructions));
            byte[] serial = machine.serialOutput();
            PrintStream out = System.out;
            out.write(serial, printed, serial.length - printed);
            out.flush();
            printed = serial.length;
            if (trace) {
                machine.trace().events().forEach(this::print);
            }
            machine.trace().clear();
            if (!(stop instanceof Stop.BudgetExhausted) || machine.cpu().instructions >= end) {
                return stop;
            }
        }
    }

    private void print(Trace.Stamped stamped) {
        // Addresses are what there is most of, and nobody reads them in decimal.
        String event = NUMBER.matcher(stamped.event().toString())
                .replaceAll(match -> "=0x" + Long.toHexString(Long.parseLong(match.group(1))));
        spec.commandLine().getErr().printf("%10d  %s%n", stamped.time(), event);
    }

    private String verdict(BootedMachine booted, Stop stop, List<NamedElf> programs) {
        String where = "after %,d instructions on %s".formatted(booted.machine().cpu().instructions,
                configuration());
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
        return switch (ElfImage.parse(bytes, aslr == null ? LoadPolicy.DEFAULT : LoadPolicy.WITH_ASLR)) {
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
