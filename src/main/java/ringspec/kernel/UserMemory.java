package ringspec.kernel;

/**
 * The only way to user memory (D16). Both methods act in the current address space and fail before they have changed anything.
 */
public interface UserMemory {

    /**
     * Copies bytes from the caller's memory.
     *
     * @throws SyscallFailure FAULT, if the range wraps, ends above USER_MAX, or is not readable by ring 3 in full
     */
    byte[] copyIn(long address, int length) throws SyscallFailure;

    /**
     * Copies bytes to the caller's memory.
     *
     * @throws SyscallFailure FAULT, if the range wraps, ends above USER_MAX, or is not writable by ring 3 in full
     */
    void copyOut(long address, byte[] bytes) throws SyscallFailure;
}
