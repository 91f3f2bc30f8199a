package ringspec.paging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.memory.PhysicalMemory;

/**
 * Every combination of P, R/W, U/S and XD at every level with every access and every control bit, against the rules of SDM
 * vol. 3A, 5.6.1 written down a second time.
 */
final class AccessRightsTest {

    private static final long LINEAR = 0x0000_1234_5678_9ABCL;
    private static final long CR3 = 0x1000;
    private static final long[] BITS = {PageTableEntry.P, PageTableEntry.RW, PageTableEntry.US, PageTableEntry.NX};
    private static final int P = 0;
    private static final int W = 1;
    private static final int U = 2;
    private static final int X = 3;

    private final PhysicalMemory ram = new PhysicalMemory(0x10000);
    private final PageWalker walker = new PageWalker(ram);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyCombinationIsJudgedAsTheManualSays(int leafLevel) {
        int levels = 5 - leafLevel;
        long checked = 0;
        for (int bits = 0; bits < 1 << 4 * levels; bits++) {
            writeTables(leafLevel, bits);
            for (int control = 0; control < 16; control++) {
                PagingMode mode = mode(control);
                WalkResult result = walker.walk(CR3, LINEAR, mode);
                for (AccessKind kind : AccessKind.values()) {
                    for (Privilege privilege : Privilege.values()) {
                        int expected = expected(leafLevel, bits, kind, privilege, mode);
                        int actual = PageWalker.faultCode(result, kind, privilege, mode);
                        checked++;
                        if (actual != expected) {
                            assertThat(actual).as("leaf at level %d, bits %x, %s by %s under %s", leafLevel, bits, kind,
                                    privilege, mode).isEqualTo(expected);
                        }
                    }
                }
            }
        }
        assertThat(checked).isEqualTo((1L << 4 * levels) * 16 * 9);
    }

    private void writeTables(int leafLevel, int bits) {
        for (int level = 4; level >= leafLevel; level--) {
            long entry = level == leafLevel ? 0 : 0x1000L * (6 - level);
            entry |= level == leafLevel && level > 1 ? PageTableEntry.PS : 0;
            for (int bit = 0; bit < BITS.length; bit++) {
                entry |= has(bits, level, leafLevel, bit) ? BITS[bit] : 0;
            }
            ram.write64(0x1000L * (5 - level) + 8L * PageTableEntry.index(LINEAR, level), entry);
        }
    }

    private static boolean has(int bits, int level, int leafLevel, int bit) {
        return (bits >>> 4 * (level - leafLevel) + bit & 1) != 0;
    }

    private static PagingMode mode(int control) {
        return new PagingMode((control & 1) != 0, (control & 2) != 0, (control & 4) != 0, (control & 8) != 0, true,
                true,
                false, 46);
    }

    /** The manual's rules in the manual's order, one sentence after the other. */
    private static int expected(int leafLevel, int bits, AccessKind kind, Privilege privilege, PagingMode mode) {
        int code = 0;
        code |= kind == AccessKind.WRITE ? 2 : 0;
        code |= privilege == Privilege.USER ? 4 : 0;
        code |= kind == AccessKind.FETCH && (mode.nxe() || mode.smep()) ? 16 : 0;
        boolean userAddress = true;
        boolean writable = true;
        boolean executable = true;
        for (int level = 4; level >= leafLevel; level--) {
            if (!has(bits, level, leafLevel, P)) {
                return code;
            }
            if (has(bits, level, leafLevel, X) && !mode.nxe()) {
                return code | 1 | 8;
            }
            userAddress &= has(bits, level, leafLevel, U);
            writable &= has(bits, level, leafLevel, W);
            executable &= !has(bits, level, leafLevel, X);
        }
        boolean allowed;
        if (privilege == Privilege.USER) {
            // A user-mode access to a supervisor-mode address is never allowed, whatever it does.
            allowed = userAddress;
            if (kind == AccessKind.WRITE) {
                allowed &= writable;
            } else if (kind == AccessKind.FETCH) {
                allowed &= executable;
            }
        } else if (!userAddress) {
            if (kind == AccessKind.READ) {
                allowed = true;
            } else if (kind == AccessKind.WRITE) {
                allowed = writable || !mode.wp();
            } else {
                allowed = executable;
            }
        } else {
            boolean smapLetsThrough = !mode.smap() || privilege == Privilege.SUPERVISOR_AC;
            if (kind == AccessKind.READ) {
                allowed = smapLetsThrough;
            } else if (kind == AccessKind.WRITE) {
                allowed = smapLetsThrough && (writable || !mode.wp());
            } else {
                allowed = executable && !mode.smep();
            }
        }
        return allowed ? -1 : code | 1;
    }
}
