package ringspec.paging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ringspec.memory.PhysicalMemory;

final class WalkTest {

    private static final PagingMode MODE = PagingMode.HARDENED;
    private final PhysicalMemory ram = new PhysicalMemory(0x10000);

    @BeforeEach
    void oneUserPage() {
        ram.write64(0x1000, 0x2007);
        ram.write64(0x2000, 0x3007);
        ram.write64(0x3000, 0x4007);
        ram.write64(0x4008, 0x5005 | PageTableEntry.NX);
    }

    @Test
    void tellsEveryStepAndChangesNothing() {
        byte[] before = ram.read(0, 0x10000);
        Walk walk = Walk.of(ram, 0x1000, 0x1234, MODE);
        assertThat(walk.physical()).isEqualTo(0x5234);
        assertThat(walk).hasToString("""
                0x0000000000001234 from CR3 0x1000
                  PML4E[  0] at 0x000001000 = 0x0000000000002007  P R/W U/S -> 0x2000
                  PDPTE[  0] at 0x000002000 = 0x0000000000003007  P R/W U/S -> 0x3000
                  PDE  [  0] at 0x000003000 = 0x0000000000004007  P R/W U/S -> 0x4000
                  PTE  [  1] at 0x000004008 = 0x8000000000005005  P U/S XD -> 0x5000
                  => 0x5234""");
        assertThat(ram.read(0, 0x10000)).isEqualTo(before);
    }

    @Test
    void saysWhyAnAccessFaults() {
        Walk walk = Walk.of(ram, 0x1000, 0x1234, MODE);
        assertThat(walk.verdict(AccessKind.READ, Privilege.USER, MODE)).isEqualTo(
                "read by user: allowed, physical address 0x5234");
        assertThat(walk.verdict(AccessKind.WRITE, Privilege.USER, MODE)).isEqualTo(
                "write by user: #PF(0x7), R/W is 0 in the PTE");
        assertThat(walk.verdict(AccessKind.FETCH, Privilege.USER, MODE)).isEqualTo(
                "fetch by user: #PF(0x15), XD is 1 in the PTE");
        assertThat(walk.verdict(AccessKind.READ, Privilege.SUPERVISOR, MODE)).contains("#PF(0x1), CR4.SMAP");
        assertThat(walk.verdict(AccessKind.WRITE, Privilege.SUPERVISOR_AC, MODE)).contains("#PF(0x3), R/W is 0");
        assertThat(Walk.of(ram, 0x1000, 0x5000, MODE).verdict(AccessKind.WRITE, Privilege.SUPERVISOR, MODE)).isEqualTo(
                "write by supervisor: #PF(0x2), P is 0 in the PTE");
    }

    @Test
    void namesEveryLevelThatWithholdsARight() {
        ram.write64(0x1000, 0x2003);
        ram.write64(0x3000, 0x4003);
        assertThat(Walk.of(ram, 0x1000, 0x1234, MODE).verdict(AccessKind.READ, Privilege.USER, MODE)).endsWith(
                "U/S is 0 in the PML4E and the PDE");
        ram.write64(0x3000, 0x4007 | 1L << 51);
        assertThat(Walk.of(ram, 0x1000, 0x1234, MODE).verdict(AccessKind.READ, Privilege.USER, MODE)).endsWith(
                "#PF(0xd), reserved bits 0x8000000000000 are set in the PDE");
    }
}
