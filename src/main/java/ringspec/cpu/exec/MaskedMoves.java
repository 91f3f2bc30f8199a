package ringspec.cpu.exec;

import java.util.Arrays;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/**
 * Moves of the elements that a mask selects by its elements' top bits: VMASKMOVPS, VPMASKMOVD, MASKMOVDQU and their kin. With AVX,
 * memory that no selected element touches is not looked at, and no alignment is checked; the older two want the whole operand writable,
 * in parts of 8 bytes, as processors do whose manuals leave it open.
 */
final class MaskedMoves {

    private MaskedMoves() {
    }

    static void register(Registry registry) {
        registry.add("VMASKMOVPS", (i, offset) -> move(i, offset, 32));
        registry.add("VMASKMOVPD", (i, offset) -> move(i, offset, 64));
        registry.add("VPMASKMOVD", (i, offset) -> move(i, offset, 32));
        registry.add("VPMASKMOVQ", (i, offset) -> move(i, offset, 64));
        LaneOperation.both(registry, "MASKMOVDQU", MaskedMoves::maskmovdqu);
        registry.add("MASKMOVQ", MaskedMoves::maskmovq);
    }

    private static Operation move(Instruction instruction, int offset, int width) {
        return instruction.operand(0) instanceof Operand.Mem mem ? store(instruction, offset, mem, width)
                : load(instruction, offset, width);
    }

    private static boolean isSelected(Cpu cpu, int mask, int element, int width) {
        int bit = element * width + width - 1;
        return (VectorOperands.register(cpu, mask, bit >>> 6) >>> bit & 1) != 0;
    }

    /** Elements that aren't selected become 0. */
    private static Operation load(Instruction instruction, int offset, int width) {
        VectorOperands target = VectorOperands.at(instruction, offset, 0, 0, 0);
        int mask = VectorOperands.index(instruction, 1);
        EffectiveAddress address = new EffectiveAddress(instruction, (Operand.Mem) instruction.operand(2), offset);
        int elements = (target.wide ? 256 : 128) / width;
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.requireAvx(cpu);
            long linear = address.linear(cpu);
            long[] out = cpu.vectorResult;
            Arrays.fill(out, 0);
            for (int i = 0; i < elements; i++) {
                if (isSelected(cpu, mask, i, width)) {
                    long value = VectorOperands.readUnchecked(cpu, linear + i * width / 8, width / 8);
                    out[i * width >>> 6] |= value << i * width;
                }
            }
            target.write(cpu, out);
        });
    }

    private static Operation store(Instruction instruction, int offset, Operand.Mem mem, int width) {
        int mask = VectorOperands.index(instruction, 1);
        int from = VectorOperands.index(instruction, 2);
        EffectiveAddress address = new EffectiveAddress(instruction, mem, offset);
        int elements = mem.size() * 8 / width;
        int bytes = width / 8;
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.requireAvx(cpu);
            long linear = address.linear(cpu);
            for (int i = 0; i < elements; i++) {
                if (isSelected(cpu, mask, i, width)) {
                    cpu.memory.prepareUnalignedWrite(linear + i * bytes, bytes);
                }
            }
            for (int i = 0; i < elements; i++) {
                if (isSelected(cpu, mask, i, width)) {
                    long value = VectorOperands.register(cpu, from, i * width >>> 6) >>> i * width;
                    VectorOperands.writeUnchecked(cpu, linear + i * bytes, bytes, value);
                }
            }
        });
    }

    /** Bytes to DS:RDI; the segment can be overridden. */
    private static Operation maskmovdqu(Instruction instruction, int offset) {
        int data = VectorOperands.index(instruction, 0);
        int mask = VectorOperands.index(instruction, 1);
        boolean vex = VectorOperands.isVex(instruction);
        EffectiveAddress target = ImpliedAddress.of(instruction, offset, Cpu.RDI);
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.require(cpu, vex);
            storeBytes(cpu, target.linear(cpu), new long[]{cpu.xmm[data], cpu.xmm[data + 1]},
                    new long[]{cpu.xmm[mask], cpu.xmm[mask + 1]});
        });
    }

    private static Operation maskmovq(Instruction instruction, int offset) {
        int mask = MmxOperation.number(instruction, 1);
        EffectiveAddress target = ImpliedAddress.of(instruction, offset, Cpu.RDI);
        return MmxOperation.read(instruction, offset, 0, (cpu, data) -> {
            if (cpu.model.vendor() == ProcessorModel.Vendor.AMD) {
                // Even if the store faults: a restart finds nothing to object to.
                cpu.fpu.enterMmx();
            }
            storeBytes(cpu, target.linear(cpu), new long[]{data}, new long[]{cpu.fpu.significand[mask]});
        });
    }

    private static void storeBytes(Cpu cpu, long linear, long[] data, long[] mask) {
        int count = 8 * data.length;
        boolean checksAlignment = cpu.flags.has(Rflags.AC)
                && (count == 8 || cpu.model.vendor() == ProcessorModel.Vendor.AMD);
        for (int part = 0; part < count; part += 8) {
            if (checksAlignment) {
                cpu.memory.requireAligned(linear + part, 8, 8);
            }
            cpu.memory.prepareUnalignedWrite(linear + part, 8);
        }
        for (int i = 0; i < count; i++) {
            if (byteOf(mask, i) < 0) {
                cpu.memory.write8(linear + i, byteOf(data, i));
            }
        }
    }

    private static byte byteOf(long[] vector, int i) {
        return (byte) (vector[i >>> 3] >>> 8 * (i & 7));
    }
}
