package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.kernel.KernelLayout.PAGE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;
import ringspec.kernel.syscall.Arguments;
import ringspec.kernel.syscall.Syscall;

/** System calls by several processes, straight to their handlers; the processor stands in the caller's page tables. */
final class CapabilityBed {

    static final int SERIAL = 0;
    static final int BUDGET = 1;
    static final int SELF = 2;
    static final long HEAP = 0x1000_0000L;

    final KernelBed bed;
    final KernelServices kernel;
    final ProcessObject init;
    private final List<Long> withheld = new ArrayList<>();

    CapabilityBed(boolean kpti) {
        this.bed = new KernelBed(kpti);
        this.init = bed.bootInit("hello");
        this.kernel = bed.kernel;
    }

    long call(Syscall syscall, long... arguments) {
        long[] six = Arrays.copyOf(arguments, 6);
        try {
            return syscall.handler().handle(new Arguments(six[0], six[1], six[2], six[3], six[4], six[5]),
                    kernel);
        } catch (SyscallFailure failure) {
            return failure.error().result();
        }
    }

    int slot(Syscall syscall, long... arguments) {
        long slot = call(syscall, arguments);
        assertThat(slot).as(syscall.contractName()).isBetween(0L, 63L);
        return (int) slot;
    }

    void succeeds(Syscall syscall, long... arguments) {
        assertThat(call(syscall, arguments)).as(syscall.contractName()).isZero();
    }

    /** A refusal changes no byte of RAM. */
    void refused(ErrorCode error, Syscall syscall, long... arguments) {
        byte[] before = ram();
        assertThat(call(syscall, arguments)).as("%s%s", syscall.contractName(), Arrays.toString(arguments)).isEqualTo(
                error.result());
        assertThat(Arrays.equals(before, ram())).as("RAM after %s%s", syscall.contractName(), Arrays.toString(
                arguments)).isTrue();
    }

    byte[] ram() {
        return bed.machine.ram().read(0, (int) bed.machine.ram().size());
    }

    /** A child of init's with a thread that can make calls; returns init's slot for it. */
    int child() {
        int slot = slot(Syscall.PROC_CREATE, SELF, -1, 0);
        ProcessObject process = process(slot);
        try {
            kernel.threads().create(process, process.space(kernel.spaces()), 0x40_0000, KernelLayout.USER_MAX, 0, 1);
        } catch (OutOfFrames e) {
            throw new AssertionError(e);
        }
        return slot;
    }

    ProcessObject process(int slotOfInit) {
        return new ProcessObject(kernel.memory(), at(init, slotOfInit).object());
    }

    Capability at(ProcessObject process, long slot) {
        return kernel.tables().at(process.capabilities(), (int) slot);
    }

    /** The processor runs a process's first thread. */
    void actAs(ProcessObject process) {
        ThreadObject thread = new ThreadObject(kernel.memory(), process.firstThread());
        kernel.perCpu().setThread(thread.address(), thread.stackTop(), process.kernelCr3(), process.userCr3());
        bed.cpu.cr3 = process.kernelCr3();
        bed.cpu.memory.flushNonGlobal();
    }

    /** What the running process reads at a user address, by the processor's translations; the error if it can't. */
    long peek(long address) {
        try {
            byte[] bytes = kernel.user().copyIn(address, 1);
            return bytes[0] & 0xFF;
        } catch (SyscallFailure failure) {
            return failure.error().result();
        }
    }

    void poke(long address, int value) {
        try {
            kernel.user().copyOut(address, new byte[]{(byte) value});
        } catch (SyscallFailure failure) {
            throw new AssertionError("write to 0x%x".formatted(address), failure);
        }
    }

    /** Draws pages from init's budget. */
    int alloc(int pages, int rights) {
        return slot(Syscall.MEM_ALLOC, BUDGET, (long) pages * PAGE, rights);
    }

    /** Puts a file into a Memory of init's. */
    int file(byte[] bytes) {
        int slot = alloc((bytes.length + PAGE - 1) / PAGE, 31);
        long object = at(init, slot).object();
        for (int done = 0; done < bytes.length; done += PAGE) {
            kernel.memory().write(KernelLayout.direct(kernel.memories().frame(object, done / PAGE)), bytes, done,
                    Math.min(PAGE, bytes.length - done));
        }
        return slot;
    }

    void copy(ProcessObject from, int slot, int processSlot, int rights) {
        actAs(from);
        slot(Syscall.CAP_TRANSFER, slot, processSlot, rights);
    }

    void leaveFree(long frames) {
        try {
            while (kernel.frames().free() > frames) {
                withheld.add(kernel.frames().allocate(FrameKind.KERNEL_OBJECT, 0));
            }
        } catch (OutOfFrames e) {
            throw new AssertionError(e);
        }
    }

    void giveBackOne() {
        kernel.frames().free(withheld.removeLast());
    }

    void giveBack() {
        while (!withheld.isEmpty()) {
            giveBackOne();
        }
    }

    long free() {
        return kernel.frames().free();
    }

    CapabilityType type(ProcessObject process, long slot) {
        return at(process, slot).type();
    }
}
