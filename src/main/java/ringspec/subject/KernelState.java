package ringspec.subject;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.ObjectLayout;
import ringspec.kernel.mm.FrameKind;
import ringspec.machine.Machine;
import ringspec.memory.Frame;

/**
 * A copy of the kernel's structures: what a refused system call must leave as it was (SYS-13). These are its globals, the frame
 * bitmap and table, every kernel object, and all page tables, whose accessed and dirty bits don't count, for the processor sets
 * them.
 */
public final class KernelState {

    private static final long ACCESSED_DIRTY = 0x60;

    private final TreeMap<Integer, long[]> frames = new TreeMap<>();
    private final TreeMap<Integer, String> kinds = new TreeMap<>();

    private KernelState() {
    }

    /** The state of a machine's kernel now. */
    public static KernelState of(Machine machine, KernelView kernel) {
        KernelState state = new KernelState();
        state.add(machine, (int) (KernelLayout.GLOBALS_PHYSICAL >>> Frame.SHIFT), "globals", -1);
        // Where the allocator looks first is no state: it changes with every frame that is taken and given back.
        state.frames.get((int) (KernelLayout.GLOBALS_PHYSICAL >>> Frame.SHIFT))[ObjectLayout.GLOBALS_FRAME_HINT / 8] =
                0;
        kernel.frames().bookkeeping().stream().forEach(frame -> state.add(machine, frame, "frame bitmap or table", -1));
        for (FrameKind kind : List.of(FrameKind.KERNEL_OBJECT, FrameKind.PAGE_TABLE)) {
            BitSet of = kernel.frames().of(kind);
            long mask = kind == FrameKind.PAGE_TABLE ? ~ACCESSED_DIRTY : -1;
            of.stream().forEach(frame -> state.add(machine, frame, kind.name(), mask));
        }
        return state;
    }

    private void add(Machine machine, int frame, String kind, long mask) {
        long[] words = new long[Frame.SIZE / 8];
        for (int i = 0; i < words.length; i++) {
            words[i] = machine.ram().read64(((long) frame << Frame.SHIFT) + 8L * i) & mask;
        }
        frames.put(frame, words);
        kinds.put(frame, kind);
    }

    /** What differs between two states of the same machine, in words; empty if nothing. */
    public List<String> differencesFrom(KernelState before) {
        List<String> differences = new ArrayList<>();
        for (int frame : before.frames.keySet()) {
            if (!frames.containsKey(frame)) {
                differences.add("frame 0x%x was a %s and is none".formatted(frame, before.kinds.get(frame)));
            } else if (!Arrays.equals(frames.get(frame), before.frames.get(frame))) {
                int at = Arrays.mismatch(frames.get(frame), before.frames.get(frame));
                differences.add("%s in frame 0x%x: the word at 0x%x was 0x%x and is 0x%x".formatted(kinds.get(frame),
                        frame,
                        8 * at, before.frames.get(frame)[at], frames.get(frame)[at]));
            }
        }
        frames.keySet().stream().filter(frame -> !before.frames.containsKey(frame))
                .forEach(frame -> differences.add("frame 0x%x is a %s and was none".formatted(frame, kinds.get(
                        frame))));
        return differences;
    }
}
