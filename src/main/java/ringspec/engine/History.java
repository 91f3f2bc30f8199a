package ringspec.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.isa.CodeSize;
import ringspec.isa.Decoded;
import ringspec.isa.Decoder;
import ringspec.isa.Instruction;
import ringspec.memory.Frame;
import ringspec.paging.PageWalker;
import ringspec.paging.Translation;

/**
 * A ring of the blocks that ran last, cheap enough to be always on: numbers only, since the garbage collector's barrier makes a
 * reference cost as much as two guest instructions. What the instructions were is read from memory when someone asks.
 */
final class History {

    private static final int SLOTS = 64;
    private static final int WORDS = 4;

    /** Per slot: linear address, CR3, number of instructions and, in bits 63:32, the code size (0: 64 bits), unused. */
    private final long[] ring = new long[SLOTS * WORDS];
    private int next;

    /** A block starts. */
    void enter(long rip, long cr3, int count) {
        int at = next & SLOTS * WORDS - 1;
        next = at + WORDS;
        ring[at] = rip;
        ring[at + 1] = cr3;
        ring[at + 2] = count;
    }

    /** The block that started last ended after so many instructions, one that faulted included. */
    void leaveEarly(int count) {
        ring[next - WORDS + 2] = count;
    }

    /** The block that started last is code of 16 or 32 bits at a linear address. */
    void setLegacy(long linear, CodeSize size) {
        ring[next - WORDS & SLOTS * WORDS - 1] = linear;
        ring[(next - WORDS & SLOTS * WORDS - 1) + 2] |= (long) size.addressSize() << 32;
    }

    /** Up to {@code limit} instructions that started last, the oldest first. */
    List<RecentInstruction> recent(Cpu cpu, int limit) {
        Deque<RecentInstruction> result = new ArrayDeque<>();
        for (int back = 1; back <= SLOTS && result.size() < limit; back++) {
            int at = next - back * WORDS & SLOTS * WORDS - 1;
            List<RecentInstruction> block = block(cpu, ring[at], ring[at + 1], ring[at + 2]);
            for (int i = block.size() - 1; i >= 0 && result.size() < limit; i--) {
                result.addFirst(block.get(i));
            }
        }
        return List.copyOf(result);
    }

    private static List<RecentInstruction> block(Cpu cpu, long rip, long cr3, long sizeAndCount) {
        int count = (int) sizeAndCount;
        CodeSize size = switch ((int) (sizeAndCount >>> 32)) {
            case 16 -> CodeSize.BITS_16;
            case 32 -> CodeSize.BITS_32;
            default -> CodeSize.BITS_64;
        };
        List<RecentInstruction> result = new ArrayList<>();
        long at = rip;
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[Decoder.MAX_LENGTH];
            int readable = read(cpu, cr3, at, bytes);
            Decoded decoded = Decoder.decode(size, bytes, 0, readable);
            result.add(new RecentInstruction(at, cr3, decoded));
            if (!(decoded instanceof Instruction instruction)) {
                break;
            }
            at += instruction.length();
        }
        return result;
    }

    /** Reads without leaving a trace; returns how many bytes there were. */
    private static int read(Cpu cpu, long cr3, long linear, byte[] target) {
        PageWalker walker = new PageWalker(cpu.ram);
        boolean paging = (cpu.cr0 & ControlRegisters.CR0_PG) != 0;
        for (int i = 0; i < target.length; i++) {
            long physical = linear + i;
            if (paging) {
                if (!(walker.walk(cr3, linear + i, cpu.memory.pagingMode()) instanceof Translation translation)) {
                    return i;
                }
                physical = translation.physicalOf(linear + i);
            }
            if (!cpu.ram.contains(physical, 1)) {
                return i;
            }
            target[i] = cpu.ram.frame((int) (physical >>> Frame.SHIFT)).bytes[(int) physical & Frame.SIZE - 1];
        }
        return target.length;
    }
}
