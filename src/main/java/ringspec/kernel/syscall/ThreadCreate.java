package ringspec.kernel.syscall;

import static ringspec.kernel.KernelLayout.USER_MAX;
import static ringspec.kernel.ObjectLayout.PRIORITIES;
import static ringspec.kernel.ObjectLayout.WAIT_WAKE;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.ObjectLayout;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;

/**
 * thread_create(process, entry, stack, argument, flags): returns a Thread slot with all rights. Entry 0 is the image's e_entry,
 * stack 0 the top of the default stack. Flags: bit 0 = suspended until woken; bits 9:8 = how many steps the priority is below the
 * creator's.
 */
final class ThreadCreate implements SyscallHandler {

    private static final long SUSPENDED = 1;
    private static final int PRIORITY_SHIFT = 8;
    private static final long PRIORITY_STEPS = 3 << PRIORITY_SHIFT;
    private static final int STACK_ALIGNMENT = 16;

    private record Request(ProcessObject process, long entry, long stack, long argument, boolean suspended,
            int priority) {
    }

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Request request = decode(arguments, kernel);
        long table = kernel.currentTable();
        int slot = kernel.tables().lowestFree(table);
        if (slot < 0) {
            throw new SyscallFailure(ErrorCode.FULL);
        }
        try {
            ThreadObject thread = kernel.threads().create(request.process(), request.process().space(kernel.spaces()),
                    request.entry(), request.stack(), request.argument(), request.priority());
            kernel.tables().install(table, slot, CapabilityType.THREAD, Rights.ALL, thread.address(), 0);
            if (request.suspended()) {
                kernel.threads().block(thread, WAIT_WAKE);
            } else {
                kernel.scheduler().makeReady(thread);
            }
            return slot;
        } catch (OutOfFrames e) {
            throw new SyscallFailure(ErrorCode.NOMEM);
        }
    }

    private static Request decode(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability capability = kernel.tables().slot(kernel.currentTable(), arguments.first(), CapabilityType.PROCESS,
                Rights.WRITE);
        ProcessObject process = new ProcessObject(kernel.memory(), capability.object());
        long flags = arguments.fifth();
        long entry = arguments.second() == 0 ? kernel.memory().load(process.address() + ObjectLayout.PROCESS_ENTRY)
                : arguments.second();
        long defaultStack = process.stackTop() == 0 ? USER_MAX : process.stackTop();
        long stack = arguments.third() == 0 ? defaultStack : arguments.third();
        int priority = kernel.currentThread().priority() + (int) (flags >>> PRIORITY_SHIFT & 3);
        // Both are below USER_MAX, so neither can make the way back to ring 3 fault in ring 0 (D03).
        if (entry <= 0 || entry >= USER_MAX || stack < 0 || stack > USER_MAX || stack % STACK_ALIGNMENT != 0
                || (flags & ~(SUSPENDED | PRIORITY_STEPS)) != 0 || priority >= PRIORITIES) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        if (!process.isAlive()) {
            throw new SyscallFailure(ErrorCode.DEAD);
        }
        return new Request(process, entry, stack, arguments.fourth(), (flags & SUSPENDED) != 0, priority);
    }
}
