package ringspec.kernel.syscall;

import static ringspec.kernel.KernelLayout.PAGE;

import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;

/**
 * Whole pages of the part of a Memory that a capability is for.
 *
 * @param offset from the object's first byte
 * @param length in bytes, not 0
 */
record MemoryPart(long offset, long length) {

    /**
     * A part of what a capability is for.
     *
     * @param offset from the beginning of the capability's own part
     * @throws SyscallFailure INVAL, if it is misaligned, empty or not within, or the Memory is a budget
     */
    static MemoryPart of(Capability source, long offset, long length, KernelServices kernel) throws SyscallFailure {
        Require.valid(offset >= 0 && length > 0 && offset % PAGE == 0 && length % PAGE == 0
                && offset <= source.length() - length && !kernel.memories().isBudget(source.object()));
        return new MemoryPart(source.offset() + offset, length);
    }

    /** Restricts a copy to the part. */
    void restrict(Capability copy) {
        copy.setPart(offset, length);
    }
}
