package ringspec.mutant;

import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.USER_MAX;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.UserMemory;
import ringspec.kernel.ipc.Message;

/** Mistakes on the way to user memory: what is checked of a pointer, and how often what it points to is read. */
final class CopyMutants {

    private static final int MOST_DATA = 64;

    /** Hands every copy on; a variant overrides what it makes differently. */
    private static class Passing implements UserMemory {

        private final UserMemory shipped;

        Passing(UserMemory shipped) {
            this.shipped = shipped;
        }

        @Override
        public byte[] copyIn(long address, int length) throws SyscallFailure {
            return shipped.copyIn(address, length);
        }

        @Override
        public void copyOut(long address, byte[] bytes) throws SyscallFailure {
            shipped.copyOut(address, bytes);
        }
    }

    private CopyMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                copy("MUT-151", "what a pointer leads to is fetched twice, and the second fetch counts",
                        shipped -> new Passing(shipped) {
                            @Override
                            public byte[] copyIn(long address, int length) throws SyscallFailure {
                                super.copyIn(address, length);
                                return super.copyIn(address, length);
                            }
                        }, "SYS-15"),
                copy("MUT-152", "a copy to user memory stops in the middle when its second page can't be written",
                        shipped -> new Passing(shipped) {
                            @Override
                            public void copyOut(long address, byte[] bytes) throws SyscallFailure {
                                int first = untilPageEnd(address, bytes.length);
                                super.copyOut(address, Arrays.copyOf(bytes, first));
                                super.copyOut(address + first, Arrays.copyOfRange(bytes, first, bytes.length));
                            }
                        }, "SYS-14"),
                copy("MUT-153", "of a buffer only the first page is checked", shipped -> new Passing(shipped) {
                    @Override
                    public byte[] copyIn(long address, int length) throws SyscallFailure {
                        return Arrays.copyOf(super.copyIn(address, untilPageEnd(address, length)), length);
                    }

                    @Override
                    public void copyOut(long address, byte[] bytes) throws SyscallFailure {
                        super.copyOut(address, Arrays.copyOf(bytes, untilPageEnd(address, bytes.length)));
                    }
                }, "SYS-14"),
                copy("MUT-154", "a pointer is compared with USER_MAX as a signed number: the kernel's half passes",
                        shipped -> new Passing(shipped) {
                            @Override
                            public byte[] copyIn(long address, int length) throws SyscallFailure {
                                return address < 0 ? new byte[length] : super.copyIn(address, length);
                            }

                            @Override
                            public void copyOut(long address, byte[] bytes) throws SyscallFailure {
                                if (address >= 0) {
                                    super.copyOut(address, bytes);
                                }
                            }
                        }, "SYS-14"),
                copy("MUT-155",
                        "the end of a buffer is computed with a wrap: a buffer that begins just below 2^64 passes",
                        shipped -> new Passing(shipped) {
                            @Override
                            public byte[] copyIn(long address, int length) throws SyscallFailure {
                                return wraps(address, length) ? new byte[length] : super.copyIn(address, length);
                            }

                            @Override
                            public void copyOut(long address, byte[] bytes) throws SyscallFailure {
                                if (!wraps(address, bytes.length)) {
                                    super.copyOut(address, bytes);
                                }
                            }
                        }, "SYS-14"),
                copy("MUT-156", "a buffer that ends with the last byte of ring 3 is refused",
                        shipped -> new Passing(shipped) {
                            @Override
                            public void copyOut(long address, byte[] bytes) throws SyscallFailure {
                                if (address + bytes.length == USER_MAX) {
                                    throw new SyscallFailure(ErrorCode.FAULT);
                                }
                                super.copyOut(address, bytes);
                            }
                        }, "SYS-14"),
                copy("MUT-157", "the last byte of a message's data is lost", shipped -> new Passing(shipped) {
                    @Override
                    public byte[] copyIn(long address, int length) throws SyscallFailure {
                        byte[] message = super.copyIn(address, length);
                        if (length == Message.SIZE) {
                            message[MOST_DATA - 1] = 0;
                        }
                        return message;
                    }
                }, "IPC-01"));
    }

    private static Mutant copy(String id, String breaks, UnaryOperator<UserMemory> change, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.ACCESS, Variants.user(change), clauses);
    }

    private static int untilPageEnd(long address, int length) {
        return (int) Math.min(length, PAGE - (address & PAGE - 1));
    }

    private static boolean wraps(long address, long length) {
        return address < 0 && address + length >= 0;
    }
}
