package ringspec.subject;

import static ringspec.kernel.KernelLayout.BOOT_INFO_ASLR_SEED;
import static ringspec.kernel.KernelLayout.BOOT_INFO_MEMORY_LIMIT;
import static ringspec.kernel.KernelLayout.BOOT_INFO_MODULES;
import static ringspec.kernel.KernelLayout.BOOT_INFO_MODULE_COUNT;
import static ringspec.kernel.KernelLayout.BOOT_INFO_OPTIONS;
import static ringspec.kernel.KernelLayout.BOOT_INFO_PHYSICAL;
import static ringspec.kernel.KernelLayout.MAX_MODULES;
import static ringspec.kernel.KernelLayout.MODULE_LENGTH;
import static ringspec.kernel.KernelLayout.MODULE_NAME;
import static ringspec.kernel.KernelLayout.MODULE_PHYSICAL;
import static ringspec.kernel.KernelLayout.MODULE_STRIDE;
import static ringspec.kernel.KernelLayout.NAME_LENGTH;
import static ringspec.kernel.KernelLayout.OPTION_ASLR;
import static ringspec.kernel.KernelLayout.PAGE;

import java.nio.charset.StandardCharsets;
import java.util.List;
import ringspec.kernel.Kernel;
import ringspec.kernel.KernelSymbols;
import ringspec.kernel.PhysicalMap;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.memory.PhysicalMemory;

/** A machine whose kernel is up, at first without any process; or one with a kernel of which ringspec knows nothing else. */
public final class BootedMachine {

    private final Machine machine;
    private final Kernel kernel;

    BootedMachine(Machine machine, Kernel kernel) {
        this.machine = machine;
        this.kernel = kernel;
    }

    /** With a kernel from a file: nothing is known of it, so that {@link #machine} and {@link #run} alone make sense. */
    BootedMachine(Machine machine) {
        this(machine, null);
    }

    /** The machine. */
    public Machine machine() {
        return machine;
    }

    /**
     * The kernel's Java side.
     *
     * @throws IllegalStateException if the kernel came from a file
     */
    public Kernel kernel() {
        if (kernel == null) {
            throw new IllegalStateException("this machine's kernel came from a file: there is nothing but the machine");
        }
        return kernel;
    }

    /** Names and addresses of the kernel, and its objects as a debugger sees them. */
    public KernelSymbols symbols() {
        return new KernelSymbols(machine.ram(), kernel().image());
    }

    /** A second machine in the same state, with the kernel attached to it. */
    public BootedMachine fork() {
        Machine fork = machine.fork();
        if (kernel == null) {
            return new BootedMachine(fork);
        }
        return new BootedMachine(fork, Kernel.attach(fork.cpu(), kernel.image()));
    }

    /**
     * Puts programs where a boot loader would: at the top of RAM, each from a page boundary on, and into boot info. The first is
     * init. Before the kernel starts processes only.
     *
     * @throws IllegalArgumentException if there are too many, or they take more than half of RAM
     */
    public void loadModules(List<NamedElf> modules) {
        if (modules.size() > MAX_MODULES) {
            throw new IllegalArgumentException("%d programs: boot info has room for %d".formatted(modules.size(),
                    MAX_MODULES));
        }
        PhysicalMemory ram = machine.ram();
        long top = ram.size();
        for (int i = 0; i < modules.size(); i++) {
            NamedElf module = modules.get(i);
            int length = module.bytes().length;
            top = top - length & -PAGE;
            if (top < ram.size() / 2) {
                throw new IllegalArgumentException(
                        "The programs take more than half of the RAM of 0x%x bytes, with %s of 0x%x"
                                .formatted(ram.size(), module.name(), length));
            }
            ram.write(top, module.bytes(), 0, length);
            long entry = BOOT_INFO_PHYSICAL + BOOT_INFO_MODULES + (long) i * MODULE_STRIDE;
            ram.fill(entry, MODULE_STRIDE, 0);
            ram.write64(entry + MODULE_PHYSICAL, top);
            ram.write64(entry + MODULE_LENGTH, length);
            byte[] name = module.name().getBytes(StandardCharsets.US_ASCII);
            ram.write(entry + MODULE_NAME, name, 0, Math.min(name.length, NAME_LENGTH));
        }
        ram.write64(BOOT_INFO_PHYSICAL + BOOT_INFO_MODULE_COUNT, modules.size());
    }

    /** Lets the kernel's allocator hand out no more than so many frames; 0 = all. Before the kernel starts processes only. */
    public void limitFrames(long frames) {
        machine.ram().write64(BOOT_INFO_PHYSICAL + BOOT_INFO_MEMORY_LIMIT, frames);
    }

    /** Turns the ASLR option on. Before the kernel starts processes only. */
    public void randomiseAddresses(long seed) {
        PhysicalMemory ram = machine.ram();
        ram.write64(BOOT_INFO_PHYSICAL + BOOT_INFO_OPTIONS, ram.read64(BOOT_INFO_PHYSICAL + BOOT_INFO_OPTIONS)
                | OPTION_ASLR);
        ram.write64(BOOT_INFO_PHYSICAL + BOOT_INFO_ASLR_SEED, seed);
    }

    /**
     * Fills every frame that the kernel's allocator may hand out with one byte value, as if it had been used before. Before the
     * kernel starts processes, and after {@link #loadModules}.
     */
    public void fillFreeMemory(int value) {
        for (PhysicalMap.Range range : PhysicalMap.free(machine.ram())) {
            machine.ram().fill(range.start(), range.end() - range.start(), value);
        }
    }

    /**
     * Lets the machine run.
     *
     * @param limit instructions to complete at most
     */
    public Stop run(long limit) {
        return machine.run(limit);
    }
}
