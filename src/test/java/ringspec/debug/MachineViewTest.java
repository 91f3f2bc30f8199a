package ringspec.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.ProcessorReset;
import ringspec.machine.Machine;
import ringspec.paging.Translation;

final class MachineViewTest {

    private static final long CR3 = 0x1000;
    private static final long OTHER = 0x11000;

    private final Machine machine = new Machine(Machine.Config.of(ProcessorModels.INTEL));
    private final MachineView view = new MachineView(machine);

    @BeforeEach
    void twoAddressSpaces() {
        for (long root : new long[]{CR3, OTHER}) {
            machine.ram().write64(root, root + 0x1003);
            machine.ram().write64(root + 0x1000, root + 0x2003);
            machine.ram().write64(root + 0x2000, root + 0x3003);
        }
        machine.ram().write64(CR3 + 0x3000 + 8 * 5, 0x8001);
        machine.ram().write64(CR3 + 0x3000 + 8 * 6, 0x9003);
        machine.ram().write64(OTHER + 0x3000 + 8 * 5, 0xA003);
        machine.ram().write64(0x8FFC, 0x1111_1111);
        machine.ram().write64(0x9000, 0x2222_2222);
        machine.ram().write64(0xA000, 0x3333);
        ProcessorReset.longMode(machine.cpu(), CR3, 0x5000, 0x6000);
    }

    @Test
    void readsAnyAddressSpaceAcrossPagesWithoutATrace() {
        byte[] before = machine.ram().read(0, 0x20000);
        assertThat(view.read64(CR3, 0x5FFC)).isEqualTo(0x2222_2222_1111_1111L);
        assertThat(view.read64(OTHER, 0x5000)).isEqualTo(0x3333);
        assertThat(view.tlb()).isEmpty();
        assertThat(machine.ram().read(0, 0x20000)).as("neither A nor D").isEqualTo(before);
    }

    @Test
    void writesAllOrNothing() {
        view.write(CR3, 0x5FFE, new byte[]{1, 2, 3, 4});
        assertThat(view.read(0x5FFE, 4)).containsExactly(1, 2, 3, 4);
        byte[] before = machine.ram().read(0, 0x20000);
        assertThatIllegalArgumentException().isThrownBy(() -> view.write(CR3, 0x6FFF, new byte[2]))
                .withMessageContaining("0x0000000000007000 is not mapped").withMessageContaining("PTE  [  7]");
        assertThatIllegalArgumentException().isThrownBy(() -> view.read(1L << 47, 1)).withMessageContaining(
                "canonical");
        assertThat(machine.ram().read(0, 0x20000)).isEqualTo(before);
    }

    @Test
    void theTlbMayDifferFromTheTables() {
        machine.cpu().memory.read8(0x5000);
        machine.ram().write64(CR3 + 0x3000 + 8 * 5, 0);
        assertThat(view.walk(CR3, 0x5000).isMapped()).isFalse();
        assertThat(view.tlb()).singleElement().extracting(Translation::physical).isEqualTo(0x8000L);
        assertThat(view.addressSpace(CR3).pages()).singleElement().extracting(AddressSpace.Page::linear).isEqualTo(
                0x6000L);
    }
}
