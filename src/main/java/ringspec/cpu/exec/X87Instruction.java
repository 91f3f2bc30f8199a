package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Feature;
import ringspec.cpu.FpuState;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/**
 * A waiting, non-control x87 instruction: it reports a pending exception first, and leaves the error pointers behind it (SDM vol. 1,
 * 8.1.8 and 8.7).
 */
final class X87Instruction extends Operation {

    /** What an instruction does on the stack alone. */
    @FunctionalInterface
    interface Body {
        void execute(X87Step step);
    }

    /** What an instruction does with memory. */
    @FunctionalInterface
    interface MemoryBody {
        void execute(X87Step step, long linear);
    }

    private static final int ROUND_TO_ZERO = 0xC00;

    private final MemoryBody body;
    private final EffectiveAddress address;
    private final int dataSegment;
    private final int opcode;
    private final int forcedControl;

    private X87Instruction(Instruction instruction, int offset, MemoryBody body, int forcedControl) {
        super(instruction, offset);
        this.body = body;
        this.forcedControl = forcedControl;
        int last = opcodeAt(instruction);
        this.opcode = (instruction.byteAt(last) & 7) << 8 | instruction.byteAt(last + 1);
        Operand operand = instruction.operands().isEmpty() ? null : instruction.operand(0);
        if (operand instanceof Operand.Mem mem) {
            this.address = new EffectiveAddress(instruction, mem, offset);
            this.dataSegment = mem.segment().number();
        } else {
            this.address = null;
            this.dataSegment = 0;
        }
    }

    /** An instruction without memory operand. */
    static Operation of(Instruction instruction, int offset, Body body) {
        return new X87Instruction(instruction, offset, (step, linear) -> body.execute(step), 0);
    }

    /** An instruction whose first operand is in memory. */
    static Operation memory(Instruction instruction, int offset, MemoryBody body) {
        return new X87Instruction(instruction, offset, body, 0);
    }

    /** Likewise, rounding toward zero whatever RC says. */
    static Operation truncating(Instruction instruction, int offset, MemoryBody body) {
        return new X87Instruction(instruction, offset, body, ROUND_TO_ZERO);
    }

    /** The escape byte D8 to DF: behind the prefixes, none of which has such a value. */
    private static int opcodeAt(Instruction instruction) {
        int at = 0;
        while ((instruction.byteAt(at) & 0xF8) != 0xD8) {
            at++;
        }
        return at;
    }

    @Override
    public void execute(Cpu cpu) {
        FpuAccess.requireWaiting(cpu);
        X87Step step = new X87Step(cpu, cpu.fpu.control | forcedControl);
        body.execute(step, address == null ? 0 : address.linear(cpu));
        step.finish();
        notePointers(cpu);
    }

    /**
     * Intel processors keep FOP, and by FDP_EXCPTN_ONLY FDP, of instructions with unmasked exceptions only, and by the bit that
     * deprecates FCS and FDS no selectors (SDM vol. 1, 8.1.8 to 8.1.9); AMD processors keep everything.
     */
    private void notePointers(Cpu cpu) {
        FpuState fpu = cpu.fpu;
        boolean always = cpu.model.vendor() == ProcessorModel.Vendor.AMD || fpu.isExceptionPending();
        boolean selectors = !cpu.model.has(Feature.FPU_CSDS);
        SegmentRegister code = cpu.segments[SegmentRegister.CS];
        boolean flat = (code.attributes & SegmentRegister.LONG) != 0;
        fpu.instructionPointer = flat ? address(cpu) : address(cpu) - code.base & 0xFFFF_FFFFL;
        fpu.codeSelector = selectors ? code.selector : 0;
        if (always) {
            fpu.opcode = opcode;
        }
        if (address != null && (always || !cpu.model.has(Feature.FDP_EXCPTN_ONLY))) {
            fpu.dataPointer = address.offset(cpu);
            fpu.dataSelector = selectors ? cpu.segments[dataSegment].selector : 0;
        }
    }
}
