package ringspec.kernel.syscall;

import static ringspec.kernel.ObjectLayout.INTERRUPT_LINE;
import static ringspec.kernel.ObjectLayout.INTERRUPT_LINES;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelPanic;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.process.ProcessObject;

/**
 * cap_create(type, source, rights, a, b): from a Process with WRITE a fresh Endpoint or, if it is init, the Interrupt of line a;
 * from any other source a child of the same type in the caller's own table: an Endpoint with badge a (0 keeps the source's), a
 * part of a Memory (offset a, length b; both 0 for the whole), or just a weaker copy. An a or b without a meaning must be 0.
 *
 * <p>What nobody has the authority to name is RIGHTS (D27): raw memory, threads, replies, other badges than the one there is.
 */
final class CapCreate implements SyscallHandler {

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability source = kernel.tables().slot(kernel.currentTable(), arguments.second());
        CapabilityType type = type(arguments.first());
        if (source.type() == CapabilityType.PROCESS && type != CapabilityType.PROCESS) {
            return createObject(type, source, arguments, kernel);
        }
        if (type != null) {
            CapabilityTables.requireType(source, type);
        }
        return copy(type, source, arguments, kernel);
    }

    private static CapabilityType type(long code) {
        return code == (int) code ? CapabilityType.of((int) code) : null;
    }

    private static long createObject(CapabilityType type, Capability source, Arguments arguments, KernelServices kernel)
            throws SyscallFailure {
        CapabilityTables.requireRights(source, Rights.WRITE);
        ProcessObject process = new ProcessObject(kernel.memory(), source.object());
        boolean interrupt = type == CapabilityType.INTERRUPT;
        if (type != null && type != CapabilityType.ENDPOINT && !(interrupt && process.isInit())) {
            throw new SyscallFailure(ErrorCode.RIGHTS);
        }
        Require.areRights(arguments.third());
        long line = arguments.fourth();
        Require.valid(type != null && line >= 0 && line < (interrupt ? INTERRUPT_LINES : 1) && arguments.fifth() == 0);
        Require.alive(source, kernel);
        long table = kernel.currentTable();
        int slot = Require.freeSlot(table, kernel);
        Require.frames(1, kernel);
        try {
            long object = kernel.objects().create(type, process.id());
            if (interrupt) {
                kernel.memory().store(object + INTERRUPT_LINE, line);
            }
            kernel.tables().install(table, slot, type, (int) arguments.third(), object, 0);
        } catch (OutOfFrames e) {
            throw new KernelPanic("a frame was free and is not");
        }
        return slot;
    }

    private static long copy(CapabilityType type, Capability source, Arguments arguments, KernelServices kernel)
            throws SyscallFailure {
        long rights = arguments.third();
        long a = arguments.fourth();
        long b = arguments.fifth();
        Require.within(source, rights);
        boolean otherBadge = source.badge() != 0 && a != 0 && a != source.badge();
        if (type == CapabilityType.REPLY || otherBadge) {
            throw new SyscallFailure(ErrorCode.RIGHTS);
        }
        Require.areRights(rights);
        boolean part = type == CapabilityType.MEMORY && (a != 0 || b != 0);
        Require.valid(type != null && (part || b == 0 && (a == 0 || type == CapabilityType.ENDPOINT)));
        MemoryPart pages = part ? MemoryPart.of(source, a, b, kernel) : null;
        long table = kernel.currentTable();
        int slot = Require.freeSlot(table, kernel);
        Capability child = kernel.derivations().derive(source, table, slot, (int) rights);
        if (pages != null) {
            pages.restrict(child);
        }
        if (type == CapabilityType.ENDPOINT && a != 0) {
            child.setBadge(a);
        }
        return slot;
    }
}
