package ringspec.cpu;

import ringspec.memory.MmioBus;
import ringspec.memory.PhysicalMemory;
import ringspec.memory.PortBus;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/**
 * The state of one logical processor. Instruction semantics read and write it; engines advance it.
 *
 * <p>The integer registers are a plain array, indexed by register number, because every instruction touches it.
 */
public final class Cpu {

    public static final int RAX = 0;
    public static final int RCX = 1;
    public static final int RDX = 2;
    public static final int RBX = 3;
    public static final int RSP = 4;
    public static final int RBP = 5;
    public static final int RSI = 6;
    public static final int RDI = 7;

    /** RAX RCX RDX RBX RSP RBP RSI RDI R8..R15, by register number. */
    public final long[] gpr = new long[16];

    /**
     * While an engine runs a block, the address after it for the block's last instruction and unspecified for the others;
     * between instructions, the next instruction. Outside 64-bit mode it is EIP or IP: an offset in the code segment.
     */
    public long rip;

    /**
     * What RIP is at the start of the page that the running code lies in: decoded instructions hold only their offset in it,
     * since the same code may be mapped at several addresses. Outside 64-bit mode, where RIP is an offset in a segment, it may be
     * negative.
     */
    public long codePage;

    /** RFLAGS. Change the system flags only through {@link #setRflags} and {@link #setSystemFlags}. */
    public final Flags flags = new Flags();

    /** ES CS SS DS FS GS LDTR TR, by {@link SegmentRegister} number. */
    public final SegmentRegister[] segments = new SegmentRegister[8];

    public long gdtrBase;
    public int gdtrLimit;
    public long idtrBase;
    public int idtrLimit;

    public long cr0;
    public long cr2;
    public long cr3;
    public long cr4;
    /** The page-directory-pointer-table entries, which MOV to CR3 and others load while PAE paging is in use outside long mode. */
    public final long[] pdptes = new long[4];
    /** CR8, which is the local APIC's TPR[7:4]. */
    public long cr8;

    /** The local APIC's TPR[3:0], which only a write of TPR itself can set: MOV to CR8 clears it (SDM vol. 3A, 12.8.6). */
    public int taskPrioritySubclass;

    public long efer;
    /** XCR0: which state components the XSAVE family handles and which instructions are enabled (SDM vol. 1, 13.3). */
    public long xcr0 = XsaveLayout.X87;
    /** PKRU: access-disable and write-disable bits of the 16 protection keys (SDM vol. 3A, 5.6.2); see {@link #setPkru}. */
    public int pkru;
    public final long[] dr = new long[8];

    /** MSRs that have no field elsewhere. */
    public final Msrs msrs;

    /** XMM0 to XMM15 as pairs of 64-bit halves, low half first. */
    public final long[] xmm = new long[32];

    /** Bits 255:128 of YMM0 to YMM15, likewise: {@code ymmHigh[i]} lies above {@code xmm[i]}'s register. */
    public final long[] ymmHigh = new long[32];

    /** Where a vector instruction collects its result until nothing can fault any more: no architectural state. */
    public final long[] vectorResult = new long[4];
    public int mxcsr = 0x1F80;

    /** The x87 unit, and in it the MMX registers. */
    public final FpuState fpu = new FpuState();

    /** RDRAND and RDSEED. */
    public final RandomSource random = new RandomSource();

    /** Instructions completed, and faults and interrupts delivered, since reset: the machine's virtual time. */
    public long instructions;

    /** Current privilege level, 0 or 3 (1 and 2 are possible, too); change it through {@link #setCpl}. */
    private int cpl;

    /** HLT was executed and no interrupt has come since. */
    public boolean halted;

    /** Bytes of the line that MONITOR watches. */
    public static final int MONITOR_LINE = 64;

    /** Physical address of the line that MONITOR watches; -1 if none is. */
    public long monitored = -1;

    /** {@link #halted} by MWAIT. */
    public boolean inMonitorWait;

    /** MWAIT was told (ECX[0]) that an interrupt ends the wait even if RFLAGS.IF keeps it out. */
    public boolean maskedInterruptEndsWait;

    /** Bits B0 to B3 of DR6 for the data and I/O breakpoints that the running instruction has met, or that MOV SS holds back. */
    public long pendingDebug;

    /** MOV SS or POP SS was the last instruction: no instruction breakpoint, and what it met itself is held back. */
    public boolean debugShadow;

    /** A triple fault shut the processor down. */
    public boolean shutdown;

    /** MOV SS, POP SS or STI was the last instruction: no interrupt (nor, for SS, #DB) before the next one has completed. */
    public boolean interruptShadow;

    /** An NMI is being handled: further ones wait for IRET. */
    public boolean nmiBlocked;

    /** An NMI is requested. */
    public boolean nmiPending;

    /**
     * Tells the engine to leave its block after the current instruction: set when code was overwritten or an event came up.
     */
    public boolean stopBlock;

    /** Something outside the processor asks the engine to return before the next instruction; set with {@link #stopBlock}. */
    public boolean stopRequested;

    /** Linear memory as instructions see it. */
    public final LinearMemory memory;

    public final ProcessorModel model;
    public final PhysicalMemory ram;
    public final PortBus ports;
    public final Trace trace;

    /** What answers at physical addresses outside RAM. */
    public MmioBus mmio = MmioBus.NOTHING;

    /** INTR; null if nothing is connected. */
    public InterruptSource interrupts;

    /** VMCALL; null if there is no hypervisor. */
    public HypercallHandler hypercalls;

    /**
     * @param model what CPUID shows and where vendors differ
     * @param ram physical memory
     * @param ports port space
     * @param trace where events go
     */
    public Cpu(ProcessorModel model, PhysicalMemory ram, PortBus ports, Trace trace) {
        this.model = model;
        this.ram = ram;
        this.ports = ports;
        this.trace = trace;
        for (int i = 0; i < segments.length; i++) {
            segments[i] = new SegmentRegister();
        }
        this.msrs = new Msrs();
        this.memory = new LinearMemory(this);
    }

    /** Current privilege level. */
    public int cpl() {
        return cpl;
    }

    /** Changes the privilege level, and with it what memory accesses are allowed. */
    public void setCpl(int level) {
        cpl = level;
        memory.contextChanged();
    }

    /** Changes PKRU, and with it what accesses to user pages are allowed. */
    public void setPkru(int value) {
        pkru = value;
        memory.contextChanged();
    }

    /** Replaces all of RFLAGS, reserved bits forced to their values. */
    public void setRflags(long value) {
        boolean before = flags.has(Rflags.AC);
        flags.setValue(value);
        afterFlagChange(before);
    }

    /** Replaces the non-arithmetic flags and leaves CF PF AF ZF SF OF. */
    public void setSystemFlags(long value) {
        boolean before = flags.has(Rflags.AC);
        flags.setSystem(value);
        afterFlagChange(before);
    }

    private void afterFlagChange(boolean acBefore) {
        boolean ac = flags.has(Rflags.AC);
        if (ac != acBefore) {
            memory.contextChanged();
            if (cpl == 0) {
                emit(new TraceEvent.AccessCheckFlag(rip, ac));
            }
        }
        // IF or TF may have been set: the engine must look again before the next instruction.
        stopBlock = true;
    }

    /** What MWAIT waited for has come; also disarms the monitor if MWAIT wasn't there yet. */
    public void endMonitorWait() {
        monitored = -1;
        if (inMonitorWait) {
            inMonitorWait = false;
            maskedInterruptEndsWait = false;
            halted = false;
        }
    }

    /** Records an event at the current virtual time. */
    public void emit(TraceEvent event) {
        trace.emit(instructions, event);
    }

    /**
     * Takes over another processor's whole architectural state, TLB included. What the processors are connected to (RAM,
     * ports, trace, interrupt source, hypercall handler) stays; this one's RAM must be a fork of the other's.
     */
    public void copyStateFrom(Cpu other) {
        System.arraycopy(other.gpr, 0, gpr, 0, gpr.length);
        System.arraycopy(other.xmm, 0, xmm, 0, xmm.length);
        System.arraycopy(other.ymmHigh, 0, ymmHigh, 0, ymmHigh.length);
        System.arraycopy(other.dr, 0, dr, 0, dr.length);
        fpu.copyFrom(other.fpu);
        System.arraycopy(other.pdptes, 0, pdptes, 0, pdptes.length);
        for (int i = 0; i < segments.length; i++) {
            segments[i].copyFrom(other.segments[i]);
        }
        flags.copyFrom(other.flags);
        random.copyFrom(other.random);
        msrs.copyFrom(other.msrs);
        rip = other.rip;
        codePage = other.codePage;
        gdtrBase = other.gdtrBase;
        gdtrLimit = other.gdtrLimit;
        idtrBase = other.idtrBase;
        idtrLimit = other.idtrLimit;
        cr0 = other.cr0;
        cr2 = other.cr2;
        cr3 = other.cr3;
        cr4 = other.cr4;
        cr8 = other.cr8;
        taskPrioritySubclass = other.taskPrioritySubclass;
        efer = other.efer;
        xcr0 = other.xcr0;
        pkru = other.pkru;
        mxcsr = other.mxcsr;
        instructions = other.instructions;
        cpl = other.cpl;
        halted = other.halted;
        monitored = other.monitored;
        inMonitorWait = other.inMonitorWait;
        maskedInterruptEndsWait = other.maskedInterruptEndsWait;
        pendingDebug = other.pendingDebug;
        debugShadow = other.debugShadow;
        shutdown = other.shutdown;
        interruptShadow = other.interruptShadow;
        nmiBlocked = other.nmiBlocked;
        nmiPending = other.nmiPending;
        stopBlock = true;
        memory.copyFrom(other.memory);
    }

    /** True in protected mode, long mode included; false in real mode (CR0.PE). */
    public boolean isProtected() {
        return (cr0 & ControlRegisters.CR0_PE) != 0;
    }

    /** True in long mode, which is 64-bit mode or compatibility mode (EFER.LMA). */
    public boolean isLongMode() {
        return (efer & ControlRegisters.EFER_LMA) != 0;
    }

    /** How the code at CS is decoded: 64 in 64-bit mode, else 32 or 16 by CS.D. */
    public int codeBits() {
        int attributes = segments[SegmentRegister.CS].attributes;
        if ((attributes & SegmentRegister.LONG) != 0 && isLongMode()) {
            return 64;
        }
        return (attributes & SegmentRegister.DEFAULT_BIG) != 0 ? 32 : 16;
    }

    /** Linear address of the next instruction: {@link #rip}, and outside 64-bit mode the base of CS added to it. */
    public long linearRip() {
        return codeBits() == 64 ? rip : segments[SegmentRegister.CS].base + rip & 0xFFFF_FFFFL;
    }

    /** True if the address is canonical for 48-bit linear addresses. */
    public static boolean isCanonical(long linear) {
        return linear << 16 >> 16 == linear;
    }
}
