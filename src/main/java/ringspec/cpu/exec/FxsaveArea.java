package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Feature;
import ringspec.cpu.FpuState;
import ringspec.cpu.ProcessorModel;

/**
 * The 512 bytes of FXSAVE, which are the legacy region of XSAVE (SDM vol. 1, 10.5.1 and 13.4.1).
 *
 * <p>Callers check access first ({@code prepareWrite}, {@code prepareRead}): nothing here may fault halfway but a reserved bit
 * in MXCSR.
 */
final class FxsaveArea {

    /** The last 96 bytes are the software's: they are neither written nor read. */
    static final int SIZE = 416;
    /** FXSAVE and FXRSTOR access all of their operand. */
    static final int OPERAND_SIZE = 512;
    /** What is stored as MXCSR_MASK: every bit of MXCSR's lower half may be set. */
    static final int MXCSR_MASK = 0xFFFF;

    private static final int CONTROL = 0;
    private static final int STATUS = 2;
    private static final int TAG = 4;
    private static final int OPCODE = 6;
    private static final int INSTRUCTION_POINTER = 8;
    private static final int CODE_SELECTOR = 12;
    private static final int DATA_POINTER = 16;
    private static final int DATA_SELECTOR = 20;
    private static final int MXCSR = 24;
    private static final int REGISTERS = 32;
    private static final int XMM = 160;
    /** Zen 5 keeps 57 bits of a pointer and extends their sign; with canonical ones it makes no difference. */
    private static final int POINTER_SHIFT = 64 - 57;

    private FxsaveArea() {
    }

    /**
     * Stores the x87 state: control words, error pointers and ST(0) to ST(7).
     *
     * @param wide 64-bit pointers without selectors (REX.W), else 32-bit ones with selectors
     */
    static void saveX87(Cpu cpu, long at, boolean wide) {
        FpuState fpu = cpu.fpu;
        cpu.memory.write16(at + CONTROL, fpu.control);
        cpu.memory.write16(at + STATUS, fpu.status);
        cpu.memory.write16(at + TAG, fpu.tag);
        // AMD offers the pointers to an exception handler only; old models don't even write them for others (APM vol. 2, 11.4.4).
        boolean amd = cpu.model.vendor() == ProcessorModel.Vendor.AMD;
        if (!amd || fpu.isExceptionPending()) {
            savePointers(cpu, at, wide);
        } else if (cpu.model.has(Feature.XSAVEERPTR)) {
            cpu.memory.write16(at + OPCODE, 0);
            cpu.memory.write64(at + INSTRUCTION_POINTER, 0);
            cpu.memory.write64(at + DATA_POINTER, 0);
        }
        for (int i = 0; i < 8; i++) {
            int physical = fpu.physical(i);
            cpu.memory.write64(at + REGISTERS + 16 * i, fpu.significand[physical]);
            cpu.memory.write64(at + REGISTERS + 16 * i + 8, fpu.signExponent[physical]);
        }
    }

    private static void savePointers(Cpu cpu, long at, boolean wide) {
        FpuState fpu = cpu.fpu;
        cpu.memory.write16(at + OPCODE, fpu.opcode);
        if (wide) {
            cpu.memory.write64(at + INSTRUCTION_POINTER, fpu.instructionPointer);
            cpu.memory.write64(at + DATA_POINTER, fpu.dataPointer);
        } else {
            cpu.memory.write32(at + INSTRUCTION_POINTER, (int) fpu.instructionPointer);
            cpu.memory.write32(at + CODE_SELECTOR, fpu.codeSelector);
            cpu.memory.write32(at + DATA_POINTER, (int) fpu.dataPointer);
            cpu.memory.write32(at + DATA_SELECTOR, fpu.dataSelector);
        }
    }

    /** Loads what {@link #saveX87} stores; ES and B follow from the exceptions and masks loaded. */
    static void restoreX87(Cpu cpu, long at, boolean wide) {
        FpuState fpu = cpu.fpu;
        fpu.setControl(cpu.memory.read16(at + CONTROL));
        fpu.setStatus(cpu.memory.read16(at + STATUS));
        fpu.tag = cpu.memory.read8(at + TAG);
        boolean amd = cpu.model.vendor() == ProcessorModel.Vendor.AMD;
        if (!amd || fpu.isExceptionPending() || cpu.model.has(Feature.XSAVEERPTR)) {
            restorePointers(cpu, at, wide);
        }
        for (int i = 0; i < 8; i++) {
            int physical = fpu.physical(i);
            fpu.significand[physical] = cpu.memory.read64(at + REGISTERS + 16 * i);
            fpu.signExponent[physical] = cpu.memory.read16(at + REGISTERS + 16 * i + 8);
        }
    }

    private static void restorePointers(Cpu cpu, long at, boolean wide) {
        FpuState fpu = cpu.fpu;
        fpu.opcode = cpu.memory.read16(at + OPCODE) & 0x7FF;
        boolean selectors = !wide && !cpu.model.has(Feature.FPU_CSDS);
        fpu.codeSelector = selectors ? cpu.memory.read16(at + CODE_SELECTOR) : 0;
        fpu.dataSelector = selectors ? cpu.memory.read16(at + DATA_SELECTOR) : 0;
        if (wide) {
            fpu.instructionPointer = cpu.memory.read64(at + INSTRUCTION_POINTER) << POINTER_SHIFT >> POINTER_SHIFT;
            fpu.dataPointer = cpu.memory.read64(at + DATA_POINTER) << POINTER_SHIFT >> POINTER_SHIFT;
        } else {
            fpu.instructionPointer = cpu.memory.read32(at + INSTRUCTION_POINTER) & 0xFFFF_FFFFL;
            fpu.dataPointer = cpu.memory.read32(at + DATA_POINTER) & 0xFFFF_FFFFL;
        }
    }

    /** Stores MXCSR and MXCSR_MASK. */
    static void saveMxcsr(Cpu cpu, long at) {
        cpu.memory.write32(at + MXCSR, cpu.mxcsr);
        cpu.memory.write32(at + MXCSR + 4, MXCSR_MASK);
    }

    /** Loads MXCSR; #GP(0) if a reserved bit is set. */
    static void restoreMxcsr(Cpu cpu, long at) {
        cpu.mxcsr = checkedMxcsr(cpu.memory.read32(at + MXCSR));
    }

    /** The value if MXCSR may have it, else #GP(0). */
    static int checkedMxcsr(int value) {
        if ((value & ~MXCSR_MASK) != 0) {
            throw Fault.generalProtection();
        }
        return value;
    }

    /** Stores XMM0 to XMM15, in 64-bit mode; else XMM0 to XMM7. */
    static void saveXmm(Cpu cpu, long at) {
        for (int i = 0; i < ExtendedState.vectorHalves(cpu); i++) {
            cpu.memory.write64(at + XMM + 8 * i, cpu.xmm[i]);
        }
    }

    /** Loads XMM0 to XMM15, in 64-bit mode; else XMM0 to XMM7. */
    static void restoreXmm(Cpu cpu, long at) {
        for (int i = 0; i < ExtendedState.vectorHalves(cpu); i++) {
            cpu.xmm[i] = cpu.memory.read64(at + XMM + 8 * i);
        }
    }
}
