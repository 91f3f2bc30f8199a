package ringspec.silicon;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.FpuState;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.Vector;
import ringspec.cpu.XsaveLayout;
import ringspec.engine.Interpreter;
import ringspec.memory.PhysicalMemory;
import ringspec.memory.PortBus;
import ringspec.paging.PageTableEntry;
import ringspec.trace.Trace;

/**
 * Runs cases on the emulated processor, in ring 3 with Linux' segments and control registers and the pages of {@link Layout}, until the
 * first exception has been delivered through an IDT.
 */
final class EmulatedProcessor {

    private static final int KERNEL_CODE = 0x10;
    private static final int TSS = 0x40;
    /** One supervisor page of 2 MiB, which holds all of physical memory. */
    private static final long KERNEL = 0xFFFF_8000_0000_0000L;
    private static final long PML4 = 0x1000;
    private static final long GDT = 0x8000;
    private static final long IDT = 0x9000;
    private static final long TSS_BASE = 0xA000;
    private static final long HANDLER = 0xB000;
    private static final long KERNEL_STACK = 0xF000;
    private static final long CODE_FRAMES = 0x1_0000;
    private static final long DATA_FRAMES = 0x2_0000;
    private static final long FIRST_TABLE = 0x4_0000;
    private static final int RAM = 0x20_0000;

    private static final long RIGHTS = PageTableEntry.P | PageTableEntry.RW | PageTableEntry.US;
    private static final long TOUCHED = PageTableEntry.P | PageTableEntry.US | PageTableEntry.A | PageTableEntry.D;

    private static final int CODE64_ATTRIBUTES = 0xA0FB;
    private static final int DATA_ATTRIBUTES = 0xC0F3;
    /** A repeated string instruction is one step for each iteration. */
    private static final int MAX_STEPS = 100_000;
    /** The trace keeps its events: a new processor from time to time bounds them. */
    private static final int CASES_PER_PROCESSOR = 20_000;

    private static final PortBus NO_PORTS = new PortBus() {
        @Override
        public int read(int port, int size) {
            throw new AssertionError("port " + port + " was read in ring 3");
        }

        @Override
        public void write(int port, int size, int value) {
            throw new AssertionError("port " + port + " was written in ring 3");
        }
    };

    private final ProcessorModel model;
    private final byte[] fill = new byte[Layout.CODE_SIZE];
    private PhysicalMemory ram;
    private Cpu cpu;
    private Interpreter engine;
    private long nextTable;
    private int cases;
    private int codeFrom;
    private int codeLength;

    EmulatedProcessor(ProcessorModel model) {
        this.model = model;
        java.util.Arrays.fill(fill, (byte) 0xCC);
    }

    private void build() {
        ram = new PhysicalMemory(RAM);
        cpu = new Cpu(model, ram, NO_PORTS, new Trace());
        engine = new Interpreter();
        nextTable = FIRST_TABLE;
        for (int offset = 0; offset < Layout.CODE_SIZE; offset += Layout.PAGE) {
            map(Layout.CODE + offset, CODE_FRAMES + offset | TOUCHED);
        }
        for (int offset = 0; offset < Layout.DATA_SIZE; offset += Layout.PAGE) {
            long writable = offset < Layout.WRITABLE_SIZE ? PageTableEntry.RW : 0;
            map(Layout.DATA + offset, DATA_FRAMES + offset | TOUCHED | writable | PageTableEntry.NX);
        }
        ram.write64(entry(KERNEL, 2), PageTableEntry.P | PageTableEntry.RW | PageTableEntry.PS | PageTableEntry.A
                | PageTableEntry.D);
        ProcessorReset.longMode(cpu, PML4, 0, 0);
        cpu.xcr0 = XsaveLayout.X87 | XsaveLayout.SSE | XsaveLayout.AVX;
        cpu.cr0 |= ControlRegisters.CR0_AM;
        cpu.cr4 = model.supportedCr4() & ~(ControlRegisters.CR4_TSD | ControlRegisters.CR4_PCE
                | ControlRegisters.CR4_PCIDE | ControlRegisters.CR4_LA57 | ControlRegisters.CR4_VMXE
                | ControlRegisters.CR4_PKE);
        cpu.efer |= ControlRegisters.EFER_SCE;
        tables();
        ram.write(CODE_FRAMES, fill, 0, fill.length);
        codeLength = 0;
        cpu.memory.flushAll();
    }

    private void map(long linear, long value) {
        ram.write64(entry(linear, 1), value);
    }

    /** Physical address of the paging entry at a level, making the tables above it. */
    private long entry(long linear, int level) {
        long table = PML4;
        for (int l = 4; l > level; l--) {
            long address = table + 8L * PageTableEntry.index(linear, l);
            if (ram.read64(address) == 0) {
                ram.write64(address, nextTable | RIGHTS | PageTableEntry.A);
                nextTable += Layout.PAGE;
            }
            table = ram.read64(address) & PageTableEntry.ADDRESS;
        }
        return table + 8L * PageTableEntry.index(linear, level);
    }

    /** Linux' GDT (arch/x86/kernel/cpu/common.c) and an IDT with a gate to HLT for every vector, 3 and 4 open to ring 3. */
    private void tables() {
        long[] gdt = {0, 0x00CF_9B00_0000_FFFFL, 0x00AF_9B00_0000_FFFFL, 0x00CF_9300_0000_FFFFL,
                0x00CF_FB00_0000_FFFFL, 0x00CF_F300_0000_FFFFL, 0x00AF_FB00_0000_FFFFL};
        for (int i = 0; i < gdt.length; i++) {
            ram.write64(GDT + 8 * i, gdt[i]);
        }
        long base = KERNEL + TSS_BASE;
        ram.write64(GDT + TSS, 0x67 | (base & 0xFF_FFFF) << 16 | 0x8BL << 40 | (base >>> 24 & 0xFF) << 56);
        ram.write64(GDT + TSS + 8, base >>> 32);
        long handler = KERNEL + HANDLER;
        for (int vector = 0; vector < 256; vector++) {
            // Each vector's handler is a byte of its own, so that RIP tells which one was entered.
            long target = handler + vector;
            long attributes = vector == Vector.BP || vector == 4 ? 0xEE : 0x8E;
            ram.write64(IDT + 16 * vector, target & 0xFFFF | (long) KERNEL_CODE << 16 | attributes << 40
                    | (target >>> 16 & 0xFFFF) << 48);
            ram.write64(IDT + 16 * vector + 8, target >>> 32);
        }
        ram.write64(TSS_BASE + 4, KERNEL + KERNEL_STACK);
        ram.write8(TSS_BASE + 0x66, 0x68);
        cpu.gdtrBase = KERNEL + GDT;
        cpu.gdtrLimit = 0x7F;
        cpu.idtrBase = KERNEL + IDT;
        cpu.idtrLimit = 0xFFF;
        cpu.segments[SegmentRegister.TR].load(TSS, base, 0x67, 0x8B);
    }

    /**
     * Runs from the RIP of {@code before} until the first exception.
     *
     * @param bytes what lies at that RIP in the code pages; INT3 is everywhere else
     * @param after what came out
     * @throws IllegalStateException if the emulator itself fails, with what it threw as the cause
     */
    void run(State before, byte[] bytes, State after) {
        if (cases++ % CASES_PER_PROCESSOR == 0) {
            build();
        }
        ram.write(CODE_FRAMES + codeFrom, fill, 0, codeLength);
        codeFrom = (int) (before.rip - Layout.CODE);
        codeLength = Math.min(bytes.length, Layout.CODE_SIZE - codeFrom);
        ram.write(CODE_FRAMES + codeFrom, bytes, 0, codeLength);
        ram.write(DATA_FRAMES, before.memory, 0, Layout.DATA_SIZE);
        load(before);
        try {
            int steps = 0;
            while (cpu.cpl() == 3) {
                engine.step(cpu);
                if (++steps > MAX_STEPS || cpu.shutdown || cpu.halted) {
                    throw new IllegalStateException("no exception after " + steps + " steps");
                }
            }
        } catch (RuntimeException | AssertionError e) {
            cases = 0;
            throw new IllegalStateException("the emulator failed", e);
        }
        save(after);
    }

    private void load(State state) {
        cpu.segments[SegmentRegister.CS].load(Layout.USER_CODE, 0, 0xFFFF_FFFFL, CODE64_ATTRIBUTES);
        cpu.segments[SegmentRegister.SS].load(Layout.USER_DATA, 0, 0xFFFF_FFFFL, DATA_ATTRIBUTES);
        cpu.segments[SegmentRegister.DS].load(0, 0, 0, 0);
        cpu.segments[SegmentRegister.ES].load(0, 0, 0, 0);
        cpu.segments[SegmentRegister.FS].load(0, state.fsBase, 0, 0);
        cpu.segments[SegmentRegister.GS].load(0, state.gsBase, 0, 0);
        System.arraycopy(state.gpr, 0, cpu.gpr, 0, 16);
        System.arraycopy(state.xmm, 0, cpu.xmm, 0, 32);
        System.arraycopy(state.ymmHigh, 0, cpu.ymmHigh, 0, 32);
        cpu.mxcsr = state.mxcsr;
        loadFpu(state, cpu.fpu);
        cpu.rip = state.rip;
        cpu.cr2 = 0;
        cpu.halted = false;
        cpu.shutdown = false;
        cpu.interruptShadow = false;
        cpu.setCpl(3);
        cpu.setRflags(state.rflags);
    }

    private static void loadFpu(State state, FpuState fpu) {
        fpu.control = state.fpuControl;
        fpu.status = state.fpuStatus;
        fpu.tag = state.fpuTag;
        fpu.opcode = state.fpuOpcode;
        fpu.instructionPointer = state.fpuInstruction;
        fpu.codeSelector = 0;
        fpu.dataPointer = state.fpuOperand;
        fpu.dataSelector = 0;
        for (int i = 0; i < 8; i++) {
            int physical = fpu.physical(i);
            fpu.significand[physical] = state.fpu[2 * i];
            fpu.signExponent[physical] = (int) state.fpu[2 * i + 1];
        }
    }

    private static void saveFpu(FpuState fpu, State state) {
        state.fpuControl = fpu.control;
        state.fpuStatus = fpu.status;
        state.fpuTag = fpu.tag;
        state.fpuOpcode = fpu.opcode;
        state.fpuInstruction = fpu.instructionPointer;
        state.fpuOperand = fpu.dataPointer;
        for (int i = 0; i < 8; i++) {
            int physical = fpu.physical(i);
            state.fpu[2 * i] = fpu.significand[physical];
            state.fpu[2 * i + 1] = fpu.signExponent[physical];
        }
    }

    private void save(State state) {
        int vector = (int) (cpu.rip - KERNEL - HANDLER);
        long frame = cpu.gpr[Cpu.RSP] - KERNEL;
        boolean hasCode = Vector.hasErrorCode(vector);
        state.vector = vector;
        state.errorCode = hasCode ? ram.read64(frame) : 0;
        frame += hasCode ? 8 : 0;
        state.faultAddress = vector == Vector.PF ? cpu.cr2 : 0;
        if (vector == Vector.PF && Long.compareUnsigned(cpu.cr2, Layout.TASK_SIZE) >= 0) {
            // Linux hides whether the kernel's part of the address space is mapped.
            state.errorCode |= 1;
        }
        System.arraycopy(cpu.gpr, 0, state.gpr, 0, 16);
        state.rip = ram.read64(frame);
        state.rflags = ram.read64(frame + 16);
        state.gpr[Cpu.RSP] = ram.read64(frame + 24);
        state.selectors[0] = cpu.segments[SegmentRegister.ES].selector;
        state.selectors[1] = (int) ram.read64(frame + 8);
        state.selectors[2] = (int) ram.read64(frame + 32);
        state.selectors[3] = cpu.segments[SegmentRegister.DS].selector;
        state.selectors[4] = cpu.segments[SegmentRegister.FS].selector;
        state.selectors[5] = cpu.segments[SegmentRegister.GS].selector;
        state.fsBase = cpu.segments[SegmentRegister.FS].base;
        state.gsBase = cpu.segments[SegmentRegister.GS].base;
        System.arraycopy(cpu.xmm, 0, state.xmm, 0, 32);
        System.arraycopy(cpu.ymmHigh, 0, state.ymmHigh, 0, 32);
        state.mxcsr = cpu.mxcsr;
        saveFpu(cpu.fpu, state);
        for (int offset = 0; offset < Layout.DATA_SIZE; offset += Layout.PAGE) {
            byte[] page = ram.frame((int) (DATA_FRAMES + offset) / Layout.PAGE).bytes;
            System.arraycopy(page, 0, state.memory, offset, Layout.PAGE);
        }
    }
}
