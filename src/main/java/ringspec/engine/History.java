package ringspec.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import ringspec.cpu.exec.Operation;
import ringspec.memory.Frame;

/** A ring of the blocks that ran last: cheap enough to be always on. */
final class History {

    private static final int SLOTS = 64;

    private final Block[] blocks = new Block[SLOTS];
    private final long[] rips = new long[SLOTS];
    private final long[] spaces = new long[SLOTS];
    private final int[] counts = new int[SLOTS];
    private int next;

    /** A block starts. */
    void enter(Block block, long rip, long cr3, int count) {
        int slot = next++ & SLOTS - 1;
        blocks[slot] = block;
        rips[slot] = rip;
        spaces[slot] = cr3;
        counts[slot] = count;
    }

    /** The block that started last ended after so many instructions, one that faulted included. */
    void leaveEarly(int count) {
        counts[next - 1 & SLOTS - 1] = count;
    }

    /** Up to {@code limit} instructions that started last, the oldest first. */
    List<RecentInstruction> recent(int limit) {
        Deque<RecentInstruction> result = new ArrayDeque<>();
        for (int back = 1; back <= SLOTS; back++) {
            int slot = next - back & SLOTS - 1;
            Block block = blocks[slot];
            if (block == null) {
                break;
            }
            long page = rips[slot] & -Frame.SIZE;
            Operation[] operations = block.operations();
            for (int i = counts[slot] - 1; i >= 0; i--) {
                if (result.size() == limit) {
                    return List.copyOf(result);
                }
                Operation operation = operations[i];
                result.addFirst(new RecentInstruction(page + operation.offset, spaces[slot], operation.instruction));
            }
        }
        return List.copyOf(result);
    }
}
