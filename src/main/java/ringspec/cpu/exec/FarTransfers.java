package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.DescriptorTables;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.SegmentLoader;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.StackView;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** Far CALL, JMP and RET (SDM vol. 2A and 2B). */
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
        return SimpleOperation.last(instruction, offset, cpu -> ret(cpu, size, released));
    }

    private static void ret(Cpu cpu, int size, long released) {
        StackView stack = StackView.current(cpu, 0);
        long rip = stack.read(0, size);
        int code = (int) stack.read(size, size) & 0xFFFF;
        stack.release(2L * size + released);
        if (!cpu.isProtected()) {
            enterReal(cpu, code, rip);
            stack.commit();
            return;
        }
        FarReturn target = new FarReturn(cpu, code);
        if (target.isOuter()) {
            int selector = (int) stack.read(size, size) & 0xFFFF;
            target.setStack(selector, stack.read(0, size) + released);
            target.commit(rip);
        } else {
            target.commit(rip);
            stack.commit();
        }
    }

    /** CALL or JMP through a far pointer in memory; null for a near one. */
    static Operation bindThroughPointer(Instruction instruction, int offset) {
        if (!instruction.form().operands().getFirst().text().startsWith("m16:")) {
            return null;
        }
        EffectiveAddress pointer = new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(0), offset);
        int size = instruction.operandSize() / 8;
        return SimpleOperation.last(instruction, offset, cpu -> {
            long linear = pointer.linear(cpu);
            int offsetSize = pointerSize(cpu, size);
            cpu.memory.requireAligned(linear, offsetSize + 2, offsetSize);
            cpu.memory.prepareUnalignedRead(linear, offsetSize + 2);
            long rip = cpu.memory.read(linear, offsetSize);
            int selector = cpu.memory.read16(linear + offsetSize) & 0xFFFF;
            transfer(cpu, instruction, offset, selector, rip);
        });
    }

    /** Bytes of the offset in a far pointer: AMD has no m16:64, and REX.W only widens what CALL pushes (APM vol. 3, CALL and JMP (Far), LFS). */
    static int pointerSize(Cpu cpu, int operandSize) {
        return operandSize == 8 && cpu.model.vendor() == ProcessorModel.Vendor.AMD ? 4 : operandSize;
    }

    /** CALL or JMP to a far pointer in the instruction: 9A and EA, which 64-bit mode doesn't have. */
    static Operation bindImmediate(Instruction instruction, int offset, int selector, long rip) {
        return SimpleOperation.last(instruction, offset, cpu -> transfer(cpu, instruction, offset, selector, rip));
    }

    private static void transfer(Cpu cpu, Instruction instruction, int offset, int selector, long rip) {
        int size = instruction.operandSize() / 8;
        boolean call = instruction.mnemonic().equals("CALL");
        if (!cpu.isProtected()) {
            transferReal(cpu, selector, rip, call, size);
            return;
        }
        String name = call ? "far CALL" : "far JMP";
        FarTarget target = FarTarget.of(cpu, selector, rip, call, cpu.codePage + offset, name);
        if (call) {
            call(cpu, target, target.gateSize() != 0 ? target.gateSize() : size);
        } else {
            enter(cpu, target);
        }
    }

    private static void transferReal(Cpu cpu, int selector, long rip, boolean call, int size) {
        if (!call) {
            enterReal(cpu, selector, rip);
            return;
        }
        StackView stack = StackView.current(cpu, 0);
        stack.prepare(2, size);
        int caller = cpu.segments[SegmentRegister.CS].selector;
        long next = cpu.rip;
        enterReal(cpu, selector, rip);
        stack.push(size, caller);
        stack.push(size, next);
        stack.commit();
    }

    /** Continues at a far pointer in real mode. */
    static void enterReal(Cpu cpu, int selector, long ip) {
        if (ip > cpu.segments[SegmentRegister.CS].limit) {
            throw Fault.generalProtection();
        }
        SegmentLoader.loadReal(cpu, SegmentRegister.CS, selector);
        cpu.rip = ip;
        cpu.stopBlock = true;
    }

    private static void call(Cpu cpu, FarTarget target, int size) {
        int before = cpu.cpl();
        boolean inner = target.level() < before;
        StackView stack = stack(cpu, target, inner);
        long[] parameters = inner ? parameters(cpu, target) : new long[0];
        if (inner) {
            cpu.setCpl(target.level());
        }
        try {
            stack.prepare((inner ? 4 : 2) + parameters.length, size);
        } catch (Fault fault) {
            cpu.setCpl(before);
            throw fault;
        }
        if (inner) {
            stack.push(size, cpu.segments[SegmentRegister.SS].selector);
            stack.push(size, cpu.gpr[Cpu.RSP]);
        }
        for (int i = parameters.length - 1; i >= 0; i--) {
            stack.push(size, parameters[i]);
        }
        stack.push(size, cpu.segments[SegmentRegister.CS].selector);
        stack.push(size, cpu.rip);
        if (inner && cpu.isLongMode()) {
            SegmentLoader.loadNullStack(cpu, target.level());
        } else if (inner) {
            stack.load();
        }
        enter(cpu, target);
        stack.commit();
    }

    /** What is pushed on: the inner ring's stack of the TSS, or the current one, which a 64-bit gate uses as 64-bit mode does. */
    private static StackView stack(Cpu cpu, FarTarget target, boolean inner) {
        if (inner) {
            return cpu.isLongMode() ? StackView.flat(cpu, DescriptorTables.privilegeStack(cpu, target.level(), 0), 0)
                    : DescriptorTables.protectedStack(cpu, target.level(), 0);
        }
        return target.gateSize() == 8 ? StackView.flat(cpu, cpu.gpr[Cpu.RSP], 0) : StackView.current(cpu, 0);
    }

    private static long[] parameters(Cpu cpu, FarTarget target) {
        StackView outer = StackView.current(cpu, 0);
        long[] values = new long[target.parameters()];
        for (int i = 0; i < values.length; i++) {
            values[i] = outer.read((long) i * target.gateSize(), target.gateSize());
        }
        return values;
    }

    private static void enter(Cpu cpu, FarTarget target) {
        FarTarget.enter(cpu, target.selector() & 0xFFFC | target.level(), target.code(), target.rip());
        if (target.level() != cpu.cpl()) {
            cpu.setCpl(target.level());
        }
    }
}
