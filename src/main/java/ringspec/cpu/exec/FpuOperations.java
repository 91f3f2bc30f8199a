package ringspec.cpu.exec;

import java.util.function.ToIntFunction;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;

/** MXCSR, FXSAVE and FXRSTOR, and the control instructions of the x87 (SDM vol. 1, 8.1 and 10.5; vol. 2A). */
final class FpuOperations {

    /** What FXSAVE shows as MXCSR_MASK: every bit of MXCSR's lower half may be set. */
    private static final int MXCSR_MASK = 0xFFFF;
    /** Offsets in the FXSAVE area. */
    private static final int CONTROL = 0;
    private static final int STATUS = 2;
    private static final int TAG = 4;
    private static final int OPCODE = 6;
    private static final int INSTRUCTION_POINTER = 8;
    private static final int DATA_POINTER = 16;
    private static final int MXCSR = 24;
    private static final int REGISTERS = 32;
    private static final int XMM = 160;
    private static final int RESERVED = 416;

    /** x87 control word bits that exist; bit 6 is always 1. */
    private static final int CONTROL_MASK = 0x1F3F;
    private static final int CONTROL_ONES = 0x40;
    private static final int CONTROL_AT_RESET = 0x37F;
    private static final int STATUS_EXCEPTIONS = 0x80FF;

    private FpuOperations() {
    }

    static void register(Registry registry) {
        registry.add("LDMXCSR", FpuOperations::ldmxcsr);
        registry.add("STMXCSR", FpuOperations::stmxcsr);
        registry.add("FXSAVE", FpuOperations::fxsave);
        registry.add("FXSAVE64", FpuOperations::fxsave);
        registry.add("FXRSTOR", FpuOperations::fxrstor);
        registry.add("FXRSTOR64", FpuOperations::fxrstor);
        registry.add("FNINIT", (i, offset) -> control(i, offset, FpuOperations::initialize));
        registry.add("FNCLEX", (i, offset) -> control(i, offset, cpu -> cpu.fpuStatus &= ~STATUS_EXCEPTIONS));
        registry.add("FWAIT", (i, offset) -> SimpleOperation.of(i, offset, FpuOperations::fwait));
        registry.add("FLDCW", FpuOperations::fldcw);
        registry.add("FNSTCW", (i, offset) -> storeWord(i, offset, cpu -> cpu.fpuControl));
        registry.add("FNSTSW", (i, offset) -> storeWord(i, offset, cpu -> cpu.fpuStatus));
    }

    private static Operation ldmxcsr(Instruction instruction, int offset) {
        Location source = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            cpu.mxcsr = checkedMxcsr((int) source.read(cpu));
        });
    }

    private static Operation stmxcsr(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            target.write(cpu, cpu.mxcsr);
        });
    }

    private static int checkedMxcsr(int value) {
        if ((value & ~MXCSR_MASK) != 0) {
            throw Fault.generalProtection();
        }
        return value;
    }

    private static Operation fxsave(Instruction instruction, int offset) {
        XmmOperand area = XmmOperand.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            requireFpu(cpu);
            long at = area.aligned(cpu);
            // The last 96 bytes are the software's: they are neither written nor read.
            cpu.memory.prepareWrite(at, RESERVED);
            cpu.memory.write16(at + CONTROL, cpu.fpuControl);
            cpu.memory.write16(at + STATUS, cpu.fpuStatus);
            cpu.memory.write16(at + TAG, cpu.fpuTag & 0xFF);
            cpu.memory.write16(at + OPCODE, 0);
            cpu.memory.write64(at + INSTRUCTION_POINTER, 0);
            cpu.memory.write64(at + DATA_POINTER, 0);
            cpu.memory.write32(at + MXCSR, cpu.mxcsr);
            cpu.memory.write32(at + MXCSR + 4, MXCSR_MASK);
            for (int i = 0; i < 16; i++) {
                cpu.memory.write64(at + REGISTERS + 8 * i, cpu.fpuRegisters[i]);
            }
            for (int i = 0; i < 32; i++) {
                cpu.memory.write64(at + XMM + 8 * i, cpu.xmm[i]);
            }
        });
    }

    private static Operation fxrstor(Instruction instruction, int offset) {
        XmmOperand area = XmmOperand.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            requireFpu(cpu);
            long at = area.aligned(cpu);
            cpu.memory.prepareRead(at, RESERVED);
            cpu.mxcsr = checkedMxcsr(cpu.memory.read32(at + MXCSR));
            cpu.fpuControl = cpu.memory.read16(at + CONTROL) & CONTROL_MASK | CONTROL_ONES;
            cpu.fpuStatus = cpu.memory.read16(at + STATUS) & 0xFFFF;
            cpu.fpuTag = cpu.memory.read16(at + TAG) & 0xFF;
            for (int i = 0; i < 16; i++) {
                // A register has 80 bits; the rest of its 16 bytes is reserved.
                long mask = (i & 1) == 0 ? -1 : 0xFFFF;
                cpu.fpuRegisters[i] = cpu.memory.read64(at + REGISTERS + 8 * i) & mask;
            }
            for (int i = 0; i < 32; i++) {
                cpu.xmm[i] = cpu.memory.read64(at + XMM + 8 * i);
            }
        });
    }

    private static void initialize(Cpu cpu) {
        cpu.fpuControl = CONTROL_AT_RESET;
        cpu.fpuStatus = 0;
        cpu.fpuTag = 0;
    }

    private static Operation fldcw(Instruction instruction, int offset) {
        Location source = Location.of(instruction, 0, offset);
        return control(instruction, offset,
                cpu -> cpu.fpuControl = (int) source.read(cpu) & CONTROL_MASK | CONTROL_ONES);
    }

    private static Operation storeWord(Instruction instruction, int offset, ToIntFunction<Cpu> word) {
        Location target = Location.of(instruction, 0, offset);
        return control(instruction, offset, cpu -> target.write(cpu, word.applyAsInt(cpu)));
    }

    private static Operation control(Instruction instruction, int offset, SimpleOperation.Body body) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            requireFpu(cpu);
            body.execute(cpu);
        });
    }

    /** x87 instructions, FXSAVE and FXRSTOR: #NM with CR0.EM or CR0.TS set. */
    private static void requireFpu(Cpu cpu) {
        if ((cpu.cr0 & (ControlRegisters.CR0_EM | ControlRegisters.CR0_TS)) != 0) {
            throw Fault.of(Vector.NM);
        }
    }

    /** FWAIT looks at TS only if MP is set, and reports a pending unmasked x87 exception. */
    private static void fwait(Cpu cpu) {
        if ((cpu.cr0 & ControlRegisters.CR0_MP) != 0 && (cpu.cr0 & ControlRegisters.CR0_TS) != 0) {
            throw Fault.of(Vector.NM);
        }
        if ((cpu.fpuStatus & ~cpu.fpuControl & 0x3F) != 0) {
            throw Fault.of(Vector.MF);
        }
    }
}
