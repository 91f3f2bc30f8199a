package ringspec.mutant;

import static ringspec.kernel.ObjectLayout.CAPABILITY_CHILD;
import static ringspec.kernel.ObjectLayout.CAPABILITY_SIBLING;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.syscall.Arguments;
import ringspec.kernel.syscall.Syscall;
import ringspec.kernel.syscall.SyscallHandler;

/** System calls that don't look at a right, or do something else with capabilities than the contract says. */
final class CapabilityMutants {

    private static final int INFO_RIGHTS = 8;
    private static final int INFO_OBJECT = 16;

    private CapabilityMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                ignoring("MUT-230", "cap_revoke needs no right", Syscall.CAP_REVOKE, Rights.REVOKE, "CAP-08"),
                ignoring("MUT-231", "cap_transfer needs no GRANT", Syscall.CAP_TRANSFER, Rights.GRANT, "CAP-04"),
                ignoring("MUT-232", "cap_transfer widens rights", Syscall.CAP_TRANSFER, Rights.ALL & ~Rights.GRANT,
                        "CAP-04"),
                ignoring("MUT-233", "mem_map doesn't look at the Memory's rights", Syscall.MEM_MAP, Rights.READ
                        | Rights.WRITE | Rights.EXECUTE, "MEM-02", "MEM-05"),
                ignoring("MUT-234", "mem_grant needs no GRANT", Syscall.MEM_GRANT, Rights.GRANT, "MEM-05"),
                ignoring("MUT-235", "ipc_send needs no right", Syscall.IPC_SEND, Rights.WRITE, "IPC-03"),
                ignoring("MUT-236", "ipc_recv needs no right", Syscall.IPC_RECV, Rights.READ, "IPC-03"),
                ignoring("MUT-237", "ipc_call needs no right", Syscall.IPC_CALL, Rights.WRITE, "IPC-03"),
                ignoring("MUT-238", "thread_wake needs no right", Syscall.THREAD_WAKE, Rights.WRITE, "SYS-12"),
                call("MUT-239", "cap_create makes children with more rights than their source", Syscall.CAP_CREATE,
                        Slots.ignoring(Rights.ALL, Arguments::second), "CAP-03"),
                call("MUT-240", "mem_map needs no right to the Process", Syscall.MEM_MAP, Slots.ignoring(Rights.WRITE,
                        Arguments::second), "SYS-12"),
                call("MUT-241", "cap_create makes raw Memory for whoever asks", Syscall.CAP_CREATE,
                        CapabilityMutants::makeMemory, "CAP-03"),
                call("MUT-242", "cap_transfer copies the rights whole", Syscall.CAP_TRANSFER, (a, kernel, shipped) -> {
                    long slot = shipped.handle(a, kernel);
                    copyRights(a, slot, kernel);
                    return slot;
                }, "CAP-04"),
                call("MUT-243", "mem_grant copies the rights whole", Syscall.MEM_GRANT, (a, kernel, shipped) -> {
                    long slot = shipped.handle(a, kernel);
                    copyRights(a, slot, kernel);
                    return slot;
                }, "MEM-05"),
                call("MUT-244", "mem_grant ignores the offset", Syscall.MEM_GRANT, (a, kernel, shipped) -> shipped
                        .handle(new Arguments(a.first(), a.second(), a.third(), 0, a.fifth(), 0), kernel), "MEM-05"),
                call("MUT-245", "cap_transfer moves instead of copying", Syscall.CAP_TRANSFER, (a, kernel, shipped) -> {
                    long slot = shipped.handle(a, kernel);
                    kernel.capabilities().remove(kernel.tables().slot(kernel.currentTable(), a.first()));
                    return slot;
                }, "CAP-05"),
                call("MUT-246", "cap_delete takes the children along", Syscall.CAP_DELETE, (a, kernel, shipped) -> {
                    kernel.capabilities().revoke(kernel.tables().slot(kernel.currentTable(), a.first()));
                    return shipped.handle(a, kernel);
                }, "CAP-06"),
                call("MUT-247", "cap_revoke takes direct children only", Syscall.CAP_REVOKE, (a, kernel, shipped) -> {
                    Capability capability = kernel.tables().slot(kernel.currentTable(), a.first());
                    CapabilityTables.requireRights(capability, Rights.REVOKE);
                    children(capability).forEach(kernel.capabilities()::remove);
                    return 0;
                }, "CAP-07"),
                call("MUT-248", "cap_revoke takes the first child only", Syscall.CAP_REVOKE, (a, kernel, shipped) -> {
                    Capability capability = kernel.tables().slot(kernel.currentTable(), a.first());
                    CapabilityTables.requireRights(capability, Rights.REVOKE);
                    for (Capability child : children(capability).stream().limit(1).toList()) {
                        kernel.capabilities().revoke(child);
                        kernel.capabilities().remove(child);
                    }
                    return 0;
                }, "CAP-07"),
                call("MUT-249", "cap_inspect tells the object's address", Syscall.CAP_INSPECT, (a, kernel, shipped) -> {
                    long result = shipped.handle(a, kernel);
                    tell(a.second() + INFO_OBJECT, kernel.tables().slot(kernel.currentTable(), a.first()).object(),
                            kernel);
                    return result;
                }, "CAP-09"),
                call("MUT-250", "cap_inspect tells all rights", Syscall.CAP_INSPECT, (a, kernel, shipped) -> {
                    long result = shipped.handle(a, kernel);
                    tell(a.second() + INFO_RIGHTS, Rights.ALL, kernel);
                    return result;
                }, "CAP-09"));
    }

    private static Mutant call(String id, String breaks, Syscall call, Variants.Call change, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.SYSTEM_CALL, Variants.call(call, change), clauses);
    }

    private static Mutant ignoring(String id, String breaks, Syscall call, int rights, String... clauses) {
        return call(id, breaks, call, Slots.ignoring(rights, Arguments::first), clauses);
    }

    private static void copyRights(Arguments a, long slot, KernelServices kernel) throws SyscallFailure {
        long table = kernel.currentTable();
        ProcessObject target = new ProcessObject(kernel.memory(), kernel.tables().slot(table, a.second()).object());
        Slots.setRights(kernel.tables().slot(target.capabilities(), slot), kernel.tables().slot(table, a.first())
                .rights());
    }

    private static long makeMemory(Arguments a, KernelServices kernel, SyscallHandler shipped) throws SyscallFailure {
        Capability process = Slots.find(a.second(), CapabilityType.PROCESS, kernel);
        int slot = kernel.tables().lowestFree(kernel.currentTable());
        if (process == null || slot < 0 || a.first() != CapabilityType.MEMORY.code()) {
            return shipped.handle(a, kernel);
        }
        try {
            long budget = kernel.memories().createBudget(kernel.currentProcess().id(), a.fifth());
            kernel.tables().install(kernel.currentTable(), slot, CapabilityType.MEMORY, Rights.ALL, budget, 0);
            return slot;
        } catch (OutOfFrames e) {
            throw new SyscallFailure(ErrorCode.NOMEM);
        }
    }

    private static List<Capability> children(Capability capability) {
        List<Capability> all = new ArrayList<>();
        for (long at = capability.memory().load(capability.address() + CAPABILITY_CHILD); at != 0; at = capability
                .memory().load(at + CAPABILITY_SIBLING)) {
            all.add(new Capability(capability.memory(), at));
        }
        return all;
    }

    private static void tell(long address, long value, KernelServices kernel) throws SyscallFailure {
        kernel.user().copyOut(address, ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value)
                .array());
    }
}
