package ringspec.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Power management, PCI configuration, keyboard controller and the system control ports, by their registers. */
final class PcPortsTest {

    private long now;
    private int powerOffs;
    private final List<Boolean> sci = new ArrayList<>();
    private final List<ResetCause> resets = new ArrayList<>();
    private final PowerManagement power = new PowerManagement(() -> now, sci::add, () -> powerOffs++);
    private final PciConfiguration pci = new PciConfiguration(resets::add);
    private final KeyboardController keyboard = new KeyboardController(resets::add);
    private final PortDevice data = keyboard.port(KeyboardController.DATA);
    private final PortDevice command = keyboard.port(KeyboardController.COMMAND);
    private final SystemPorts system = new SystemPorts(() -> now, new Pit8254(() -> now, high -> {
    }), resets::add);

    @Test
    void s5SwitchesOff() {
        assertThat(power.read(4, 2)).as("SCI_EN").isEqualTo(1);
        power.write(4, 2, 1 << 10);
        power.write(4, 2, 1 << 13 | 5 << 10);
        assertThat(powerOffs).as("no such state").isZero();
        power.write(4, 2, 1 << 13 | PowerManagement.SLEEP_TYPE_S5 << 10);
        assertThat(powerOffs).isEqualTo(1);
        assertThat(power.read(4, 2)).as("SLP_EN is write-only").isEqualTo(1);
    }

    @Test
    void s5ByTwoBytes() {
        power.write(5, 1, 0x20);
        assertThat(powerOffs).isEqualTo(1);
    }

    @Test
    void theTimerCountsAtItsFrequency() {
        now = VirtualTime.PER_SECOND;
        assertThat(power.read(8, 4)).isEqualTo(3_579_545);
        assertThat(power.read(9, 1)).isEqualTo(3_579_545 >>> 8 & 0xFF);
        assertThat(power.read(8, 2)).isEqualTo(3_579_545 & 0xFFFF);
    }

    @Test
    void theTimersCarryInterrupts() {
        assertThat(power.due()).isEqualTo(Long.MAX_VALUE);
        power.write(2, 2, 0xFFFF);
        assertThat(power.read(2, 2)).as("only TMR_EN is there").isEqualTo(1);
        now = power.due();
        assertThat(power.read(8, 4)).isEqualTo(Integer.MIN_VALUE);
        assertThat(sci).containsExactly(true);
        assertThat(power.read(0, 2)).isEqualTo(1);
        power.write(0, 2, 1);
        assertThat(sci).containsExactly(true, false);
        long first = now;
        now = power.due();
        assertThat(now).isBetween(2 * first - 1, 2 * first + 1);
        power.update();
        assertThat(sci).containsExactly(true, false, true);
    }

    @Test
    void nothingIsOnThePciBus() {
        pci.write(0, 4, 0x8000_0804);
        assertThat(pci.read(0, 4)).isEqualTo(0x8000_0804);
        assertThat(pci.read(4, 4)).isEqualTo(-1);
        assertThat(pci.read(6, 2)).isEqualTo(0xFFFF);
        pci.write(0, 4, -1);
        assertThat(pci.read(0, 4)).as("reserved bits").isEqualTo(0x80FF_FFFC);
        pci.write(0, 1, 1);
        pci.write(4, 4, 0);
        assertThat(pci.read(0, 4)).isEqualTo(0x80FF_FFFC);
        assertThat(resets).isEmpty();
    }

    @Test
    void resetByTheResetControlRegister() {
        pci.write(1, 1, 2);
        assertThat(resets).as("how, but not yet").isEmpty();
        assertThat(pci.read(1, 1)).isEqualTo(2);
        pci.write(1, 1, PciConfiguration.RESET_VALUE);
        assertThat(resets).containsExactly(ResetCause.PORT_CF9);
    }

    @ParameterizedTest
    @CsvSource({"0xFE, true", "0xFC, true", "0xFF, false", "0xFD, false", "0xAA, false"})
    void theKeyboardControllerPulsesItsOutputs(String value, boolean reset) {
        command.write(0, 1, Integer.decode(value));
        assertThat(resets).hasSize(reset ? 1 : 0);
    }

    @Test
    void theKeyboardControllerTestsItself() {
        assertThat(command.read(0, 1)).as("empty").isEqualTo(0x14);
        command.write(0, 1, 0xAA);
        assertThat(command.read(0, 1)).isEqualTo(0x1D);
        assertThat(data.read(0, 1)).isEqualTo(0x55);
        assertThat(command.read(0, 1) & 1).isZero();
        command.write(0, 1, 0xAB);
        assertThat(data.read(0, 1)).isZero();
        command.write(0, 1, 0xD0);
        assertThat(data.read(0, 1)).as("A20 open, not in reset").isEqualTo(3);
    }

    @Test
    void theKeyboardControllersCommandByte() {
        command.write(0, 1, 0x60);
        data.write(0, 1, 0x47);
        command.write(0, 1, 0xAD);
        command.write(0, 1, 0x20);
        assertThat(data.read(0, 1)).isEqualTo(0x57);
        data.write(0, 1, 0xFF);
        assertThat(command.read(0, 1)).as("no keyboard answers").isEqualTo(0x14);
    }

    @Test
    void theKeyboardControllersOutputPort() {
        command.write(0, 1, 0xD1);
        data.write(0, 1, 0xDD);
        assertThat(resets).isEmpty();
        command.write(0, 1, 0xD1);
        data.write(0, 1, 0xDE);
        assertThat(resets).containsExactly(ResetCause.KEYBOARD_CONTROLLER);
    }

    @Test
    void systemControlPortA() {
        assertThat(system.portA().read(0, 1)).isEqualTo(2);
        system.portA().write(0, 1, 0);
        assertThat(system.portA().read(0, 1)).as("A20 stays open").isEqualTo(2);
        system.portA().write(0, 1, 3);
        assertThat(resets).containsExactly(ResetCause.PORT_92);
    }

    @Test
    void theRefreshBitToggles() {
        now = 15_084;
        assertThat(system.portB().read(0, 1) & 0x10).isZero();
        now++;
        assertThat(system.portB().read(0, 1) & 0x10).isEqualTo(0x10);
    }

    @Test
    void latchesRemember() {
        system.latches().write(0, 1, 0x42);
        system.latches().write(15, 1, 0x24);
        assertThat(system.latches().read(0, 1)).isEqualTo(0x42);
        assertThat(system.latches().read(15, 1)).isEqualTo(0x24);
    }
}
