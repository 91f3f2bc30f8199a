package ringspec.kernel.syscall;

import static ringspec.kernel.KernelLayout.PAGE;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.process.ProcessObject;

/** mem_unmap(process, vaddr, length): unmaps pages, all or none, with their translations. */
final class MemUnmap implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability process = kernel.tables().slot(kernel.currentTable(), arguments.first(), CapabilityType.PROCESS,
                Rights.WRITE);
        UserRange range = UserRange.of(arguments.second(), arguments.third());
        ProcessObject target = new ProcessObject(kernel.memory(), process.object());
        if (!target.isAlive()) {
            throw new SyscallFailure(ErrorCode.DEAD);
        }
        AddressSpace space = target.space(kernel.spaces());
        for (long page = range.start(); page < range.end(); page += PAGE) {
            if (space.leaf(page) == 0) {
                throw new SyscallFailure(ErrorCode.NOTMAPPED);
            }
        }
        for (long page = range.start(); page < range.end(); page += PAGE) {
            kernel.memories().unmapped(space.unmap(page));
        }
        return 0;
    }
}
