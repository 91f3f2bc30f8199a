package ringspec.kernel.syscall;

import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.direct;

import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelPanic;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.loader.ElfLoader;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.Processes;

/**
 * proc_create(process, image or -1, length): a child without a thread and with an empty capability table; returns the slot of a
 * Process with all rights. The image is a file of so many bytes from the beginning of a Memory; with -1 the address space is
 * empty, and the length means nothing. The child bears its parent's name.
 */
final class ProcCreate implements SyscallHandler {

    private static final long NO_IMAGE = -1;

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        long table = kernel.currentTable();
        long length = arguments.third();
        Capability capability = kernel.tables().slot(table, arguments.first());
        Capability file = arguments.second() == NO_IMAGE ? null : kernel.tables().slot(table, arguments.second());
        CapabilityTables.requireType(capability, CapabilityType.PROCESS);
        if (file != null) {
            CapabilityTables.requireType(file, CapabilityType.MEMORY);
        }
        CapabilityTables.requireRights(capability, Rights.EXECUTE);
        if (file != null) {
            CapabilityTables.requireRights(file, Rights.READ);
            Require.valid(length > 0 && length <= Math.min(file.length(), Integer.MAX_VALUE) && !kernel.memories()
                    .isBudget(file.object()));
        }
        ProcessObject parent = Require.alive(capability, kernel);
        ElfImage image = file == null ? null : parse(file, (int) length, kernel);
        int slot = Require.freeSlot(table, kernel);
        long stackTop = image == null ? 0 : kernel.placement().stackTop(image);
        long free = kernel.frames().free();
        Require.frames(Processes.framesToCreate(kernel.spaces().kpti()) + (image == null ? 0 : ElfLoader.framesFor(
                image, stackTop, free)), kernel);
        try {
            ProcessObject child = kernel.processes().create(parent.name());
            if (image != null) {
                child.setProgram(kernel.loader().load(image, stackTop, child.space(kernel.spaces())));
            }
            kernel.tables().install(table, slot, CapabilityType.PROCESS, Rights.ALL, child.address(), 0);
        } catch (OutOfFrames e) {
            throw new KernelPanic("a process needed more frames than were counted");
        }
        return slot;
    }

    /** What stands in the pages now: a later change of them, by whoever shares them, doesn't count. */
    private static ElfImage parse(Capability file, int length, KernelServices kernel) throws SyscallFailure {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; done += PAGE) {
            long frame = kernel.memories().frame(file.object(), (file.offset() + done) / PAGE);
            int size = Math.min(PAGE, length - done);
            System.arraycopy(kernel.memory().read(direct(frame), size), 0, bytes, done, size);
        }
        return switch (kernel.placement().parse(bytes)) {
            case ElfResult.Accepted(var image) -> image;
            case ElfResult.Refused(var error) -> throw new SyscallFailure(ErrorCode.INVAL);
        };
    }
}
