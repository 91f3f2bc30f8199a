package ringspec.cpu;

import java.util.Arrays;

/** Puts a processor into a known state. */
public final class ProcessorReset {

    /** CS selector after {@link #longMode} and {@link #protectedMode}: a flat code segment of ring 0. */
    public static final int BOOT_CODE = 0x08;
    /** SS, DS and ES selector after these: a flat data segment of ring 0. */
    public static final int BOOT_DATA = 0x10;

    private static final int ACCESSED_CODE = 0xB;
    private static final int ACCESSED_DATA = 0x3;
    private static final int FLAT = SegmentRegister.PRESENT | SegmentRegister.CODE_OR_DATA
            | SegmentRegister.GRANULARITY;

    private ProcessorReset() {
    }

    /**
     * The state in which a 64-bit boot loader hands over: ring 0, 64-bit mode, flat segments in the hidden parts, interrupts off,
     * general registers 0, x87 and SSE at reset, descriptor tables empty. The guest loads its GDT, IDT and TSS itself; until it
     * does, any exception shuts the processor down.
     *
     * @param cr3 physical address of a PML4 that maps {@code rip}
     * @param rip first instruction
     * @param rsp initial stack pointer
     */
    public static void longMode(Cpu cpu, long cr3, long rip, long rsp) {
        common(cpu);
        cpu.cr0 = ControlRegisters.CR0_PE | ControlRegisters.CR0_MP | ControlRegisters.CR0_ET | ControlRegisters.CR0_NE
                | ControlRegisters.CR0_WP | ControlRegisters.CR0_PG;
        cpu.cr3 = cr3;
        cpu.cr4 = ControlRegisters.CR4_PAE | ControlRegisters.CR4_OSFXSR | ControlRegisters.CR4_OSXMMEXCPT;
        cpu.efer = ControlRegisters.EFER_LME | ControlRegisters.EFER_LMA
                | cpu.model.supportedEfer() & ControlRegisters.EFER_NXE;
        resetSegments(cpu, SegmentRegister.LONG);
        cpu.gpr[Cpu.RSP] = rsp;
        start(cpu, rip);
    }

    /**
     * The state in which a 32-bit boot loader hands over (Multiboot 0.6.96, 3.2): ring 0 of protected mode without paging, flat 32-bit
     * segments in the hidden parts, interrupts off, general registers 0, x87 and SSE at reset, descriptor tables empty.
     *
     * @param eip first instruction
     */
    public static void protectedMode(Cpu cpu, long eip) {
        common(cpu);
        cpu.cr0 = ControlRegisters.CR0_PE | ControlRegisters.CR0_ET;
        resetSegments(cpu, SegmentRegister.DEFAULT_BIG);
        cpu.segments[SegmentRegister.FS].copyFrom(cpu.segments[SegmentRegister.DS]);
        cpu.segments[SegmentRegister.GS].copyFrom(cpu.segments[SegmentRegister.DS]);
        start(cpu, eip);
    }

    /**
     * The state after a hardware reset (SDM vol. 3A, 11.1.1): real mode, with CS:IP such that the first instruction is fetched 16 bytes
     * below 4 GBytes, and an interrupt vector table at address 0. Where there is no firmware, load CS and IP before the processor runs.
     */
    public static void realMode(Cpu cpu) {
        common(cpu);
        cpu.cr0 = ControlRegisters.CR0_ET | ControlRegisters.CR0_NW | ControlRegisters.CR0_CD;
        int data = SegmentRegister.PRESENT | SegmentRegister.CODE_OR_DATA | ACCESSED_DATA;
        for (int i = SegmentRegister.ES; i <= SegmentRegister.GS; i++) {
            cpu.segments[i].load(0, 0, 0xFFFF, data);
        }
        cpu.segments[SegmentRegister.CS].load(0xF000, 0xFFFF_0000L, 0xFFFF, data);
        cpu.segments[SegmentRegister.LDTR].load(0, 0, 0xFFFF, SegmentRegister.PRESENT | Descriptor.LDT);
        cpu.segments[SegmentRegister.TR].load(0, 0, 0xFFFF, SegmentRegister.PRESENT | Descriptor.TSS_BUSY);
        cpu.gdtrLimit = 0xFFFF;
        cpu.idtrLimit = 0xFFFF;
        start(cpu, 0xFFF0);
    }

    private static void start(Cpu cpu, long rip) {
        cpu.rip = rip;
        cpu.setCpl(0);
        cpu.setRflags(Rflags.RESERVED_1);
        cpu.memory.flushAll();
    }

    private static void common(Cpu cpu) {
        Arrays.fill(cpu.gpr, 0);
        Arrays.fill(cpu.dr, 0);
        Arrays.fill(cpu.pdptes, 0);
        cpu.dr[6] = 0xFFFF_0FF0L;
        cpu.dr[7] = 0x400;
        cpu.cr2 = 0;
        cpu.cr3 = 0;
        cpu.cr4 = 0;
        cpu.cr8 = 0;
        cpu.taskPrioritySubclass = 0;
        cpu.xcr0 = XsaveLayout.X87;
        cpu.pkru = 0;
        cpu.efer = 0;
        resetFpu(cpu);
        cpu.gdtrBase = 0;
        cpu.gdtrLimit = 0;
        cpu.idtrBase = 0;
        cpu.idtrLimit = 0;
        cpu.halted = false;
        cpu.monitored = -1;
        cpu.inMonitorWait = false;
        cpu.maskedInterruptEndsWait = false;
        cpu.pendingDebug = 0;
        cpu.debugShadow = false;
        cpu.shutdown = false;
        cpu.interruptShadow = false;
        cpu.nmiBlocked = false;
        cpu.nmiPending = false;
    }

    private static void resetSegments(Cpu cpu, int codeAttributes) {
        for (SegmentRegister segment : cpu.segments) {
            segment.load(0, 0, 0, 0);
        }
        int data = FLAT | SegmentRegister.DEFAULT_BIG | ACCESSED_DATA;
        cpu.segments[SegmentRegister.CS].load(BOOT_CODE, 0, 0xFFFF_FFFFL, FLAT | codeAttributes | ACCESSED_CODE);
        cpu.segments[SegmentRegister.SS].load(BOOT_DATA, 0, 0xFFFF_FFFFL, data);
        cpu.segments[SegmentRegister.DS].load(BOOT_DATA, 0, 0xFFFF_FFFFL, data);
        cpu.segments[SegmentRegister.ES].load(BOOT_DATA, 0, 0xFFFF_FFFFL, data);
        cpu.segments[SegmentRegister.TR].load(0, 0, 0xFFFF, SegmentRegister.PRESENT | Descriptor.TSS_BUSY);
    }

    private static void resetFpu(Cpu cpu) {
        Arrays.fill(cpu.xmm, 0);
        Arrays.fill(cpu.ymmHigh, 0);
        cpu.mxcsr = 0x1F80;
        cpu.fpu.reset();
    }
}
