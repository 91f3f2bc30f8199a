package ringspec.kernel;

import static ringspec.kernel.KernelLayout.BOOT_TABLES_PHYSICAL;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.SERIAL_ENDPOINT_PHYSICAL;
import static ringspec.kernel.ObjectLayout.ENDPOINT_KIND;
import static ringspec.kernel.ObjectLayout.ENDPOINT_KIND_SERIAL;
import static ringspec.kernel.ObjectLayout.MEMORY_SIZE;

import java.util.ArrayList;
import java.util.List;
import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.loader.ElfLoader;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;

/** What {@code gate_boot} stands for: memory management begins, and each boot module becomes a process. */
final class KernelBoot {

    private static final long SERIAL_ENDPOINT = KernelLayout.direct(SERIAL_ENDPOINT_PHYSICAL);
    private static final int SLOT_SERIAL = 0;
    private static final int SLOT_MEMORY = 1;
    private static final int SLOT_SELF = 2;
    /** The most urgent: what a process starts can only be less urgent than itself. */
    private static final int PRIORITY = 0;

    private final KernelServices kernel;
    private final KernelMemory memory;

    KernelBoot(KernelServices kernel) {
        this.kernel = kernel;
        this.memory = kernel.memory();
    }

    /**
     * Boots.
     *
     * @return false if init could not be made
     */
    boolean run(BootInfo info) {
        initialiseFrames(info);
        kernel.controller().initialise();
        kernel.scheduler().setTimeSlice(info.timeSlice() == 0 ? KernelLayout.DEFAULT_TIME_SLICE : info.timeSlice());
        kernel.objects().initialise(SERIAL_ENDPOINT, CapabilityType.ENDPOINT);
        memory.store(SERIAL_ENDPOINT + ENDPOINT_KIND, ENDPOINT_KIND_SERIAL);
        List<ProcessObject> started = new ArrayList<>();
        for (int i = 0; i < info.moduleCount(); i++) {
            boolean success = startModule(info.module(i), started);
            if (!success && i == 0) {
                return false;
            }
        }
        // What is left is theirs to draw on, in equal parts.
        if (!started.isEmpty()) {
            long budget = kernel.frames().free() / started.size() * PAGE;
            for (ProcessObject process : started) {
                long object = kernel.tables().at(process.capabilities(), SLOT_MEMORY).object();
                memory.store(object + MEMORY_SIZE, budget);
            }
        }
        return !started.isEmpty();
    }

    private void initialiseFrames(BootInfo info) {
        long ram = info.ramSize();
        long tables = PhysicalMap.bootTablesEnd(ram);
        kernel.frames().initialise(tables, ram / PAGE);
        long taken = 0;
        for (PhysicalMap.Range free : PhysicalMap.free(info)) {
            kernel.frames().reserve(taken, free.start(), FrameKind.RESERVED);
            kernel.frames().release(free.start(), free.end());
            taken = free.end();
        }
        kernel.frames().reserve(taken, ram, FrameKind.RESERVED);
        kernel.frames().reserve(BOOT_TABLES_PHYSICAL, tables, FrameKind.PAGE_TABLE);
        if (info.memoryLimit() != 0) {
            kernel.frames().withholdAbove(info.memoryLimit());
        }
    }

    private boolean startModule(BootInfo.Module module, List<ProcessObject> started) {
        return switch (kernel.placement().parse(module.bytes())) {
            case ElfResult.Refused(var error) -> {
                module.refused(ErrorCode.INVAL, error.rule().ordinal() + 1);
                kernel.console().log("module %s refused: %s".formatted(module.name(), error));
                yield false;
            }
            case ElfResult.Accepted(var image) -> {
                try {
                    ProcessObject process = start(module.name(), image);
                    module.becameProcess(process.id());
                    started.add(process);
                    yield true;
                } catch (OutOfFrames e) {
                    module.refused(ErrorCode.NOMEM, 0);
                    kernel.console().log("module %s refused: out of memory".formatted(module.name()));
                    yield false;
                }
            }
        };
    }

    /**
     * Makes a process with its first thread and its three capabilities (D38), ready to run.
     *
     * @throws OutOfFrames leaving nothing behind
     */
    private ProcessObject start(String name, ElfImage image) throws OutOfFrames {
        long stackTop = kernel.placement().stackTop(image);
        ProcessObject process = kernel.processes().create(name);
        try {
            AddressSpace space = process.space(kernel.spaces());
            ElfLoader.Loaded loaded = kernel.loader().load(image, stackTop, space);
            process.setProgram(loaded);
            long table = process.capabilities();
            long budget = kernel.memories().createBudget(process.id(), 0);
            kernel.tables().install(table, SLOT_SERIAL, CapabilityType.ENDPOINT, Rights.READ | Rights.WRITE
                    | Rights.GRANT,
                    SERIAL_ENDPOINT, 0);
            kernel.tables().install(table, SLOT_MEMORY, CapabilityType.MEMORY, Rights.ALL, budget, 0);
            kernel.tables().install(table, SLOT_SELF, CapabilityType.PROCESS, Rights.ALL, process.address(), 0);
            ThreadObject thread = kernel.threads().create(process, space, loaded.entry(), loaded.stackTop(), 0,
                    PRIORITY);
            kernel.scheduler().makeReady(thread);
            return process;
        } catch (OutOfFrames e) {
            kernel.processes().destroy(process);
            throw e;
        }
    }
}
