package ringspec.kernel.syscall;

import static ringspec.kernel.KernelLayout.PAGE;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelPanic;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.mm.PagePermissions;
import ringspec.kernel.process.ProcessObject;

/** mem_map(memory, process, vaddr, offset, length, prot): maps pages of a Memory into a process, all or none. */
final class MemMap implements SyscallHandler {

    private record Request(Capability memory, ProcessObject process, UserRange range, long firstPage,
            PagePermissions permissions) {
    }

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Request request = decode(arguments, kernel);
        AddressSpace space = request.process().space(kernel.spaces());
        UserRange range = request.range();
        for (long page = range.start(); page < range.end(); page += PAGE) {
            if (space.leaf(page) != 0) {
                throw new SyscallFailure(ErrorCode.EXISTS);
            }
        }
        if (space.missingFrames(range.start(), range.length()) > kernel.frames().free()) {
            throw new SyscallFailure(ErrorCode.NOMEM);
        }
        long object = request.memory().object();
        try {
            for (long page = 0; page < range.length() / PAGE; page++) {
                space.map(range.start() + page * PAGE, kernel.memories().frame(object, request.firstPage() + page),
                        request.permissions(), request.memory().address());
                kernel.memories().mapped(object);
            }
        } catch (OutOfFrames e) {
            throw new KernelPanic("page tables needed more frames than were counted");
        }
        return 0;
    }

    private static Request decode(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        long prot = arguments.sixth();
        long table = kernel.currentTable();
        Capability memory = kernel.tables().slot(table, arguments.first());
        Capability process = kernel.tables().slot(table, arguments.second());
        CapabilityTables.requireType(memory, CapabilityType.MEMORY);
        CapabilityTables.requireType(process, CapabilityType.PROCESS);
        // A page that is present can be read, whatever else it allows (SDM vol. 3A, 5.6).
        CapabilityTables.requireRights(memory, (int) prot & (Rights.READ | Rights.WRITE | Rights.EXECUTE)
                | Rights.READ);
        CapabilityTables.requireRights(process, Rights.WRITE);
        if (prot <= 0 || prot > 7 || (prot & (Rights.WRITE | Rights.EXECUTE)) == (Rights.WRITE | Rights.EXECUTE)) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        UserRange range = UserRange.of(arguments.third(), arguments.fifth());
        ProcessObject target = new ProcessObject(kernel.memory(), process.object());
        long offset = arguments.fourth();
        if (offset % PAGE != 0 || offset < 0 || offset > memory.length() - range.length() || range.touchesGuard(target)
                || kernel.memories().isBudget(memory.object())) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        if (!target.isAlive()) {
            throw new SyscallFailure(ErrorCode.DEAD);
        }
        return new Request(memory, target, range, (memory.offset() + offset) / PAGE,
                PagePermissions.user((prot & Rights.WRITE) != 0, (prot & Rights.EXECUTE) != 0));
    }
}
