package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Descriptor;
import ringspec.cpu.DescriptorTables;
import ringspec.cpu.Fault;
import ringspec.cpu.SegmentLoader;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** Far CALL, JMP and RET in 64-bit mode (SDM vol. 2A and 2B). */
final class FarTransfers {

    private FarTransfers() {
    }

    static void register(Registry registry) {
        registry.add("RETF", FarTransfers::bindReturn);
        registry.add("RETFQ", FarTransfers::bindReturn);
    }

    private static Operation bindReturn(Instruction instruction, int offset) {
        int size = instruction.operandSize() / 8;
        long released = instruction.operands().isEmpty() ? 0 : ((Operand.Imm) instruction.operand(0)).value() & 0xFFFF;
        return SimpleOperation.last(instruction, offset, cpu -> ret(cpu, size, released, cpu.codePage + offset));
    }

    private static void ret(Cpu cpu, int size, long released, long instructionRip) {
        long top = cpu.gpr[Cpu.RSP];
        long rip = SystemStack.read(cpu, top, size);
        int code = (int) SystemStack.read(cpu, top + size, size) & 0xFFFF;
        FarReturn target = new FarReturn(cpu, code, instructionRip, "far RET");
        long rsp = top + 2L * size + released;
        if (target.isOuter()) {
            int stack = (int) SystemStack.read(cpu, rsp + size, size) & 0xFFFF;
            rsp = SystemStack.read(cpu, rsp, size) + released;
            target.checkStack(stack);
        }
        target.commit(rip);
        cpu.gpr[Cpu.RSP] = rsp;
    }

    static Operation bindThroughPointer(Instruction instruction, int offset) {
        if (!instruction.form().operands().getFirst().text().startsWith("m16:")) {
            return null;
        }
        EffectiveAddress pointer = new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(0), offset);
        int size = instruction.operandSize() / 8;
        boolean call = instruction.mnemonic().equals("CALL");
        return SimpleOperation.last(instruction, offset, cpu -> {
            long linear = pointer.linear(cpu);
            cpu.memory.prepareRead(linear, size + 2);
            long rip = cpu.memory.read(linear, size);
            int selector = cpu.memory.read16(linear + size) & 0xFFFF;
            String name = call ? "far CALL" : "far JMP";
            FarTarget target = FarTarget.of(cpu, selector, rip, call, cpu.codePage + offset, name);
            if (call) {
                call(cpu, target, target.gate() ? 8 : size);
            } else {
                enter(cpu, target);
            }
        });
    }

    private static void call(Cpu cpu, FarTarget target, int size) {
        boolean inner = target.level() < cpu.cpl();
        int before = cpu.cpl();
        long oldTop = cpu.gpr[Cpu.RSP];
        long top = inner ? DescriptorTables.privilegeStack(cpu, target.level(), 0) : oldTop;
        int frame = (inner ? 4 : 2) * size;
        if (inner) {
            cpu.setCpl(target.level());
        }
        try {
            SystemStack.prepareWrite(cpu, top - frame, frame);
        } catch (Fault fault) {
            cpu.setCpl(before);
            throw fault;
        }
        cpu.memory.write(top - frame, size, cpu.rip);
        cpu.memory.write(top - frame + size, size, cpu.segments[SegmentRegister.CS].selector);
        if (inner) {
            cpu.memory.write(top - frame + 2L * size, size, oldTop);
            cpu.memory.write(top - frame + 3L * size, size, cpu.segments[SegmentRegister.SS].selector);
            SegmentLoader.loadNullStack(cpu, target.level());
        }
        enter(cpu, target);
        cpu.gpr[Cpu.RSP] = top - frame;
    }

    private static void enter(Cpu cpu, FarTarget target) {
        Descriptor code = target.code();
        cpu.segments[SegmentRegister.CS].load(target.selector() & 0xFFFC | target.level(), 0, code.limit(),
                code.attributes());
        if (target.level() != cpu.cpl()) {
            cpu.setCpl(target.level());
        }
        cpu.rip = target.rip();
        cpu.stopBlock = true;
    }
}
