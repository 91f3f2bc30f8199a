package ringspec.cpu;

import ringspec.trace.TraceEvent;

/** An 8-byte interrupt or trap gate, 32-bit or 16-bit, of the IDT in protected mode outside long mode (SDM vol. 3A, 7.11 and 7.12). */
final class ProtectedModeGate implements Gate {

    private final Cpu cpu;
    private final int vector;
    private final int ext;
    private final Descriptor gate;
    private final int selector;
    private final int level;
    /** Bytes of each word of the frame: 4 or 2. */
    private final int size;
    private Descriptor code;

    /** See {@link Gate#of}. */
    ProtectedModeGate(Cpu cpu, int vector, boolean checkDpl, int ext) {
        this.cpu = cpu;
        this.vector = vector;
        this.ext = ext;
        int entryCode = vector << 3 | 2 | ext;
        if (vector * 8 + 7 > cpu.idtrLimit) {
            throw Fault.of(Vector.GP, entryCode);
        }
        this.gate = new Descriptor(cpu.memory.systemRead64(cpu.idtrBase + vector * 8L));
        if (!gate.isSystem() || !isKnown(gate.type()) || checkDpl && gate.dpl() < cpu.cpl()) {
            throw Fault.of(Vector.GP, entryCode);
        }
        if (!gate.isPresent()) {
            throw Fault.of(Vector.NP, entryCode);
        }
        if (gate.type() == Descriptor.TASK_GATE) {
            throw NotEmulatedException.taskSwitch(cpu.rip, "%s through a task gate".formatted(Vector.name(vector)));
        }
        this.size = gate.type() >= Descriptor.INTERRUPT_GATE ? 4 : 2;
        this.selector = gate.gateSelector();
        this.code = DescriptorTables.readHandler(cpu, selector, ext, false);
        this.level = code.isConforming() ? cpu.cpl() : code.dpl();
    }

    private static boolean isKnown(int type) {
        return switch (type) {
            case Descriptor.TASK_GATE, Descriptor.INTERRUPT_GATE16, Descriptor.TRAP_GATE16, Descriptor.INTERRUPT_GATE,
                    Descriptor.TRAP_GATE -> true;
            default -> false;
        };
    }

    @Override
    public void enter(long errorCode, long rflags, long rip, Runnable committed) {
        int before = cpu.cpl();
        boolean inner = level < before;
        StackView stack = inner ? DescriptorTables.protectedStack(cpu, level, ext) : StackView.current(cpu, ext);
        long target = gate.gateOffset(0) & (size == 4 ? 0xFFFF_FFFFL : 0xFFFF);
        if (inner) {
            cpu.setCpl(level);
        }
        try {
            stack.prepare((inner ? 5 : 3) + (errorCode == -1 ? 0 : 1), size);
            if (target > code.limit()) {
                throw Fault.of(Vector.GP, ext);
            }
            code = DescriptorTables.markAccessed(cpu, selector, code);
        } catch (Fault fault) {
            if (inner) {
                cpu.setCpl(before);
            }
            throw fault;
        }
        committed.run();
        push(stack, inner, errorCode, rflags, rip);
        commit(stack, inner, target);
    }

    private void push(StackView stack, boolean inner, long errorCode, long rflags, long rip) {
        if (inner) {
            stack.push(size, cpu.segments[SegmentRegister.SS].selector);
            stack.push(size, cpu.gpr[Cpu.RSP]);
        }
        stack.push(size, rflags);
        stack.push(size, cpu.segments[SegmentRegister.CS].selector);
        stack.push(size, rip);
        if (errorCode != -1) {
            stack.push(size, errorCode);
        }
    }

    private void commit(StackView stack, boolean inner, long target) {
        if (inner) {
            stack.load();
        }
        stack.commit();
        cpu.segments[SegmentRegister.CS].load(selector & 0xFFFC | level, code.base(), code.limit(), code.attributes());
        cpu.rip = target;
        boolean interrupt = gate.type() == Descriptor.INTERRUPT_GATE || gate.type() == Descriptor.INTERRUPT_GATE16;
        long cleared = Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM | (interrupt ? Rflags.IF : 0);
        cpu.setSystemFlags(cpu.flags.system() & ~cleared);
        cpu.interruptShadow = false;
        cpu.stopBlock = true;
        cpu.emit(new TraceEvent.HandlerEntered(vector, target, stack.pointer(), level));
    }
}
