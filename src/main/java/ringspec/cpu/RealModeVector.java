package ringspec.cpu;

import ringspec.trace.TraceEvent;

/** A far pointer of the interrupt vector table in real mode (SDM vol. 3B, 22.1.4): no error code, a frame of three words. */
final class RealModeVector implements Gate {

    private static final int WORD = 2;

    private final Cpu cpu;
    private final int vector;
    private final int ext;
    private final int offset;
    private final int selector;

    /** See {@link Gate#of}. */
    RealModeVector(Cpu cpu, int vector, int ext) {
        this.cpu = cpu;
        this.vector = vector;
        this.ext = ext;
        if (vector * 4 + 3 > cpu.idtrLimit) {
            throw Fault.of(Vector.GP, vector << 3 | 2 | ext);
        }
        long entry = cpu.idtrBase + vector * 4L;
        this.offset = cpu.memory.systemRead16(entry) & 0xFFFF;
        this.selector = cpu.memory.systemRead16(entry + 2) & 0xFFFF;
    }

    @Override
    public void enter(long errorCode, long rflags, long rip, Runnable committed) {
        StackView stack = StackView.current(cpu, ext);
        stack.prepare(3, WORD);
        if (offset > cpu.segments[SegmentRegister.CS].limit) {
            throw Fault.of(Vector.GP, ext);
        }
        committed.run();
        stack.push(WORD, rflags);
        stack.push(WORD, cpu.segments[SegmentRegister.CS].selector);
        stack.push(WORD, rip);
        stack.commit();
        SegmentLoader.loadReal(cpu, SegmentRegister.CS, selector);
        cpu.rip = offset;
        cpu.setSystemFlags(cpu.flags.system() & ~(Rflags.TF | Rflags.IF | Rflags.RF | Rflags.AC));
        cpu.interruptShadow = false;
        cpu.stopBlock = true;
        cpu.emit(new TraceEvent.HandlerEntered(vector, offset, stack.pointer(), 0));
    }
}
