package ringspec.subject;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ringspec.cpu.exec.OperationBinder;
import ringspec.engine.Interpreter;
import ringspec.kernel.BootLoader;
import ringspec.kernel.Kernel;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.KernelImage;
import ringspec.kernel.KernelOptions;
import ringspec.machine.Machine;
import ringspec.machine.Stop;

/** The reference kernel or a variant of it, booted once for each configuration; after that a machine costs a fork. */
public final class DesignedKernel implements Subject {

    /** The kernel as it ships, on a processor as it should be. */
    public static final DesignedKernel REFERENCE = new DesignedKernel("reference", KernelDesign.SHIPPED,
            OperationBinder.FAITHFUL);

    /** The label at which the processor is set up and no process exists yet. */
    public static final String READY = "boot_complete";

    private static final long BOOT_BUDGET = 1_000_000;

    private final Map<Configuration, Attempt> booted = new ConcurrentHashMap<>();

    /** A machine, or why there is none; either is the same each time. */
    private record Attempt(@Nullable BootedMachine machine, String failure) {
    }

    private final String name;
    private final KernelDesign design;
    private final OperationBinder semantics;

    /**
     * A subject.
     *
     * @param name on the command line and in reports
     * @param design what the kernel is put together from
     * @param semantics what the processor's instructions do
     */
    public DesignedKernel(String name, KernelDesign design, OperationBinder semantics) {
        this.name = name;
        this.design = design;
        this.semantics = semantics;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Offer> offers() {
        return EnumSet.allOf(Offer.class);
    }

    @Override
    public BootedMachine start(Configuration configuration, List<NamedElf> programs) {
        BootedMachine machine = boot(configuration);
        machine.loadModules(programs);
        return machine;
    }

    /**
     * A machine on which the kernel has initialised the processor and is about to start the first process, which it does not have
     * yet. Every call gives another, independent machine.
     *
     * @throws SubjectFailure if the kernel does not get as far as {@link #READY}
     */
    public BootedMachine boot(Configuration configuration) {
        // The seed is of no account until there are processes.
        Attempt attempt = booted.computeIfAbsent(configuration.withoutAslr(), this::attempt);
        BootedMachine template = attempt.machine();
        if (template == null) {
            throw new SubjectFailure(attempt.failure());
        }
        BootedMachine fork;
        synchronized (template) {
            fork = template.fork();
        }
        configuration.aslrSeed().ifPresent(fork::randomiseAddresses);
        return fork;
    }

    private Attempt attempt(Configuration configuration) {
        try {
            return new Attempt(bootNew(configuration), "");
        } catch (SubjectFailure e) {
            return new Attempt(null, e.getMessage());
        }
    }

    /**
     * Boots without the cache.
     *
     * @throws SubjectFailure if the kernel does not get as far as {@link #READY}
     */
    private BootedMachine bootNew(Configuration configuration) {
        KernelImage image = KernelImage
                .of(design, KernelOptions.of(configuration.kpti(), configuration.model()));
        Machine machine = new Machine(new Machine.Config(configuration.model(), Machine.DEFAULT_RAM,
                () -> new Interpreter(semantics)));
        BootLoader.load(machine.cpu(), image);
        Kernel kernel = Kernel.attach(machine.cpu(), image);
        long ready = image.symbol(READY);
        machine.addBreakpoint(ready);
        Stop stop = machine.run(BOOT_BUDGET);
        if (!(stop instanceof Stop.Breakpoint(long rip)) || rip != ready) {
            throw new SubjectFailure("the kernel stopped before %s: %s near %s; it said: \"%s\"".formatted(
                    READY, stop, image.locate(machine.cpu().rip).orElse("?"),
                    new String(machine.serialOutput(), StandardCharsets.ISO_8859_1).strip()));
        }
        machine.removeBreakpoint(ready);
        return new BootedMachine(machine, kernel);
    }
}
