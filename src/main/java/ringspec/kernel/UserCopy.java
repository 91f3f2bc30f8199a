package ringspec.kernel;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Rflags;
import ringspec.trace.TraceEvent;

/**
 * {@link UserMemory} by the processor's own loads and stores in ring 0, between STAC and CLAC: a page that ring 3 could not use
 * raises the fault that kernel code would get, and the copy becomes the error FAULT.
 */
final class UserCopy implements UserMemory {

    private final Cpu cpu;

    UserCopy(Cpu cpu) {
        this.cpu = cpu;
    }

    @Override
    public byte[] copyIn(long address, int length) throws SyscallFailure {
        byte[] bytes = new byte[length];
        access(address, length, false, () -> {
            for (int i = 0; i < length;) {
                int size = chunk(address + i, length - i);
                long value = cpu.memory.read(address + i, size);
                for (int b = 0; b < size; b++) {
                    bytes[i++] = (byte) (value >>> 8 * b);
                }
            }
        });
        return bytes;
    }

    @Override
    public void copyOut(long address, byte[] bytes) throws SyscallFailure {
        access(address, bytes.length, true, () -> {
            for (int i = 0; i < bytes.length;) {
                int size = chunk(address + i, bytes.length - i);
                long value = 0;
                for (int b = 0; b < size; b++) {
                    value |= (bytes[i + b] & 0xFFL) << 8 * b;
                }
                cpu.memory.write(address + i, size, value);
                i += size;
            }
        });
    }

    /** Aligned quadwords where possible, else bytes: no access crosses a page. */
    private static int chunk(long address, int left) {
        return left >= 8 && (address & 7) == 0 ? 8 : 1;
    }

    private void access(long address, long length, boolean write, Runnable copy) throws SyscallFailure {
        if (address < 0 || length < 0 || address > KernelLayout.USER_MAX - length) {
            throw new SyscallFailure(ErrorCode.FAULT);
        }
        cpu.emit(new TraceEvent.UserCopy(true, address, length, write));
        setAccessCheck(true);
        try {
            probe(address, length, write);
            copy.run();
        } catch (Fault fault) {
            throw new SyscallFailure(ErrorCode.FAULT);
        } finally {
            setAccessCheck(false);
            cpu.emit(new TraceEvent.UserCopy(false, address, length, write));
        }
    }

    /** Every page first, so that a copy that fails has changed nothing. */
    private void probe(long address, long length, boolean write) {
        for (long at = address; at < address + length;) {
            int size = (int) Math.min(KernelLayout.PAGE - (at & KernelLayout.PAGE - 1), address + length - at);
            if (write) {
                cpu.memory.prepareWrite(at, size);
            } else {
                cpu.memory.prepareRead(at, size);
            }
            at += size;
        }
    }

    /** STAC and CLAC, which exist only where SMAP does. */
    private void setAccessCheck(boolean open) {
        if ((cpu.cr4 & ControlRegisters.CR4_SMAP) != 0) {
            long flags = cpu.flags.system();
            cpu.setSystemFlags(open ? flags | Rflags.AC : flags & ~Rflags.AC);
        }
    }
}
