package ringspec.kernel;

import static ringspec.kernel.KernelLayout.BOOT_INFO_PHYSICAL;

import java.nio.file.Path;
import java.util.function.Supplier;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorModels;
import ringspec.engine.Engine;
import ringspec.engine.Interpreter;
import ringspec.fixture.Fixtures;
import ringspec.kernel.process.ProcessObject;
import ringspec.machine.Machine;

/** A machine that the boot loader has prepared, and the kernel's parts working on it; not one instruction is executed. */
final class KernelBed {

    private static final Supplier<? extends Engine> ENGINE = Interpreter::new;
    private static final long MODULE = 0x180_0000;

    final Machine machine;
    final Cpu cpu;
    final KernelServices kernel;
    private final boolean kpti;

    KernelBed(boolean kpti) {
        this(ProcessorModels.INTEL, kpti);
    }

    KernelBed(ProcessorModel model, boolean kpti) {
        this.kpti = kpti;
        this.machine = new Machine(new Machine.Config(model, Machine.DEFAULT_RAM, ENGINE));
        this.cpu = machine.cpu();
        BootLoader.load(cpu, KernelImage.of(KernelOptions.of(kpti, model)));
        cpu.cr4 |= ControlRegisters.CR4_SMEP | (model.has(Feature.SMAP) ? ControlRegisters.CR4_SMAP : 0);
        cpu.memory.contextChanged();
        this.kernel = new KernelServices(new DirectMap(machine.ram()), new ProcessorAccess(cpu), new UserCopy(cpu),
                kpti, KernelDesign.SHIPPED);
    }

    /** Names a module in boot info, whose bytes are in place from the call on. */
    KernelBed module(int index, String name, byte[] bytes) {
        long physical = MODULE + index * 0x10_0000L;
        machine.ram().write(physical, bytes, 0, bytes.length);
        long entry = BOOT_INFO_PHYSICAL + KernelLayout.BOOT_INFO_MODULES + (long) index * KernelLayout.MODULE_STRIDE;
        machine.ram().write64(entry + KernelLayout.MODULE_PHYSICAL, physical);
        machine.ram().write64(entry + KernelLayout.MODULE_LENGTH, bytes.length);
        machine.ram().write(entry + KernelLayout.MODULE_NAME, name.getBytes(), 0, name.length());
        machine.ram().write64(BOOT_INFO_PHYSICAL + KernelLayout.BOOT_INFO_MODULE_COUNT, index + 1L);
        return this;
    }

    KernelBed limit(long frames) {
        machine.ram().write64(BOOT_INFO_PHYSICAL + KernelLayout.BOOT_INFO_MEMORY_LIMIT, frames);
        return this;
    }

    boolean boot() {
        return new KernelBoot(kernel).run(new BootInfo(kernel.memory(), KernelLayout.direct(BOOT_INFO_PHYSICAL)));
    }

    /** Boots with a fixture as init and makes it the running process, as the kernel's code would find it. */
    ProcessObject bootInit(String fixture) {
        module(0, fixture, fixture(fixture));
        if (!boot()) {
            throw new IllegalStateException("no init");
        }
        kernel.scheduler().schedule();
        cpu.cr3 = kernel.currentProcess().kernelCr3();
        cpu.memory.flushNonGlobal();
        return kernel.currentProcess();
    }

    KernelSymbols symbols() {
        return new KernelSymbols(machine.ram(), KernelImage.of(KernelOptions.of(kpti, machine.cpu().model)));
    }

    static byte[] fixture(String name) {
        return Fixtures.read(Path.of("fixtures"), name).bytes();
    }
}
