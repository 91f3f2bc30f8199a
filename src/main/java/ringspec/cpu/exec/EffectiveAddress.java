package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/**
 * Where a memory operand lies: segment base + base + index * scale + displacement, the sum without the segment base truncated to
 * the address size (SDM vol. 1, 3.3.7 and 3.7.5). Outside 64-bit mode a linear address is given only after the segment's type and
 * limit have let the whole operand pass.
 */
public final class EffectiveAddress {

    private static final int NONE = -1;

    private final int base;
    private final int index;
    /** All ones for a register that counts, 0 where there is none: an AND costs less than a branch that the host can't foresee. */
    private final long baseMask;
    private final long indexMask;
    private final int shift;
    private final long displacement;
    /** FS, GS or {@link #NONE}: the bases of the others count as 0 in 64-bit mode. */
    private final int segment;
    private final boolean ripRelative;
    private final boolean address32;
    /** How the segment counts outside 64-bit mode; null in 64-bit mode. */
    private final SegmentedReference segmented;
    /** None of the rarer things: segment base, RIP, 32 bits, code of another size. */
    private final boolean plain;

    /**
     * @param instruction the instruction: its code size decides how the segment counts
     * @param operand its memory operand
     * @param pageOffset page offset of the instruction's first byte
     */
    public EffectiveAddress(Instruction instruction, Operand.Mem operand, int pageOffset) {
        this.ripRelative = operand.base() == Register.RIP;
        boolean hasBase = operand.base() != null && !ripRelative;
        this.base = hasBase ? operand.base().number() : 0;
        this.baseMask = hasBase ? -1 : 0;
        this.index = operand.index() != null ? operand.index().number() : 0;
        this.indexMask = operand.index() != null ? -1 : 0;
        this.shift = Integer.numberOfTrailingZeros(operand.scale());
        this.displacement = operand.displacement() + (ripRelative ? pageOffset + instruction.length() : 0);
        int number = operand.segment().number();
        this.segment = number == SegmentRegister.FS || number == SegmentRegister.GS ? number : NONE;
        this.address32 = operand.addressSize() == 32;
        this.segmented = instruction.codeSize().is64() ? null : SegmentedReference.of(instruction, operand);
        this.plain = !ripRelative && !address32 && segment == NONE && segmented == null;
    }

    /**
     * The linear address.
     *
     * @throws ringspec.cpu.Fault #GP(0) or #SS(0) of a segment, outside 64-bit mode
     */
    public long linear(Cpu cpu) {
        long sum = sum(cpu.gpr);
        return plain ? sum : rare(cpu, sum, true);
    }

    /** The offset in the segment: what LEA computes. */
    public long offset(Cpu cpu) {
        long sum = sum(cpu.gpr);
        return plain ? sum : rare(cpu, sum, false);
    }

    /** The linear address of the bit string's part that a bit offset selects, for BT and its kin: {@code bytes} further on. */
    public long linear(Cpu cpu, long bytes) {
        long sum = sum(cpu.gpr) + bytes;
        return plain ? sum : rare(cpu, sum, true);
    }

    private long sum(long[] gpr) {
        return displacement + (gpr[base] & baseMask) + ((gpr[index] & indexMask) << shift);
    }

    private long rare(Cpu cpu, long plainSum, boolean withSegment) {
        if (segmented != null) {
            return withSegment ? segmented.linear(cpu, plainSum) : segmented.offset(plainSum);
        }
        long sum = plainSum;
        if (ripRelative) {
            sum += cpu.codePage;
        }
        if (address32) {
            sum &= 0xFFFF_FFFFL;
        }
        if (withSegment && segment >= 0) {
            sum += cpu.segments[segment].base;
        }
        return sum;
    }
}
