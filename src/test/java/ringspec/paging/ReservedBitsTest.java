package ringspec.paging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ringspec.memory.PhysicalMemory;

final class ReservedBitsTest {

    private static final PagingMode INTEL_46 = PagingMode.HARDENED;
    private static final PagingMode AMD_48 = new PagingMode(true, true, true, true, true, true, true, 48);
    private static final PagingMode NO_1G_NO_NX = new PagingMode(true, true, true, false, true, false, false, 36);

    /** Bit by bit: is it reserved in an entry that is otherwise P and, where named, PS? */
    private static long reservedMask(int level, long base, PagingMode mode) {
        long mask = 0;
        for (int bit = 1; bit < 64; bit++) {
            mask |= PageTableEntry.reservedBits(level, base | 1L << bit, mode) & 1L << bit;
        }
        return mask;
    }

    @Test
    void intelWith46AddressBits() {
        long high = 0x000F_C000_0000_0000L;
        assertThat(reservedMask(4, 1, INTEL_46)).isEqualTo(high | 0x80);
        assertThat(reservedMask(3, 1, INTEL_46)).isEqualTo(high);
        assertThat(reservedMask(3, 0x81, INTEL_46)).isEqualTo(high | 0x3FFF_E000L);
        assertThat(reservedMask(2, 1, INTEL_46)).isEqualTo(high);
        assertThat(reservedMask(2, 0x81, INTEL_46)).isEqualTo(high | 0x1F_E000L);
        assertThat(reservedMask(1, 1, INTEL_46)).isEqualTo(high);
    }

    @Test
    void amdReservesTheGlobalBitInPml4eAndInPdpteThatIsNoLeaf() {
        long high = 0x000F_0000_0000_0000L;
        assertThat(reservedMask(4, 1, AMD_48)).isEqualTo(high | 0x180);
        assertThat(reservedMask(3, 1, AMD_48)).isEqualTo(high | 0x100);
        assertThat(reservedMask(3, 0x81, AMD_48)).isEqualTo(high | 0x3FFF_E000L);
        assertThat(reservedMask(2, 1, AMD_48)).isEqualTo(high);
    }

    @Test
    void withoutGigabytePagesAndWithoutNxe() {
        long high = 0x000F_FFF0_0000_0000L | PageTableEntry.NX;
        assertThat(reservedMask(3, 1, NO_1G_NO_NX)).isEqualTo(high | 0x80);
        assertThat(reservedMask(1, 1, NO_1G_NO_NX)).isEqualTo(high);
    }

    @Test
    void aReservedBitComesBeforeWhatIsMissingBelowAndBeforeProtection() {
        PhysicalMemory ram = new PhysicalMemory(0x10000);
        ram.write64(0x1000, 0x2000 | PageTableEntry.P | 1L << 50);
        WalkResult result = new PageWalker(ram).walk(0x1000, 0, INTEL_46);
        assertThat(result).isEqualTo(new WalkResult.Missing(4, 0x1000, 0x2000 | 1 | 1L << 50, 1L << 50));
        assertThat(PageWalker.faultCode(result, AccessKind.WRITE, Privilege.USER, INTEL_46)).isEqualTo(1 | 2 | 4 | 8);
    }

    @Test
    void reservedBitsOfAnEntryThatIsNotPresentDoNotCount() {
        PhysicalMemory ram = new PhysicalMemory(0x10000);
        ram.write64(0x1000, -2L);
        WalkResult result = new PageWalker(ram).walk(0x1000, 0, INTEL_46);
        assertThat(PageWalker.faultCode(result, AccessKind.READ, Privilege.SUPERVISOR, INTEL_46)).isZero();
    }

    @Test
    void aTableOutsideRamReadsAsAllOnesAndRunsIntoReservedBits() {
        WalkResult result = new PageWalker(new PhysicalMemory(0x10000)).walk(0x7000_0000L, 0, INTEL_46);
        assertThat(PageWalker.faultCode(result, AccessKind.READ, Privilege.SUPERVISOR, INTEL_46)).isEqualTo(1 | 8);
    }
}
