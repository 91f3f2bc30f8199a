package ringspec.kernel.syscall;

import java.util.Locale;

/** The 22 system calls by number; the ordinal is the number. */
public enum Syscall {
    // @formatter:off
    MEM_MAP(new MemMap()),
    MEM_UNMAP(new MemUnmap()),
    MEM_GRANT(new MemGrant()),
    MEM_ALLOC(new MemAlloc()),
    IPC_SEND(new IpcSend()),
    IPC_RECV(new IpcRecv()),
    IPC_CALL(new IpcCall()),
    IPC_REPLY(new IpcReply()),
    IPC_NOTIFY(new IpcNotify()),
    CAP_CREATE(new CapCreate()),
    CAP_DELETE(new CapDelete()),
    CAP_TRANSFER(new CapTransfer()),
    CAP_REVOKE(new CapRevoke()),
    CAP_INSPECT(new CapInspect()),
    PROC_CREATE(new ProcCreate()),
    PROC_DESTROY(new ProcDestroy()),
    THREAD_CREATE(new ThreadCreate()),
    THREAD_DESTROY(new ThreadDestroy()),
    THREAD_YIELD(new ThreadYield()),
    THREAD_BLOCK(new ThreadBlock()),
    THREAD_WAKE(new ThreadWake()),
    IRQ_BIND(new IrqBind());
    // @formatter:on

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

    /** What it does. */
    public SyscallHandler handler() {
        return handler;
    }
}
