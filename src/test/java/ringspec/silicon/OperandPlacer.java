package ringspec.silicon;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Operand.Mem;
import ringspec.isa.OperandSpec;
import ringspec.isa.OperandSpec.Role;
import ringspec.isa.Register;
import ringspec.isa.Register.Kind;

/** Chooses registers and displacements so that memory operands lie where something can happen: in the data pages and at their edges. */
final class OperandPlacer {

    private final TestCase test;
    private final State state;
    private final Values values;
    /** General-purpose registers that hold an address already. */
    private int pinned;

    OperandPlacer(TestCase test, Values values) {
        this.test = test;
        this.state = test.before;
        this.values = values;
    }

    /** Puts an address into a register unless another address is in it. */
    boolean pin(int register, long value) {
        if ((pinned & 1 << register) != 0) {
            return false;
        }
        pinned |= 1 << register;
        state.gpr[register] = value;
        return true;
    }

    boolean isPinned(int register) {
        return (pinned & 1 << register) != 0;
    }

    /** A linear address for an operand of a size: mostly in the writable pages and aligned, sometimes at an edge, seldom outside. */
    long target(int size) {
        int choice = values.below(100);
        int room = Math.max(1, Layout.WRITABLE_SIZE - size);
        if (choice < 62) {
            return Layout.DATA + (values.below(room) & -Math.max(16, Integer.highestOneBit(Math.max(size, 1))));
        } else if (choice < 80) {
            return Layout.DATA + values.below(room);
        } else if (choice < 85) {
            return Layout.DATA + Layout.PAGE - values.below(size + 2);
        } else if (choice < 88) {
            return Layout.DATA + Layout.WRITABLE_SIZE - values.below(size + 2);
        } else if (choice < 91) {
            return Layout.DATA + Layout.WRITABLE_SIZE + values.below(Layout.PAGE);
        } else if (choice < 93) {
            return Layout.DATA_END - values.below(size + 2);
        } else if (choice < 94) {
            return Layout.DATA - values.below(size + 2);
        } else if (choice < 95) {
            return Layout.CODE + values.below(Layout.CODE_SIZE);
        } else if (choice < 97) {
            return Layout.DATA_END + values.below(0x1_0000) & -16;
        } else if (choice < 98 && (state.rflags & Rflags.AC) == 0) {
            return 0x8000_0000_0000L - values.below(size + 2);
        }
        return values.chance(80) ? (values.any() & 0x7FFF_FFFF_FFFFL | 0x1234_0000_0000_0000L) & -16
                : 0xFFFF_8000_0000_0000L + values.below(0x1000) - 64;
    }

    /** Places every memory operand of the case's instruction. */
    void place() {
        Instruction instruction = test.instruction();
        if (instruction == null) {
            return;
        }
        for (int i = 0; i < instruction.operands().size(); i++) {
            if (instruction.operand(i) instanceof Mem memory) {
                OperandSpec spec = instruction.form().operands().get(i);
                place(instruction, spec, memory);
            }
        }
    }

    private void place(Instruction instruction, OperandSpec spec, Mem memory) {
        int size = memory.size() == 0 ? 64 : memory.size();
        long target = target(size);
        long segment = 0;
        if (memory.segmentOverridden()) {
            long base = values.below(3) == 0 ? 0 : target - values.below(0x2000);
            base = base << 16 >> 16;
            if (memory.segment() == Register.FS) {
                state.fsBase = base;
            } else {
                state.gsBase = base;
            }
            segment = base;
        }
        long offset = target - segment;
        if (offset << 16 >> 16 != offset && target << 16 >> 16 == target) {
            // AMD raises #GP for an offset that isn't canonical even if its sum with the base is
            state.fsBase = 0;
            state.gsBase = 0;
            offset = target;
        }
        if (memory.addressSize() == 32 && offset >>> 32 != 0) {
            offset = Layout.DATA + values.below(Layout.WRITABLE_SIZE - 64);
        }
        if (spec.role() == Role.XLAT) {
            pinAddress(memory, offset - (state.gpr[0] & 0xFF));
        } else if (spec.role() == Role.MOFFS) {
            patch(instruction, memory.addressSize() / 8, offset);
        } else if (spec.vectorIndex()) {
            placeVector(spec, memory, offset);
        } else {
            placeScalar(instruction, memory, offset);
        }
        fillMemory(target, size);
    }

    /** Registers used with 32-bit addresses have anything in their upper halves. */
    private void pinAddress(Mem memory, long value) {
        pin(memory.base().number(), memory.addressSize() == 32 ? value & 0xFFFF_FFFFL | values.any() << 32 : value);
    }

    private void placeScalar(Instruction instruction, Mem memory, long offset) {
        Register base = memory.base();
        Register index = memory.index();
        long rest = offset;
        boolean narrow = memory.addressSize() == 32;
        if (index != null && index == base) {
            rest = (offset - memory.displacement()) / (1 + memory.scale());
            pinAddress(memory, rest);
            return;
        }
        if (index != null) {
            if (!isPinned(index.number())) {
                long value = values.chance(80) ? values.below(512) - 256 : values.integer() >> 24;
                pin(index.number(), narrow ? value & 0xFFFF_FFFFL | values.any() << 32 : value);
            }
            rest -= state.gpr[index.number()] * memory.scale();
        }
        if (base != null && base.kind() != Kind.RIP) {
            pinAddress(memory, rest - memory.displacement());
        } else {
            long from = base == null ? 0 : state.rip + instruction.length();
            long displacement = rest - from;
            if (narrow || displacement == (int) displacement) {
                patch(instruction, 4, displacement);
            } else if (index == null) {
                patch(instruction, 4, Layout.DATA + values.below(Layout.WRITABLE_SIZE - 64) - from);
            }
        }
    }

    private void placeVector(OperandSpec spec, Mem memory, long offset) {
        boolean wide = spec.text().startsWith("vm64");
        int number = memory.index().number();
        int spread = values.chance(85) ? 64 : 2048;
        for (int lane = 0; lane < 4; lane++) {
            long low = values.below(2 * spread) - spread;
            long high = values.below(2 * spread) - spread;
            long element = wide ? low : low & 0xFFFF_FFFFL | high << 32;
            if (lane < 2) {
                state.xmm[2 * number + lane] = element;
            } else {
                state.ymmHigh[2 * number + lane - 2] = element;
            }
        }
        if (memory.base() != null) {
            pinAddress(memory, offset - memory.displacement() + (values.chance(70) ? 512 : 0));
        }
    }

    /** Replaces a displacement: it ends where the immediates begin. */
    private void patch(Instruction instruction, int size, long value) {
        int immediates = instruction.form().encoding().immediates().stream().mapToInt(Integer::intValue).sum();
        int end = instruction.length() - (instruction.form().operands().stream().anyMatch(o -> o.role() == Role.MOFFS)
                ? 0 : immediates);
        for (int i = 0; i < size; i++) {
            test.bytes[end - size + i] = (byte) (value >>> 8 * i);
        }
    }

    /** Puts interesting numbers at an address, as far as it lies in the data pages. */
    void fillMemory(long address, int size) {
        Values.Style style = values.style();
        for (int i = 0; i < Math.min(size, 64); i += 8) {
            store(address + i, values.element(style));
        }
    }

    void store(long address, long value) {
        long offset = address - Layout.DATA;
        if (offset >= 0 && offset <= Layout.DATA_SIZE - 8) {
            ByteBuffer.wrap(state.memory).order(ByteOrder.LITTLE_ENDIAN).putLong((int) offset, value);
        }
    }

    /** The linear address of a memory operand as placed. */
    long address(Mem memory, int length) {
        long offset = memory.displacement();
        Register base = memory.base();
        if (base != null) {
            offset += base.kind() == Kind.RIP ? state.rip + length : state.gpr[base.number()];
        }
        if (memory.index() != null && memory.index().isGeneral()) {
            offset += state.gpr[memory.index().number()] * memory.scale();
        }
        if (memory.addressSize() == 32) {
            offset &= 0xFFFF_FFFFL;
        }
        return offset + (memory.segment() == Register.FS ? state.fsBase
                : memory.segment() == Register.GS ? state.gsBase : 0);
    }

    /** The address of the first memory operand, or 0. */
    long firstAddress() {
        Instruction instruction = test.instruction();
        if (instruction != null) {
            for (Operand operand : instruction.operands()) {
                if (operand instanceof Mem memory) {
                    return address(memory, instruction.length());
                }
            }
        }
        return 0;
    }
}
