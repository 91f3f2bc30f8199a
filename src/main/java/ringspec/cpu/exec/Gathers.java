package ringspec.cpu.exec;

import java.util.Arrays;
import ringspec.cpu.Cpu;
import ringspec.cpu.EventDelivery;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/**
 * VGATHERDPS, VPGATHERQQ and their kin: elements from addresses that a vector of indices gives, where the mask's top bits are set.
 *
 * <p>A fault in the middle leaves what is done: elements from the lowest on are in the destination, and their masks are cleared, so that
 * the restarted instruction goes on with the one that failed (SDM vol. 2C, VGATHERDPS). No alignment is checked.
 */
final class Gathers {

    /** DR6: single step (SDM vol. 3B, 19.2.3). */
    private static final long DR6_BS = 1 << 14;

    private Gathers() {
    }

    static void register(Registry registry) {
        for (int indexBits : new int[]{32, 64}) {
            String index = indexBits == 32 ? "D" : "Q";
            registry.add("VGATHER" + index + "PS", (i, offset) -> gather(i, offset, indexBits, 32));
            registry.add("VGATHER" + index + "PD", (i, offset) -> gather(i, offset, indexBits, 64));
            registry.add("VPGATHER" + index + "D", (i, offset) -> gather(i, offset, indexBits, 32));
            registry.add("VPGATHER" + index + "Q", (i, offset) -> gather(i, offset, indexBits, 64));
        }
    }

    private static Operation gather(Instruction instruction, int offset, int indexBits, int width) {
        Operand.Mem memory = (Operand.Mem) instruction.operand(1);
        int target = VectorOperands.index(instruction, 0);
        int index = memory.index().number() * 2;
        int mask = VectorOperands.index(instruction, 2);
        if (target == index || target == mask || index == mask) {
            return SimpleOperation.last(instruction, offset, cpu -> {
                VectorOperands.requireAvx(cpu);
                throw Fault.undefinedOpcode();
            });
        }
        Elements elements = new Elements(instruction, offset, memory, indexBits, width);
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.requireAvx(cpu);
            elements.gather(cpu, target, index, mask);
        });
    }

    /** The elements of one instruction: how many, how wide, and where. */
    private static final class Elements {
        private final EffectiveAddress base;
        private final int shift;
        private final int indexBits;
        private final int width;
        private final int count;

        Elements(Instruction instruction, int offset, Operand.Mem memory, int indexBits, int width) {
            Operand.Mem withoutIndex = new Operand.Mem(memory.segment(), memory.segmentOverridden(), memory.base(),
                    null,
                    1, memory.displacement(), memory.size(), memory.addressSize());
            this.base = new EffectiveAddress(instruction, withoutIndex, offset);
            this.shift = Integer.numberOfTrailingZeros(memory.scale());
            this.indexBits = indexBits;
            this.width = width;
            int targets = (VectorOperands.isWide(instruction.operand(0)) ? 256 : 128) / width;
            int indices = (memory.index().kind() == Register.Kind.YMM ? 256 : 128) / indexBits;
            this.count = Math.min(targets, indices);
        }

        void gather(Cpu cpu, int target, int index, int mask) {
            if (isIntel(cpu)) {
                extendMask(cpu, mask);
            }
            boolean progress = false;
            for (int i = 0; i < count; i++) {
                if (element(cpu, mask, i, width) >>> width - 1 != 0) {
                    write(cpu, target, i, load(cpu, element(cpu, index, i, indexBits), progress));
                    progress = true;
                }
                write(cpu, mask, i, 0);
            }
            clearAbove(cpu, target);
            clearAbove(cpu, mask);
        }

        /**
         * A single-step trap that is due for the elements gathered so far comes before the fault of the next one. Intel's manual has
         * RF set in the frame then; AMD processors don't set it.
         */
        private long load(Cpu cpu, long index, boolean progress) {
            try {
                long distance = Widths.signExtend(indexBits, index) << shift;
                return VectorOperands.readUnchecked(cpu, base.linear(cpu, distance), width / 8);
            } catch (Fault fault) {
                if (progress && cpu.flags.has(Rflags.TF)) {
                    EventDelivery.noteDebugStatus(cpu, DR6_BS);
                    throw isIntel(cpu) ? Fault.of(Vector.DB) : Fault.trap(Vector.DB);
                }
                throw fault;
            }
        }

        private static boolean isIntel(Cpu cpu) {
            return cpu.model.vendor() == ProcessorModel.Vendor.INTEL;
        }

        /** Each mask element becomes all ones or 0 by its top bit; beyond the elements that count, 0. AMD processors leave it. */
        private void extendMask(Cpu cpu, int mask) {
            for (int i = 0; i < count; i++) {
                write(cpu, mask, i, element(cpu, mask, i, width) << 64 - width >> 63);
            }
            clearAbove(cpu, mask);
        }

        private void clearAbove(Cpu cpu, int register) {
            int halves = count * width / 64;
            if (halves < 2) {
                cpu.xmm[register + 1] = 0;
            }
            if (halves < 4) {
                Arrays.fill(cpu.ymmHigh, register, register + 2, 0);
            }
        }

        private static long element(Cpu cpu, int register, int number, int bits) {
            int bit = number * bits;
            return Widths.truncate(bits, VectorOperands.register(cpu, register, bit >>> 6) >>> bit);
        }

        private void write(Cpu cpu, int register, int number, long value) {
            int bit = number * width;
            int half = bit >>> 6;
            long[] file = half < 2 ? cpu.xmm : cpu.ymmHigh;
            int at = register + (half & 1);
            long selected = Widths.truncate(width, -1) << bit;
            file[at] = Swar.select(selected, value << bit, file[at]);
        }
    }
}
