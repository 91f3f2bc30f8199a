package ringspec.cpu.exec;

import java.util.function.ToIntFunction;
import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/** MXCSR, FXSAVE and FXRSTOR, and the control instructions of the x87 (SDM vol. 1, 8.1 and 10.5; vol. 2A). */
final class FpuOperations {

    private FpuOperations() {
    }

    static void register(Registry registry) {
        LaneOperation.both(registry, "LDMXCSR", FpuOperations::ldmxcsr);
        LaneOperation.both(registry, "STMXCSR", FpuOperations::stmxcsr);
        registry.add("FXSAVE", (i, offset) -> fxsave(i, offset, false));
        registry.add("FXSAVE64", (i, offset) -> fxsave(i, offset, true));
        registry.add("FXRSTOR", (i, offset) -> fxrstor(i, offset, false));
        registry.add("FXRSTOR64", (i, offset) -> fxrstor(i, offset, true));
        registry.add("FNINIT", (i, offset) -> control(i, offset, cpu -> cpu.fpu.initialize()));
        registry.add("FNCLEX", (i, offset) -> control(i, offset, cpu -> cpu.fpu.clearExceptions()));
        registry.add("FWAIT", (i, offset) -> SimpleOperation.of(i, offset, FpuAccess::requireNoPendingException));
        for (String relic : new String[]{"FNENI", "FNDISI", "FNSETPM"}) {
            registry.add(relic, (i, offset) -> control(i, offset, cpu -> {
            }));
        }
        registry.add("FLDCW", FpuOperations::fldcw);
        registry.add("FNSTCW", (i, offset) -> storeWord(i, offset, cpu -> cpu.fpu.control));
        registry.add("FNSTSW", (i, offset) -> storeWord(i, offset, cpu -> cpu.fpu.status));
    }

    private static Operation ldmxcsr(Instruction instruction, int offset) {
        Location source = Location.of(instruction, 0, offset);
        boolean vex = VectorOperands.isVex(instruction);
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            cpu.mxcsr = FxsaveArea.checkedMxcsr((int) source.read(cpu));
        });
    }

    private static Operation stmxcsr(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        boolean vex = VectorOperands.isVex(instruction);
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            target.write(cpu, cpu.mxcsr);
        });
    }

    private static Operation fxsave(Instruction instruction, int offset, boolean wide) {
        XmmOperand area = XmmOperand.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            FpuAccess.requireFpu(cpu);
            long at = area.aligned(cpu);
            cpu.memory.prepareWrite(at, FxsaveArea.OPERAND_SIZE);
            FxsaveArea.saveX87(cpu, at, wide);
            FxsaveArea.saveMxcsr(cpu, at);
            FxsaveArea.saveXmm(cpu, at);
        });
    }

    private static Operation fxrstor(Instruction instruction, int offset, boolean wide) {
        XmmOperand area = XmmOperand.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            FpuAccess.requireFpu(cpu);
            long at = area.aligned(cpu);
            cpu.memory.prepareRead(at, FxsaveArea.OPERAND_SIZE);
            FxsaveArea.restoreMxcsr(cpu, at);
            FxsaveArea.restoreX87(cpu, at, wide);
            FxsaveArea.restoreXmm(cpu, at);
        });
    }

    private static Operation fldcw(Instruction instruction, int offset) {
        Location source = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            FpuAccess.requireWaiting(cpu);
            cpu.fpu.setControl((int) source.read(cpu));
        });
    }

    private static Operation storeWord(Instruction instruction, int offset, ToIntFunction<Cpu> word) {
        Location target = Location.of(instruction, 0, offset);
        return control(instruction, offset, cpu -> target.write(cpu, word.applyAsInt(cpu)));
    }

    private static Operation control(Instruction instruction, int offset, SimpleOperation.Body body) {
        return SimpleOperation.of(instruction, offset, cpu -> {
            FpuAccess.requireFpu(cpu);
            body.execute(cpu);
        });
    }
}
