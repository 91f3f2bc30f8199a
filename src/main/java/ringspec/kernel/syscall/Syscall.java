package ringspec.kernel.syscall;

import java.util.Locale;
import java.util.Optional;

/** The 22 system calls by number; the ordinal is the number. */
public enum Syscall {
    MEM_MAP(new MemMap()), MEM_UNMAP(new MemUnmap()), MEM_GRANT(null), MEM_ALLOC(new MemAlloc()), IPC_SEND(
            new IpcSend()),
    IPC_RECV(null), IPC_CALL(null), IPC_REPLY(null), IPC_NOTIFY(null), CAP_CREATE(null), CAP_DELETE(null), CAP_TRANSFER(
            null),
    CAP_REVOKE(null), CAP_INSPECT(new CapInspect()), PROC_CREATE(null), PROC_DESTROY(new ProcDestroy()), THREAD_CREATE(
            null),
    THREAD_DESTROY(new ThreadDestroy()), THREAD_YIELD(new ThreadYield()), THREAD_BLOCK(null), THREAD_WAKE(null),
    IRQ_BIND(null);

    private final SyscallHandler handler;

    Syscall(SyscallHandler handler) {
        this.handler = handler;
    }

    /** Its number in RAX. */
    public int number() {
        return ordinal();
    }

    /** Its name in the contract, such as {@code mem_map}. */
    public String contractName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its gate's label in the assembly text. */
    public String gate() {
        return "sys_" + contractName();
    }

    /** What it does; empty if this kernel does not have it, and it answers NOSYS. */
    public Optional<SyscallHandler> handler() {
        return Optional.ofNullable(handler);
    }
}
