package ringspec.cpu;

import ringspec.trace.TraceEvent;

/** A 16-byte interrupt or trap gate of the IDT in long mode (SDM vol. 3A, 7.14). */
final class LongModeGate implements Gate {

    private final Cpu cpu;
    private final int vector;
    private final int ext;
    private final Descriptor gate;
    private final long target;
    private final int selector;
    private Descriptor code;
    private final int level;

    /**
     * Reads and checks the gate and its code segment.
     *
     * @param checkDpl true for INT n, INT3 and INTO: the gate's DPL must not be below CPL
     * @param ext 1 if the event is external to the program, for error codes
     * @throws Fault #GP or #NP
     */
    LongModeGate(Cpu cpu, int vector, boolean checkDpl, int ext) {
        this.cpu = cpu;
        this.vector = vector;
        this.ext = ext;
        int entryCode = vector << 3 | 2 | ext;
        if (vector * 16 + 15 > cpu.idtrLimit) {
            throw Fault.of(Vector.GP, entryCode);
        }
        long entry = cpu.idtrBase + vector * 16L;
        this.gate = new Descriptor(cpu.memory.systemRead64(entry));
        this.target = gate.gateOffset(cpu.memory.systemRead64(entry + 8));
        boolean known = gate.type() == Descriptor.INTERRUPT_GATE || gate.type() == Descriptor.TRAP_GATE;
        if (!gate.isSystem() || !known || checkDpl && gate.dpl() < cpu.cpl()) {
            throw Fault.of(Vector.GP, entryCode);
        }
        if (!gate.isPresent()) {
            throw Fault.of(Vector.NP, entryCode);
        }
        this.selector = gate.gateSelector();
        this.code = DescriptorTables.readHandler(cpu, selector, ext, true);
        this.level = code.isConforming() ? cpu.cpl() : code.dpl();
    }

    @Override
    public void enter(long errorCode, long rflags, long rip, Runnable committed) {
        int before = cpu.cpl();
        // In 64-bit mode the frame always starts at a 16-byte boundary, whatever RSP was (SDM vol. 3A, 6.14.2).
        long top = stack() & -16;
        int size = errorCode == -1 ? 40 : 48;
        if (!Cpu.isCanonical(top - size) || !Cpu.isCanonical(top - 1)) {
            throw Fault.of(Vector.SS, ext);
        }
        if (!Cpu.isCanonical(target)) {
            throw Fault.of(Vector.GP, ext);
        }
        code = DescriptorTables.markAccessed(cpu, selector, code);
        if (level != before) {
            cpu.setCpl(level);
        }
        try {
            cpu.memory.prepareWrite(top - size, size);
        } catch (Fault fault) {
            cpu.setCpl(before);
            throw fault;
        }
        committed.run();
        push(top, errorCode, rflags, rip);
        commit(before, top - size);
    }

    private long stack() {
        if (gate.gateIst() != 0) {
            return DescriptorTables.interruptStack(cpu, gate.gateIst(), ext);
        }
        return level < cpu.cpl() ? DescriptorTables.privilegeStack(cpu, level, ext) : cpu.gpr[Cpu.RSP];
    }

    private void push(long top, long errorCode, long rflags, long rip) {
        cpu.memory.write64(top - 8, cpu.segments[SegmentRegister.SS].selector);
        cpu.memory.write64(top - 16, cpu.gpr[Cpu.RSP]);
        cpu.memory.write64(top - 24, rflags);
        cpu.memory.write64(top - 32, cpu.segments[SegmentRegister.CS].selector);
        cpu.memory.write64(top - 40, rip);
        if (errorCode != -1) {
            cpu.memory.write64(top - 48, errorCode);
        }
    }

    private void commit(int before, long rsp) {
        if (level < before) {
            SegmentLoader.loadNullStack(cpu, level);
        }
        SegmentRegister cs = cpu.segments[SegmentRegister.CS];
        cs.load(selector & 0xFFFC | level, 0, code.limit(), code.attributes());
        cpu.gpr[Cpu.RSP] = rsp;
        cpu.rip = target;
        long cleared = Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM
                | (gate.type() == Descriptor.INTERRUPT_GATE ? Rflags.IF : 0);
        cpu.setSystemFlags(cpu.flags.system() & ~cleared);
        cpu.interruptShadow = false;
        cpu.stopBlock = true;
        cpu.emit(new TraceEvent.HandlerEntered(vector, target, rsp, level));
    }
}
