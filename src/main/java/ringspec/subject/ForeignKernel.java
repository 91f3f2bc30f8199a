package ringspec.subject;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ringspec.boot.BootModule;
import ringspec.boot.MultibootException;
import ringspec.boot.MultibootImage;
import ringspec.boot.MultibootLoader;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.debug.Disassembly;
import ringspec.engine.Interpreter;
import ringspec.machine.Board;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/**
 * A Multiboot image that someone else wrote, on a machine with the devices of a PC. Its first module is the program that it is to
 * run in ring 3, an ELF64 executable, unless it has one of its own.
 */
public final class ForeignKernel implements Subject {

    /** Instructions in which it must reach ring 3. */
    public static final long BOOT_BUDGET = 50_000_000;

    /** Between two looks whether ring 3 has been reached; a fork costs as much as a few hundred instructions. */
    private static final long SLICE = 20_000;

    /** Programs whose booted machine is kept, since the rows of an outline and the scenarios of a feature often share theirs. */
    private static final int KEPT = 8;

    private static final long HIGH_MEMORY = 1 << 20;
    private static final int USED = 0xA5;

    private final Map<ProcessorModel, Machine> used = new ConcurrentHashMap<>();
    private final Map<Key, BootedMachine> booted = new ConcurrentHashMap<>();
    private final String name;
    private final MultibootImage image;
    private final String commandLine;
    private final String module;

    private record Key(ProcessorModel model, List<ByteBuffer> programs) {
    }

    private ForeignKernel(String name, MultibootImage image, String commandLine, String module) {
        this.name = name;
        this.image = image;
        this.commandLine = commandLine;
        this.module = module;
    }

    /**
     * A kernel.
     *
     * @param name in reports
     * @param file the whole image
     * @param commandLine the kernel's
     * @param module the string of the module that is the program; null if the kernel takes none and has its own
     * @throws MultibootException with the first rule that the image breaks, or if there is no RAM where it wants to be
     */
    public static ForeignKernel of(String name, byte[] file, String commandLine, String module)
            throws MultibootException {
        ForeignKernel kernel = new ForeignKernel(name, MultibootImage.parse(file), commandLine, module);
        kernel.loaded(ProcessorModels.INTEL, List.of());
        return kernel;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Offer> offers() {
        return module == null ? EnumSet.noneOf(Offer.class) : EnumSet.of(Offer.PROGRAM);
    }

    /** The machine is at the first instruction of ring 3. Of the configuration the processor counts alone. */
    @Override
    public BootedMachine start(Configuration configuration, List<NamedElf> programs) {
        if (programs.size() > 1) {
            throw new IllegalArgumentException("%d programs: a kernel from a file gets one".formatted(programs.size()));
        }
        Key key = new Key(configuration.model(), programs.stream().map(program -> ByteBuffer.wrap(program.bytes()))
                .toList());
        BootedMachine template = booted.get(key);
        if (template == null) {
            template = new BootedMachine(boot(key.model(), programs));
            if (booted.size() >= KEPT) {
                booted.clear();
            }
            booted.put(key, template);
        }
        synchronized (template) {
            return template.fork();
        }
    }

    private Machine loaded(ProcessorModel model, List<NamedElf> programs) throws MultibootException {
        Machine empty = used.computeIfAbsent(model, ForeignKernel::usedMachine);
        Machine machine;
        synchronized (empty) {
            machine = empty.fork();
        }
        MultibootLoader.load(machine, image, commandLine, programs.stream()
                .map(program -> new BootModule(program.bytes(), module)).toList());
        return machine;
    }

    /** RAM is not zero when a kernel starts: what it forgets to clear shows. */
    private static Machine usedMachine(ProcessorModel model) {
        Machine machine = new Machine(new Machine.Config(model, Machine.DEFAULT_RAM, Interpreter::new)
                .with(new Board.Pc()));
        machine.ram().fill(HIGH_MEMORY, Machine.DEFAULT_RAM - HIGH_MEMORY, USED);
        return machine;
    }

    private Machine boot(ProcessorModel model, List<NamedElf> programs) {
        Machine machine;
        try {
            machine = loaded(model, programs);
        } catch (MultibootException e) {
            throw new SubjectFailure("the kernel %s can't be loaded together with the program: %s".formatted(name, e
                    .error()));
        }
        for (long done = 0; done < BOOT_BUDGET; done += SLICE) {
            Machine before = machine.fork();
            Stop stop = machine.run(SLICE);
            if (wasInRing3(machine)) {
                while (before.cpu().cpl() != 3) {
                    before.run(1);
                }
                return before;
            }
            if (!(stop instanceof Stop.BudgetExhausted)) {
                throw failure(machine, stop.toString());
            }
            machine.trace().clear();
        }
        throw failure(machine, "it still runs after %,d instructions".formatted(BOOT_BUDGET));
    }

    private static boolean wasInRing3(Machine machine) {
        return machine.cpu().cpl() == 3 || machine.trace().events().stream().map(Trace.Stamped::event)
                .anyMatch(event -> switch (event) {
                    case TraceEvent.Sysret _,TraceEvent.Syscall _ -> true;
                    case TraceEvent.InterruptReturn(long _, int cs, long _, long _, int _) -> (cs & 3) == 3;
                    case TraceEvent.FaultTaken fault -> fault.cpl() == 3;
                    case TraceEvent.InterruptTaken interrupt -> interrupt.cpl() == 3;
                    default -> false;
                });
    }

    private SubjectFailure failure(Machine machine, String how) {
        List<TraceEvent.FaultTaken> faults = machine.trace().all(TraceEvent.FaultTaken.class);
        String last = faults.isEmpty() ? ""
                : "; the last exception was vector %d, error code %d, at RIP 0x%x with CR2 0x%x"
                        .formatted(faults.getLast().vector(), faults.getLast().errorCode(), faults.getLast().rip(),
                                faults
                                        .getLast().cr2());
        return new SubjectFailure("the kernel %s never entered ring 3: %s, at RIP 0x%x: %s%s; on COM1 it said \"%s\"%s"
                .formatted(name, how, machine.cpu().rip, Disassembly.at(machine, machine.cpu().rip), last,
                        new String(machine.serialOutput(), StandardCharsets.UTF_8).strip(),
                        module == null ? "" : "; it was given an ELF64 executable as its module \"%s\"".formatted(
                                module)));
    }
}
