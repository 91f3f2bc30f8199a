package ringspec.engine;

import java.util.ArrayList;
import java.util.List;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.exec.Operation;
import ringspec.cpu.exec.OperationBinder;
import ringspec.isa.CodeSize;
import ringspec.isa.Decoded;
import ringspec.isa.Decoder;
import ringspec.isa.Instruction;
import ringspec.memory.Frame;

/**
 * Finds the block at an address, decoding it when it is new. Blocks hang on their frame, so all machines and address spaces that
 * share the frame share them, and a write to the frame drops them.
 */
final class BlockCache {

    private static final int CROSSING_SLOTS = 64;

    /** Instructions that reach into a second page, by page offset: each use compares the bytes, since two frames hold them. */
    private final Block[] crossing = new Block[CROSSING_SLOTS];
    private final OperationBinder semantics;
    private final byte[] window = new byte[Decoder.MAX_LENGTH];

    BlockCache(OperationBinder semantics) {
        this.semantics = semantics;
    }

    /**
     * The block at a linear address in 64-bit code.
     *
     * @throws Fault what the fetch raises: #PF, #GP for a non-canonical address or for more than 15 bytes, #UD
     */
    Block find(Cpu cpu, long linear) {
        return findIn(cpu.memory.fetchFrame(linear), cpu, linear);
    }

    private Block findIn(Frame frame, Cpu cpu, long linear) {
        int offset = (int) linear & Frame.SIZE - 1;
        if (frame.decoded instanceof Block[] blocks && blocks[offset] != null) {
            return blocks[offset];
        }
        return decode(cpu, CodeSize.BITS_64, frame, linear, Long.MAX_VALUE);
    }

    /** The same, faster where the block after a given one is often asked for. */
    Block findAfter(Block block, Cpu cpu, long linear) {
        // Fetched once, since the trace tells of each use of a stale translation.
        Frame frame = cpu.memory.fetchFrame(linear);
        Block next = block.successor(frame, (int) linear & Frame.SIZE - 1);
        if (next == null) {
            next = findIn(frame, cpu, linear);
            block.setSuccessor(next);
        }
        return next;
    }

    /**
     * The block at a linear address in code of 16 or 32 bits.
     *
     * @param room bytes from there to the end of the code segment, at least 1
     * @throws Fault what the fetch raises: #PF, #GP for more than 15 bytes or an end beyond the segment, #UD
     */
    Block findLegacy(Cpu cpu, CodeSize size, long linear, long room) {
        Frame frame = cpu.memory.fetchFrame(linear);
        int offset = (int) linear & Frame.SIZE - 1;
        Block[] blocks = legacyHome(frame, size);
        if (blocks != null && blocks[offset] != null) {
            return blocks[offset];
        }
        return decode(cpu, size, frame, linear, room);
    }

    private static Block[] legacyHome(Frame frame, CodeSize size) {
        return frame.decodedLegacy instanceof Block[][] bySize ? bySize[size.ordinal()] : null;
    }

    private Block decode(Cpu cpu, CodeSize size, Frame frame, long linear, long room) {
        int offset = (int) linear & Frame.SIZE - 1;
        List<Operation> operations = new ArrayList<>();
        int at = offset;
        while (at < Frame.SIZE && operations.size() < Block.MAX_LENGTH
                && Decoder.decode(size, frame.bytes, at, Frame.SIZE) instanceof Instruction instruction) {
            Operation operation = semantics.bind(instruction, at, cpu.model);
            operations.add(operation);
            at += operation.length;
            if (operation.endsBlock()) {
                break;
            }
        }
        if (operations.isEmpty()) {
            return single(cpu, size, frame, linear, room);
        }
        cpu.memory.codeDecodedFrom(frame);
        Block[] home = size.is64() ? home(frame) : newLegacyHome(frame, size);
        Block block = new Block(operations.toArray(Operation[]::new), home);
        home[offset] = block;
        return block;
    }

    private static Block[] home(Frame frame) {
        Block[] home = frame.decoded instanceof Block[] known ? known : new Block[Frame.SIZE];
        frame.decoded = home;
        return home;
    }

    private static Block[] newLegacyHome(Frame frame, CodeSize size) {
        Block[][] bySize = frame.decodedLegacy instanceof Block[][] known ? known
                : new Block[CodeSize.values().length][];
        if (bySize[size.ordinal()] == null) {
            bySize[size.ordinal()] = new Block[Frame.SIZE];
        }
        frame.decodedLegacy = bySize;
        return bySize[size.ordinal()];
    }

    /** An instruction that crosses into the next page, or no instruction at all. */
    private Block single(Cpu cpu, CodeSize size, Frame frame, long linear, long room) {
        int offset = (int) linear & Frame.SIZE - 1;
        int inFirst = Math.min(Frame.SIZE - offset, window.length);
        System.arraycopy(frame.bytes, offset, window, 0, inFirst);
        Decoded decoded = Decoder.decode(size, window, 0, inFirst);
        if (decoded instanceof Decoded.Truncated) {
            if (room <= inFirst) {
                throw Fault.generalProtection();
            }
            // The second page is fetched only now, since its fault counts only if the instruction reaches into it.
            long next = linear + inFirst;
            Frame second = cpu.memory.fetchFrame(size.is64() ? next : next & 0xFFFF_FFFFL);
            System.arraycopy(second.bytes, 0, window, inFirst, window.length - inFirst);
            Block known = crossing[offset % CROSSING_SLOTS];
            if (known != null && isInWindow(known.operations()[0], size, offset)) {
                return known;
            }
            decoded = Decoder.decode(size, window, 0, window.length);
        }
        return switch (decoded) {
            case Instruction instruction -> {
                Block block = new Block(new Operation[]{semantics.bind(instruction, offset, cpu.model)}, null);
                crossing[offset % CROSSING_SLOTS] = block;
                yield block;
            }
            case Decoded.Invalid invalid -> throw Fault.undefinedOpcode();
            case Decoded.TooLong tooLong -> throw Fault.generalProtection();
            case Decoded.Truncated truncated -> throw new IllegalStateException(
                    "the decoder wants " + truncated.needed() + " bytes beyond the 15 that an instruction may have");
        };
    }

    private boolean isInWindow(Operation operation, CodeSize size, int offset) {
        if (operation.offset != offset || operation.instruction.codeSize() != size) {
            return false;
        }
        for (int i = 0; i < operation.length; i++) {
            if (operation.instruction.byteAt(i) != (window[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }
}
