package ringspec.kernel.syscall;

import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.USER_LOWEST;
import static ringspec.kernel.KernelLayout.USER_MAX;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.process.ProcessObject;

/** Pages of the user half that a call is about. */
record UserRange(long start, long length) {

    /**
     * Whole pages between the null range and USER_MAX (D03).
     *
     * @throws SyscallFailure INVAL for anything else: misaligned, empty, wrapping
     */
    static UserRange of(long start, long length) throws SyscallFailure {
        if (start % PAGE != 0 || length % PAGE != 0 || length <= 0 || start < USER_LOWEST || start > USER_MAX - length
                || length > USER_MAX) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        return new UserRange(start, length);
    }

    /** Address after the last byte. */
    long end() {
        return start + length;
    }

    /** Whether it contains the guard page below or above a process's stack. */
    boolean touchesGuard(ProcessObject process) {
        long base = process.stackBase();
        return base != 0 && (overlaps(base - PAGE) || overlaps(process.stackTop()));
    }

    private boolean overlaps(long page) {
        return start < page + PAGE && end() > page;
    }
}
