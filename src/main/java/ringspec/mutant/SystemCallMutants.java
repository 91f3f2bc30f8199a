package ringspec.mutant;

import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.USER_MAX;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.ObjectLayout.ENDPOINT_NOTIFICATION;
import static ringspec.kernel.ObjectLayout.PROCESS_STACK_BASE;
import static ringspec.kernel.ObjectLayout.THREAD_BUFFER;
import static ringspec.kernel.ObjectLayout.THREAD_WAKE_TOKEN;
import static ringspec.kernel.ObjectLayout.WAIT_WAKE;

import java.util.List;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.ipc.EndpointObject;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.mm.PagePermissions;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;
import ringspec.kernel.syscall.Arguments;
import ringspec.kernel.syscall.Syscall;
import ringspec.kernel.syscall.SyscallHandler;
import ringspec.paging.PageTableEntry;

/** System calls for memory, messages, processes and threads that do something else than the contract says. */
final class SystemCallMutants {

    private SystemCallMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                Mutant.kernel("MUT-200", "errors are positive numbers", Seam.SYSTEM_CALL, Variants.everyCall((a, kernel,
                        shipped) -> {
                    try {
                        return shipped.handle(a, kernel);
                    } catch (SyscallFailure failure) {
                        return -failure.error().result();
                    }
                }), "SYS-06"),
                call("MUT-201", "mem_map maps one page more if the Memory has one", Syscall.MEM_MAP, (a, kernel,
                        shipped) -> {
                    try {
                        return shipped.handle(new Arguments(a.first(), a.second(), a.third(), a.fourth(), a.fifth()
                                + PAGE, a.sixth()), kernel);
                    } catch (SyscallFailure failure) {
                        return shipped.handle(a, kernel);
                    }
                }, "MEM-02"),
                call("MUT-202", "mem_map maps writable whatever was asked for, if the capability has WRITE",
                        Syscall.MEM_MAP, SystemCallMutants::mapWritable, "MEM-02"),
                call("MUT-203", "mem_map ignores the offset", Syscall.MEM_MAP, (a, kernel, shipped) -> shipped.handle(
                        new Arguments(a.first(), a.second(), a.third(), 0, a.fifth(), a.sixth()), kernel), "MEM-02"),
                call("MUT-204", "mem_map rounds a misaligned address down", Syscall.MEM_MAP, (a, kernel,
                        shipped) -> shipped.handle(new Arguments(a.first(), a.second(), a.third() & -PAGE, a.fourth(), a
                                .fifth(), a.sixth()), kernel), "MEM-03"),
                call("MUT-205", "mem_map replaces what is mapped already", Syscall.MEM_MAP, (a, kernel, shipped) -> {
                    try {
                        return shipped.handle(a, kernel);
                    } catch (SyscallFailure failure) {
                        if (failure.error() != ErrorCode.EXISTS) {
                            throw failure;
                        }
                        Syscall.MEM_UNMAP.handler().handle(new Arguments(a.second(), a.third(), a.fifth(), 0, 0, 0),
                                kernel);
                        return shipped.handle(a, kernel);
                    }
                }, "MEM-03"),
                call("MUT-206", "mem_map lets the page at USER_MAX through", Syscall.MEM_MAP,
                        SystemCallMutants::mapTop, "MEM-03", "RET-05"),
                call("MUT-207", "mem_map doesn't keep the stack's guard pages free", Syscall.MEM_MAP,
                        SystemCallMutants::mapGuard, "MEM-03"),
                call("MUT-208", "mem_map drops X when W and X are asked for at once", Syscall.MEM_MAP, (a, kernel,
                        shipped) -> shipped.handle(new Arguments(a.first(), a.second(), a.third(), a.fourth(), a
                                .fifth(), (a.sixth() & Rights.WRITE) != 0 ? a.sixth() & ~Rights.EXECUTE : a.sixth()),
                                kernel), "MEM-03"),
                call("MUT-209", "mem_map checks its address before the rights", Syscall.MEM_MAP, (a, kernel,
                        shipped) -> {
                    if (a.third() % PAGE != 0) {
                        throw new SyscallFailure(ErrorCode.INVAL);
                    }
                    return shipped.handle(a, kernel);
                }, "SYS-12"),
                call("MUT-210", "mem_unmap takes the first page of a range only", Syscall.MEM_UNMAP, (a, kernel,
                        shipped) -> shipped.handle(new Arguments(a.first(), a.second(), Math.min(a.third(), PAGE), 0, 0,
                                0), kernel), "MEM-04"),
                call("MUT-211", "mem_unmap of what isn't mapped succeeds", Syscall.MEM_UNMAP, (a, kernel, shipped) -> {
                    try {
                        return shipped.handle(a, kernel);
                    } catch (SyscallFailure failure) {
                        if (failure.error() == ErrorCode.NOTMAPPED) {
                            return 0;
                        }
                        throw failure;
                    }
                }, "MEM-04"),
                Mutant.kernel("MUT-224", "mem_unmap takes the page out of the kernel's PML4 only", Seam.SYSTEM_CALL,
                        Mutant.Where.KPTI_ON, Variants.call(Syscall.MEM_UNMAP, SystemCallMutants::unmapForKernel),
                        "MEM-04"),
                call("MUT-212", "mem_alloc takes a frame before it finds out that there are too few", Syscall.MEM_ALLOC,
                        (a, kernel, shipped) -> {
                            try {
                                return shipped.handle(a, kernel);
                            } catch (SyscallFailure failure) {
                                takeFrame(kernel);
                                throw failure;
                            }
                        }, "MEM-07", "SYS-13"),
                call("MUT-213", "ipc_notify overwrites what was notified before", Syscall.IPC_NOTIFY, (a, kernel,
                        shipped) -> {
                    Capability through = Slots.find(a.first(), CapabilityType.ENDPOINT, kernel);
                    if (through != null) {
                        kernel.memory().store(through.object() + ENDPOINT_NOTIFICATION, 0);
                    }
                    return shipped.handle(a, kernel);
                }, "IPC-05"),
                call("MUT-214", "a notification is delivered again", Syscall.IPC_RECV, (a, kernel, shipped) -> {
                    Capability through = Slots.find(a.first(), CapabilityType.ENDPOINT, kernel);
                    long bits = through == null ? 0 : kernel.memory().load(through.object() + ENDPOINT_NOTIFICATION);
                    long result = shipped.handle(a, kernel);
                    if (bits != 0) {
                        new EndpointObject(kernel.memory(), through.object()).setNotification(bits);
                    }
                    return result;
                }, "IPC-05"),
                call("MUT-215", "ipc_notify blocks", Syscall.IPC_NOTIFY, (a, kernel, shipped) -> {
                    long result = shipped.handle(a, kernel);
                    kernel.threads().block(kernel.currentThread(), WAIT_WAKE);
                    return result;
                }, "IPC-05"),
                call("MUT-216", "a Reply can be used twice", Syscall.IPC_REPLY, (a, kernel, shipped) -> {
                    Capability reply = kernel.tables().slot(kernel.currentTable(), a.first());
                    long caller = reply.object();
                    long result = shipped.handle(a, kernel);
                    kernel.tables().install(kernel.currentTable(), (int) a.first(), CapabilityType.REPLY, Rights.WRITE,
                            caller, 0);
                    return result;
                }, "IPC-04"),
                call("MUT-217", "ipc_recv notes its buffer before it looks at it", Syscall.IPC_RECV, (a, kernel,
                        shipped) -> {
                    kernel.memory().store(kernel.currentThread().address() + THREAD_BUFFER, a.second());
                    return shipped.handle(a, kernel);
                }, "SYS-13"),
                call("MUT-218", "a new process gets its parent's first capability", Syscall.PROC_CREATE, (a, kernel,
                        shipped) -> {
                    long slot = shipped.handle(a, kernel);
                    long table = kernel.currentTable();
                    ProcessObject child = new ProcessObject(kernel.memory(), kernel.tables().slot(table, slot)
                            .object());
                    kernel.derivations().derive(kernel.tables().at(table, 0), child.capabilities(), 0, Rights.READ);
                    return slot;
                }, "PROC-01"),
                call("MUT-219", "thread_create takes an entry in the kernel's half for none, that is, for e_entry",
                        Syscall.THREAD_CREATE, (a, kernel, shipped) -> shipped.handle(new Arguments(a.first(), a
                                .second() < 0 ? 0 : a.second(), a.third(), a.fourth(), a.fifth(), 0), kernel),
                        "PROC-03"),
                call("MUT-220", "thread_destroy of oneself does nothing", Syscall.THREAD_DESTROY, (a, kernel,
                        shipped) -> a.first() == -1 ? 0 : shipped.handle(a, kernel), "PROC-04"),
                call("MUT-221", "thread_yield does nothing", Syscall.THREAD_YIELD, (a, kernel, shipped) -> 0,
                        "PROC-05"),
                call("MUT-222", "a wake that comes before the block is lost", Syscall.THREAD_WAKE, (a, kernel,
                        shipped) -> {
                    long result = shipped.handle(a, kernel);
                    Capability thread = kernel.tables().slot(kernel.currentTable(), a.first());
                    kernel.memory().store(thread.object() + THREAD_WAKE_TOKEN, 0);
                    return result;
                }, "PROC-06"),
                call("MUT-223", "a wake that comes after the block is lost", Syscall.THREAD_WAKE, (a, kernel,
                        shipped) -> {
                    Capability thread = Slots.find(a.first(), CapabilityType.THREAD, kernel);
                    boolean blocked = thread != null && new ThreadObject(kernel.memory(), thread.object()).isBlockedFor(
                            WAIT_WAKE);
                    return blocked ? 0 : shipped.handle(a, kernel);
                }, "PROC-06"));
    }

    private static Mutant call(String id, String breaks, Syscall call, Variants.Call change, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.SYSTEM_CALL, Variants.call(call, change), clauses);
    }

    private static long mapWritable(Arguments a, KernelServices kernel, SyscallHandler shipped)
            throws SyscallFailure {
        Capability memory = Slots.find(a.first(), CapabilityType.MEMORY, kernel);
        boolean writable = memory != null && (memory.rights() & Rights.WRITE) != 0 && a.sixth() == Rights.READ;
        return shipped.handle(new Arguments(a.first(), a.second(), a.third(), a.fourth(), a.fifth(), writable
                ? a.sixth() | Rights.WRITE
                : a.sixth()), kernel);
    }

    private static long mapTop(Arguments a, KernelServices kernel, SyscallHandler shipped) throws SyscallFailure {
        Capability memory = Slots.find(a.first(), CapabilityType.MEMORY, kernel);
        if (memory == null || a.third() != USER_MAX || a.fifth() != PAGE) {
            return shipped.handle(a, kernel);
        }
        try {
            kernel.currentProcess().space(kernel.spaces()).map(USER_MAX, kernel.memories().frame(memory.object(), memory
                    .offset() / PAGE), PagePermissions.user((a.sixth() & Rights.WRITE) != 0, false), memory.address());
            kernel.memories().mapped(memory.object());
            return 0;
        } catch (OutOfFrames e) {
            throw new SyscallFailure(ErrorCode.NOMEM);
        }
    }

    private static long mapGuard(Arguments a, KernelServices kernel, SyscallHandler shipped) throws SyscallFailure {
        Capability process = Slots.find(a.second(), CapabilityType.PROCESS, kernel);
        if (process == null) {
            return shipped.handle(a, kernel);
        }
        long field = process.object() + PROCESS_STACK_BASE;
        long base = kernel.memory().load(field);
        kernel.memory().store(field, 0);
        try {
            return shipped.handle(a, kernel);
        } finally {
            kernel.memory().store(field, base);
        }
    }

    private static long unmapForKernel(Arguments a, KernelServices kernel, SyscallHandler shipped)
            throws SyscallFailure {
        AddressSpace space = kernel.currentProcess().space(kernel.spaces());
        long leaf = space.leaf(a.second());
        long result = shipped.handle(a, kernel);
        try {
            keepForUser(a.second(), leaf, space, kernel);
        } catch (OutOfFrames e) {
            throw new SyscallFailure(ErrorCode.NOMEM);
        }
        return result;
    }

    /** Gives the user's PML4 tables of its own for a page, in which it is still mapped. */
    private static void keepForUser(long page, long leaf, AddressSpace space, KernelServices kernel)
            throws OutOfFrames {
        KernelMemory memory = kernel.memory();
        long table = direct(space.userCr3());
        for (int level = 4; level > 1; level--) {
            long at = table + 8L * PageTableEntry.index(page, level);
            long entry = memory.load(at);
            long copy = kernel.frames().allocate(FrameKind.PAGE_TABLE, space.owner());
            table = direct(copy);
            memory.write(table, memory.read(direct(entry & PageTableEntry.ADDRESS), PAGE), 0, PAGE);
            memory.store(at, entry & ~PageTableEntry.ADDRESS | copy);
        }
        memory.store(table + 8L * PageTableEntry.index(page, 1), leaf);
    }

    private static void takeFrame(KernelServices kernel) {
        try {
            kernel.frames().allocate(FrameKind.USER, kernel.currentProcess().id());
        } catch (OutOfFrames e) {
            // Then there is none to take.
        }
    }
}
