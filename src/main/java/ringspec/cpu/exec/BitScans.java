package ringspec.cpu.exec;

import ringspec.cpu.Flags;
import ringspec.cpu.Rflags;

/**
 * BSF, BSR, LZCNT, TZCNT and POPCNT on zero-extended operands. Flags that the SDM leaves undefined are those of AMD silicon.
 */
final class BitScans {

    private BitScans() {
    }

    /**
     * BSF. A source of 0 leaves the destination alone (documented by AMD, done by Intel), so callers must not write the result then.
     */
    static long bsf(Flags flags, long source) {
        return scanned(flags, source, source == 0 ? 0 : Long.numberOfTrailingZeros(source));
    }

    /** BSR, likewise. */
    static long bsr(Flags flags, long source) {
        return scanned(flags, source, source == 0 ? 0 : 63 - Long.numberOfLeadingZeros(source));
    }

    private static long scanned(Flags flags, long source, long index) {
        flags.setLogic(index);
        flags.setZf(source == 0);
        return index;
    }

    /** LZCNT: the operand size for a source of 0. */
    static long lzcnt(Flags flags, int bits, long source) {
        return counted(flags, source, Long.numberOfLeadingZeros(source) - (64 - bits));
    }

    /** TZCNT: the operand size for a source of 0. */
    static long tzcnt(Flags flags, int bits, long source) {
        return counted(flags, source, source == 0 ? bits : Long.numberOfTrailingZeros(source));
    }

    private static long counted(Flags flags, long source, long count) {
        boolean of = flags.of();
        flags.setArithmetic(count == 0 ? Rflags.ZF : 0);
        flags.setCfOf(source == 0, of);
        return count;
    }

    /** POPCNT: ZF for a source of 0, the other five 0. */
    static long popcnt(Flags flags, long source) {
        flags.setArithmetic(source == 0 ? Rflags.ZF : 0);
        return Long.bitCount(source);
    }
}
