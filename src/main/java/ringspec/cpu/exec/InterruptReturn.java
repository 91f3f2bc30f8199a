package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.trace.TraceEvent;

/** IRET (SDM vol. 2A). */
final class InterruptReturn {

    /** Flags that IRET loads at any CPL and operand size. */
    private static final long ALWAYS = Rflags.ARITHMETIC | Rflags.TF | Rflags.DF | Rflags.NT;
    /** Flags above bit 15 that it loads at any CPL. */
    private static final long UPPER = Rflags.RF | Rflags.AC | Rflags.ID;
    /** Flags that it loads in ring 0 only; VM can't be set in long mode. */
    private static final long RING0 = Rflags.IOPL | Rflags.VIF | Rflags.VIP;

    private InterruptReturn() {
    }

    static void register(Registry registry) {
        registry.add("IRET", InterruptReturn::bindReturn);
        registry.add("IRETD", InterruptReturn::bindReturn);
        registry.add("IRETQ", InterruptReturn::bindReturn);
    }

    private static Operation bindReturn(Instruction instruction, int offset) {
        int size = instruction.operandSize() / 8;
        String name = instruction.mnemonic();
        return SimpleOperation.last(instruction, offset, cpu -> iret(cpu, size, cpu.codePage + offset, name));
    }

    /** In 64-bit mode IRET pops SS and RSP always, and loads them even when CPL stays. */
    private static void iret(Cpu cpu, int size, long instructionRip, String name) {
        // NMIs are unblocked even if the instruction faults (SDM vol. 3A, 6.7.1).
        cpu.nmiBlocked = false;
        if (cpu.flags.has(Rflags.NT)) {
            throw Fault.generalProtection();
        }
        long top = cpu.gpr[Cpu.RSP];
        long rip = SystemStack.read(cpu, top, size);
        int code = (int) SystemStack.read(cpu, top + size, size) & 0xFFFF;
        long flags = SystemStack.read(cpu, top + 2L * size, size);
        long rsp = SystemStack.read(cpu, top + 3L * size, size);
        int stack = (int) SystemStack.read(cpu, top + 4L * size, size) & 0xFFFF;
        FarReturn target = new FarReturn(cpu, code, instructionRip, name);
        target.checkStack(stack);
        long loaded = loadable(cpu, size);
        target.commit(rip);
        cpu.gpr[Cpu.RSP] = rsp;
        cpu.setRflags(cpu.flags.value() & ~loaded | flags & loaded);
        cpu.emit(new TraceEvent.InterruptReturn(rip, cpu.segments[SegmentRegister.CS].selector, cpu.flags.value(), rsp,
                cpu.segments[SegmentRegister.SS].selector));
    }

    /** The flags that may change, judged by the CPL and IOPL before the return. */
    private static long loadable(Cpu cpu, int size) {
        int iopl = (int) (cpu.flags.system() >>> 12) & 3;
        long mask = ALWAYS | (size > 2 ? UPPER : 0) | (cpu.cpl() <= iopl ? Rflags.IF : 0) | (cpu.cpl() == 0 ? RING0
                : 0);
        return size > 2 ? mask : mask & 0xFFFF;
    }
}
