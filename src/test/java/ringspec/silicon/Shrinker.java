package ringspec.silicon;

import java.util.function.Predicate;
import ringspec.cpu.Rflags;

/** Makes a case smaller, piece by piece, as long as it still differs. */
final class Shrinker {

    private final TestCase test;
    private final Predicate<TestCase> differs;
    private final State kept = new State();

    /** @param differs runs the case and says whether the two processors still disagree */
    Shrinker(TestCase test, Predicate<TestCase> differs) {
        this.test = test;
        this.differs = differs;
    }

    void shrink() {
        State state = test.before;
        memory(0, state.memory.length);
        attempt(() -> state.rflags &= ~(Rflags.ARITHMETIC | Rflags.DF | Rflags.AC));
        for (long bit = 1; bit <= Rflags.AC; bit <<= 1) {
            long flag = bit;
            if ((state.rflags & flag & (Rflags.ARITHMETIC | Rflags.DF | Rflags.AC)) != 0) {
                attempt(() -> state.rflags &= ~flag);
            }
        }
        attempt(() -> state.mxcsr = 0x1F80);
        attempt(() -> state.fsBase = 0);
        attempt(() -> state.gsBase = 0);
        attempt(() -> {
            State fresh = new State();
            fresh.reset();
            state.fpuControl = fresh.fpuControl;
            state.fpuStatus = 0;
            state.fpuTag = 0;
            state.fpuOpcode = 0;
            state.fpuInstruction = 0;
            state.fpuOperand = 0;
            java.util.Arrays.fill(state.fpu, 0);
        });
        for (int i = 0; i < 16; i++) {
            int n = i;
            attempt(() -> state.gpr[n] = 0);
            attempt(() -> state.gpr[n] &= 0xFF);
            attempt(() -> state.gpr[n] &= 0xFFFF_FFFFL);
            attempt(() -> state.fpu[n] = 0);
        }
        for (int i = 0; i < 32; i++) {
            int n = i;
            attempt(() -> state.xmm[n] = 0);
            attempt(() -> state.xmm[n] &= 0xFFFF_FFFFL);
            attempt(() -> state.ymmHigh[n] = 0);
        }
    }

    /** Zeroes a stretch of memory, or if that won't do, what it can of its halves. */
    private void memory(int from, int size) {
        byte[] memory = test.before.memory;
        boolean zeroed = attempt(() -> java.util.Arrays.fill(memory, from, from + size, (byte) 0));
        if (!zeroed && size > 1) {
            memory(from, size / 2);
            memory(from + size / 2, size - size / 2);
        }
    }

    private boolean attempt(Runnable change) {
        kept.copyFrom(test.before);
        change.run();
        if (differs.test(test)) {
            return true;
        }
        test.before.copyFrom(kept);
        return false;
    }
}
