package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModel.Vendor;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.trace.TraceEvent;

/** SYSCALL, SYSRET, SYSENTER, SYSEXIT and SWAPGS (SDM vol. 2B; APM vol. 3). */
final class SyscallOperations {

    /** Attributes that SYSCALL and its kin give CS without looking at the GDT, but for the DPL: present, 64-bit, execute/read. */
    private static final int CODE = SegmentRegister.PRESENT | SegmentRegister.CODE_OR_DATA | SegmentRegister.LONG
            | SegmentRegister.GRANULARITY | 0xB;
    /** The same for 32-bit code. */
    private static final int CODE32 = CODE & ~SegmentRegister.LONG | SegmentRegister.DEFAULT_BIG;
    /** The same for SS: present, 32-bit, read/write. */
    private static final int STACK = SegmentRegister.PRESENT | SegmentRegister.CODE_OR_DATA
            | SegmentRegister.DEFAULT_BIG
            | SegmentRegister.GRANULARITY | 0x3;
    private static final long FLAT_LIMIT = 0xFFFF_FFFFL;
    /** The bits of R11 that SYSRET loads: all of RFLAGS but RF, VM and reserved ones. */
    private static final long SYSRET_FLAGS = 0x3C_7FD7;

    private SyscallOperations() {
    }

    static void register(Registry registry) {
        registry.add("SYSCALL", (i, offset) -> SimpleOperation.last(i, offset, cpu -> syscall(cpu, cpu.codePage
                + offset)));
        registry.add("SYSRET", (i, offset) -> SimpleOperation.last(i, offset, cpu -> sysret32(cpu, cpu.codePage
                + offset)));
        registry.add("SYSRETQ", (i, offset) -> SimpleOperation.last(i, offset, cpu -> sysret64(cpu, cpu.codePage
                + offset)));
        registry.add("SYSENTER", (i, offset) -> SimpleOperation.last(i, offset, SyscallOperations::sysenter));
        registry.add("SYSEXIT", (i, offset) -> SimpleOperation.last(i, offset, SyscallOperations::sysexit32));
        registry.add("SYSEXITQ", (i, offset) -> SimpleOperation.last(i, offset, SyscallOperations::sysexit64));
        registry.add("SWAPGS", (i, offset) -> SimpleOperation.last(i, offset, cpu -> swapgs(cpu, cpu.codePage
                + offset)));
    }

    private static void syscall(Cpu cpu, long rip) {
        requireEnabled(cpu);
        long flags = cpu.flags.value() & ~Rflags.RF;
        cpu.emit(new TraceEvent.Syscall(rip, cpu.rip, flags, cpu.gpr[Cpu.RAX], cpu.cr3));
        cpu.gpr[Cpu.RCX] = cpu.rip;
        int selector = (int) (cpu.msrs.star >>> 32);
        if (!cpu.isLongMode()) {
            // AMD in legacy mode: a fixed entry, and only three flags are cleared.
            cpu.rip = cpu.msrs.star & 0xFFFF_FFFFL;
            loadFlat(cpu, CODE32, selector & 0xFFFC, selector + 8 & 0xFFFF, 0);
            cpu.setRflags(flags & ~(Rflags.IF | Rflags.VM));
            return;
        }
        cpu.gpr[11] = flags;
        cpu.rip = cpu.codeBits() == 64 ? cpu.msrs.lstar : cpu.msrs.cstar;
        loadFlat(cpu, CODE, selector & 0xFFFC, selector + 8 & 0xFFFF, 0);
        // After the change of CPL, so that RFLAGS.AC is seen to change in ring 0.
        cpu.setRflags(flags & ~cpu.msrs.sfmask);
    }

    private static void sysret64(Cpu cpu, long rip) {
        requireReturn(cpu);
        long target = cpu.gpr[Cpu.RCX];
        // Intel checks RCX while still in ring 0; AMD lets the next fetch fault in ring 3 (CVE-2012-0217).
        if (cpu.model.vendor() == Vendor.INTEL && !Cpu.isCanonical(target)) {
            throw Fault.generalProtection();
        }
        long flags = cpu.gpr[11] & SYSRET_FLAGS | Rflags.RESERVED_1;
        int selector = (int) (cpu.msrs.star >>> 48);
        int stack = selector + 8 & 0xFFFF;
        cpu.segments[SegmentRegister.CS].load(selector + 16 & 0xFFFF | 3, 0, FLAT_LIMIT, CODE | 3 << 5);
        loadReturnStack(cpu, stack);
        cpu.setCpl(3);
        cpu.setRflags(flags);
        cpu.rip = target;
        cpu.stopBlock = true;
        cpu.emit(new TraceEvent.Sysret(rip, target, flags, cpu.gpr[Cpu.RSP], 64, cpu.cr3));
    }

    /**
     * SYSRET with a 32-bit operand size: to compatibility mode, or in legacy protected mode to 32-bit code. AMD takes the flags from R11
     * in 64-bit mode only, and elsewhere sets IF (APM vol. 3, SYSRET).
     */
    private static void sysret32(Cpu cpu, long rip) {
        requireReturn(cpu);
        boolean from64 = cpu.codeBits() == 64;
        long flags = from64 ? cpu.gpr[11] & SYSRET_FLAGS | Rflags.RESERVED_1 : cpu.flags.value() | Rflags.IF;
        int selector = (int) (cpu.msrs.star >>> 48);
        int stack = selector + 8 & 0xFFFF;
        cpu.segments[SegmentRegister.CS].load(selector | 3, 0, FLAT_LIMIT, CODE32 | 3 << 5);
        loadReturnStack(cpu, stack);
        cpu.setCpl(3);
        cpu.setRflags(flags);
        cpu.rip = cpu.gpr[Cpu.RCX] & 0xFFFF_FFFFL;
        cpu.stopBlock = true;
        cpu.emit(new TraceEvent.Sysret(rip, cpu.rip, flags, cpu.gpr[Cpu.RSP], 32, cpu.cr3));
    }

    private static void loadReturnStack(Cpu cpu, int stack) {
        if (cpu.model.vendor() == Vendor.INTEL) {
            cpu.segments[SegmentRegister.SS].load(stack | 3, 0, FLAT_LIMIT, STACK | 3 << 5);
        } else {
            // AMD changes the selector and nothing else, and doesn't force its RPL (APM vol. 3, SYSRET).
            cpu.segments[SegmentRegister.SS].selector = stack;
        }
    }

    /** Intel has SYSCALL and SYSRET in 64-bit mode only; AMD has them in compatibility and legacy mode, too. */
    private static void requireEnabled(Cpu cpu) {
        boolean hasMode = cpu.codeBits() == 64 || cpu.model.vendor() == Vendor.AMD;
        if ((cpu.efer & ControlRegisters.EFER_SCE) == 0 || !hasMode) {
            throw Fault.undefinedOpcode();
        }
    }

    private static void requireReturn(Cpu cpu) {
        requireEnabled(cpu);
        requireProtected(cpu);
        SystemOperations.requireRing0(cpu);
    }

    private static void sysenter(Cpu cpu) {
        requireSysenter(cpu);
        boolean longMode = cpu.isLongMode();
        int selector = (int) cpu.msrs.sysenterCs & 0xFFFC;
        loadFlat(cpu, longMode ? CODE : CODE32, selector, selector + 8 & 0xFFFF, 0);
        cpu.setSystemFlags(cpu.flags.system() & ~(Rflags.IF | Rflags.VM));
        cpu.gpr[Cpu.RSP] = longMode ? cpu.msrs.sysenterEsp : cpu.msrs.sysenterEsp & 0xFFFF_FFFFL;
        cpu.rip = longMode ? cpu.msrs.sysenterEip : cpu.msrs.sysenterEip & 0xFFFF_FFFFL;
    }

    private static void sysexit64(Cpu cpu) {
        SystemOperations.requireRing0(cpu);
        requireSysenter(cpu);
        long target = cpu.gpr[Cpu.RDX];
        long stack = cpu.gpr[Cpu.RCX];
        if (!Cpu.isCanonical(target) || !Cpu.isCanonical(stack)) {
            throw Fault.generalProtection();
        }
        int selector = (int) cpu.msrs.sysenterCs + 32 & 0xFFFF | 3;
        loadFlat(cpu, CODE, selector, selector + 8 & 0xFFFF, 3);
        cpu.gpr[Cpu.RSP] = stack;
        cpu.rip = target;
    }

    private static void sysexit32(Cpu cpu) {
        SystemOperations.requireRing0(cpu);
        requireSysenter(cpu);
        int selector = (int) cpu.msrs.sysenterCs + 16 & 0xFFFF | 3;
        loadFlat(cpu, CODE32, selector, selector + 8 & 0xFFFF, 3);
        cpu.gpr[Cpu.RSP] = cpu.gpr[Cpu.RCX] & 0xFFFF_FFFFL;
        cpu.rip = cpu.gpr[Cpu.RDX] & 0xFFFF_FFFFL;
    }

    /** AMD has neither instruction in long mode. Real mode has none, nor is there one while IA32_SYSENTER_CS holds a null selector. */
    private static void requireSysenter(Cpu cpu) {
        if (cpu.model.vendor() == Vendor.AMD && cpu.isLongMode()) {
            throw Fault.undefinedOpcode();
        }
        requireProtected(cpu);
        if ((cpu.msrs.sysenterCs & 0xFFFC) == 0) {
            throw Fault.generalProtection();
        }
    }

    private static void requireProtected(Cpu cpu) {
        if (!cpu.isProtected()) {
            throw Fault.generalProtection();
        }
    }

    private static void loadFlat(Cpu cpu, int attributes, int code, int stack, int level) {
        cpu.segments[SegmentRegister.CS].load(code, 0, FLAT_LIMIT, attributes | level << 5);
        cpu.segments[SegmentRegister.SS].load(stack, 0, FLAT_LIMIT, STACK | level << 5);
        cpu.setCpl(level);
        cpu.stopBlock = true;
    }

    private static void swapgs(Cpu cpu, long rip) {
        SystemOperations.requireRing0(cpu);
        SegmentRegister gs = cpu.segments[SegmentRegister.GS];
        long base = gs.base;
        gs.base = cpu.msrs.kernelGsBase;
        cpu.msrs.kernelGsBase = base;
        cpu.emit(new TraceEvent.SwapGs(rip, gs.base, base));
    }
}
