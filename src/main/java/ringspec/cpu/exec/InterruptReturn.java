package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.NotEmulatedException;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.StackView;
import ringspec.isa.Instruction;
import ringspec.trace.TraceEvent;

/** IRET (SDM vol. 2A). */
final class InterruptReturn {

    /** Flags that IRET loads at any CPL and operand size. */
    private static final long ALWAYS = Rflags.ARITHMETIC | Rflags.TF | Rflags.DF | Rflags.NT;
    /** Flags above bit 15 that it loads at any CPL. */
    private static final long UPPER = Rflags.RF | Rflags.AC | Rflags.ID;
    /** Flags that it loads in ring 0 only; VM is ignored in long mode. */
    private static final long RING0 = Rflags.IOPL | Rflags.VIF | Rflags.VIP;

    /** Flags that it loads in real mode at most (SDM vol. 2A, IRET, REAL-ADDRESS-MODE). */
    private static final long REAL_MODE = 0x25_7FD5;

    private InterruptReturn() {
    }

    static void register(Registry registry) {
        registry.add("IRET", InterruptReturn::bindReturn);
        registry.add("IRETD", InterruptReturn::bindReturn);
        registry.add("IRETQ", InterruptReturn::bindReturn);
    }

    private static Operation bindReturn(Instruction instruction, int offset) {
        int size = instruction.operandSize() / 8;
        return SimpleOperation.last(instruction, offset, cpu -> iret(cpu, size, cpu.codePage + offset));
    }

    private static void iret(Cpu cpu, int size, long instructionRip) {
        // NMIs are unblocked even if the instruction faults (SDM vol. 3A, 6.7.1).
        cpu.nmiBlocked = false;
        StackView stack = StackView.current(cpu, 0);
        if (!cpu.isProtected()) {
            iretReal(cpu, stack, size);
            return;
        }
        if (cpu.flags.has(Rflags.NT)) {
            if (cpu.isLongMode()) {
                throw Fault.generalProtection();
            }
            throw NotEmulatedException.taskSwitch(instructionRip, "IRET with EFLAGS.NT = 1");
        }
        long rip = stack.read(0, size);
        int code = (int) stack.read(size, size) & 0xFFFF;
        long flags = stack.read(2L * size, size);
        if ((flags & Rflags.VM) != 0 && cpu.cpl() == 0 && !cpu.isLongMode()) {
            throw NotEmulatedException.virtual8086(instructionRip);
        }
        // In 64-bit mode IRET pops SS and RSP always, and loads them even when CPL stays.
        boolean popsStack = cpu.codeBits() == 64;
        long rsp = popsStack ? stack.read(3L * size, size) : 0;
        int selector = popsStack ? (int) stack.read(4L * size, size) & 0xFFFF : 0;
        FarReturn target = new FarReturn(cpu, code);
        if (popsStack) {
            target.setStack(selector, rsp);
        } else if (target.isOuter()) {
            rsp = stack.read(3L * size, size);
            target.setStack((int) stack.read(4L * size, size) & 0xFFFF, rsp);
        }
        long loaded = loadable(cpu, size);
        boolean staysOnStack = !popsStack && !target.isOuter();
        target.commit(rip);
        if (staysOnStack) {
            stack.release(3L * size);
            stack.commit();
        }
        finish(cpu, flags, loaded);
    }

    private static void iretReal(Cpu cpu, StackView stack, int size) {
        long ip = stack.read(0, size);
        int code = (int) stack.read(size, size) & 0xFFFF;
        long flags = stack.read(2L * size, size);
        FarTransfers.enterReal(cpu, code, ip);
        stack.release(3L * size);
        stack.commit();
        finish(cpu, flags, loadable(cpu, size) & REAL_MODE);
    }

    private static void finish(Cpu cpu, long flags, long loaded) {
        cpu.setRflags(cpu.flags.value() & ~loaded | flags & loaded);
        cpu.emit(new TraceEvent.InterruptReturn(cpu.rip, cpu.segments[SegmentRegister.CS].selector, cpu.flags.value(),
                cpu.gpr[Cpu.RSP], cpu.segments[SegmentRegister.SS].selector));
    }

    /** The flags that may change, judged by the CPL and IOPL before the return. */
    private static long loadable(Cpu cpu, int size) {
        int iopl = (int) (cpu.flags.system() >>> 12) & 3;
        long mask = ALWAYS | (size > 2 ? UPPER : 0) | (cpu.cpl() <= iopl ? Rflags.IF : 0) | (cpu.cpl() == 0 ? RING0
                : 0);
        return size > 2 ? mask : mask & 0xFFFF;
    }
}
