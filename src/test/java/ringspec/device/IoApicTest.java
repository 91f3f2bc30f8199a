package ringspec.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static ringspec.device.ApicBed.*;

import org.junit.jupiter.api.Test;
import ringspec.trace.TraceEvent;

/** The I/O APIC and what becomes of its messages. */
final class IoApicTest {

    private static final int ACTIVE_LOW = 1 << 13;
    private static final int REMOTE_IRR = 1 << 14;

    private final ApicBed bed = ApicBed.enabled();

    private static int low(int input) {
        return 0x10 + 2 * input;
    }

    @Test
    void valuesAfterReset() {
        assertThat(bed.readIo(0)).isZero();
        assertThat(bed.readIo(1)).isEqualTo(0x0017_0020);
        assertThat(bed.readIo(2)).isZero();
        for (int input = 0; input < 24; input++) {
            assertThat(bed.readIo(low(input))).isEqualTo(MASKED);
            assertThat(bed.readIo(low(input) + 1)).isZero();
        }
        assertThat(bed.readIo(0x40)).isZero();
        assertThat(bed.readIo(0xFF)).isZero();
    }

    @Test
    void writableBits() {
        bed.writeIo(0, -1);
        assertThat(bed.readIo(0)).isEqualTo(0x0F00_0000);
        bed.writeIo(1, -1);
        assertThat(bed.readIo(1)).isEqualTo(0x0017_0020);
        bed.writeIo(low(23), -1);
        assertThat(bed.readIo(low(23))).isEqualTo(0x0001_AFFF);
        bed.writeIo(low(23) + 1, -1);
        assertThat(bed.readIo(low(23) + 1)).isEqualTo(0xFF00_0000);
        assertThat(bed.readIo(low(22))).isEqualTo(MASKED);
        bed.ioApic.write(0, 1, 0x10);
        assertThat(bed.ioApic.read(0, 4)).as("a byte write is ignored").isEqualTo(low(22));
    }

    @Test
    void anEdgeInterruptsOncePerRise() {
        bed.writeIo(low(4), 0x41);
        bed.ioApic.setInput(4, true);
        assertThat(bed.has(TMR, 0x41)).isFalse();
        assertThat(bed.apic.acknowledge()).isEqualTo(0x41);
        bed.write(EOI, 0);
        assertThat(bed.apic.isPending()).isFalse();
        bed.ioApic.setInput(4, true);
        assertThat(bed.apic.isPending()).isFalse();
        bed.ioApic.setInput(4, false);
        bed.ioApic.setInput(4, true);
        assertThat(bed.apic.isPending()).isTrue();
        assertThat(bed.events).contains(new TraceEvent.InterruptLine(4, true), new TraceEvent.InterruptLine(4, false));
    }

    @Test
    void anEdgeOnAMaskedInputIsLost() {
        bed.ioApic.setInput(4, true);
        bed.writeIo(low(4), 0x41);
        assertThat(bed.apic.isPending()).isFalse();
    }

    @Test
    void aLevelIsSentAgainAtEoiWhileItLasts() {
        bed.writeIo(low(9), LEVEL | 0x51);
        bed.ioApic.setInput(9, true);
        assertThat(bed.readIo(low(9))).isEqualTo(LEVEL | REMOTE_IRR | 0x51);
        assertThat(bed.has(TMR, 0x51)).isTrue();
        assertThat(bed.apic.acknowledge()).isEqualTo(0x51);
        assertThat(bed.has(IRR, 0x51)).as("not again before EOI").isFalse();
        bed.write(EOI, 0);
        assertThat(bed.apic.acknowledge()).isEqualTo(0x51);
        bed.ioApic.setInput(9, false);
        bed.write(EOI, 0);
        assertThat(bed.apic.isPending()).isFalse();
        assertThat(bed.readIo(low(9))).isEqualTo(LEVEL | 0x51);
        assertThat(bed.events).contains(new TraceEvent.InterruptInService(0x51, true),
                new TraceEvent.EndOfInterrupt(0x51));
    }

    @Test
    void aLevelThatRoseWhileMaskedIsSentWhenUnmasked() {
        bed.writeIo(low(9), MASKED | LEVEL | 0x51);
        bed.ioApic.setInput(9, true);
        assertThat(bed.apic.isPending()).isFalse();
        bed.writeIo(low(9), LEVEL | 0x51);
        assertThat(bed.apic.isPending()).isTrue();
    }

    @Test
    void activeLow() {
        bed.writeIo(low(9), MASKED | ACTIVE_LOW | LEVEL | 0x51);
        bed.ioApic.setInput(9, true);
        bed.writeIo(low(9), ACTIVE_LOW | LEVEL | 0x51);
        assertThat(bed.apic.isPending()).isFalse();
        bed.ioApic.setInput(9, false);
        assertThat(bed.apic.isPending()).isTrue();
    }

    @Test
    void twoInputsShareALevelTriggeredVector() {
        bed.writeIo(low(9), LEVEL | 0x51);
        bed.writeIo(low(10), LEVEL | 0x51);
        bed.ioApic.setInput(9, true);
        bed.ioApic.setInput(10, true);
        bed.apic.acknowledge();
        bed.ioApic.setInput(9, false);
        bed.write(EOI, 0);
        assertThat(bed.apic.isPending()).as("already requested").isTrue();
        bed.apic.acknowledge();
        bed.ioApic.setInput(10, false);
        bed.write(EOI, 0);
        assertThat(bed.apic.isPending()).isFalse();
    }

    @Test
    void withBroadcastsSuppressedTheEoiRegisterEndsIt() {
        bed.write(SVR, 0x11FF);
        bed.writeIo(low(9), LEVEL | 0x51);
        bed.ioApic.setInput(9, true);
        bed.apic.acknowledge();
        bed.write(EOI, 0);
        assertThat(bed.apic.isPending()).isFalse();
        bed.ioApic.write(0x40, 4, 0x52);
        assertThat(bed.apic.isPending()).as("another vector's EOI").isFalse();
        bed.ioApic.write(0x40, 4, 0x51);
        assertThat(bed.apic.isPending()).isTrue();
    }

    @Test
    void switchingToEdgeClearsRemoteIrr() {
        bed.writeIo(low(9), LEVEL | 0x51);
        bed.ioApic.setInput(9, true);
        bed.apic.acknowledge();
        bed.writeIo(low(9), MASKED | 0x51);
        assertThat(bed.readIo(low(9))).isEqualTo(MASKED | 0x51);
        bed.writeIo(low(9), LEVEL | 0x51);
        assertThat(bed.has(IRR, 0x51)).as("free to be sent again").isTrue();
    }

    @Test
    void whatTheLocalApicRefusesIsOfferedAgainIfLevel() {
        ApicBed disabled = new ApicBed();
        disabled.writeIo(low(4), 0x41);
        disabled.writeIo(low(9), LEVEL | 0x51);
        disabled.ioApic.setInput(4, true);
        disabled.ioApic.setInput(9, true);
        assertThat(disabled.readIo(low(9))).isEqualTo(LEVEL | 0x51);
        disabled.write(SVR, ENABLED);
        assertThat(disabled.has(IRR, 0x51)).isTrue();
        assertThat(disabled.has(IRR, 0x41)).isFalse();
        assertThat(disabled.readIo(low(9))).isEqualTo(LEVEL | REMOTE_IRR | 0x51);
    }

    @Test
    void otherDestinationsAndNmi() {
        bed.writeIo(low(4) + 1, 7 << 24);
        bed.writeIo(low(4), 0x41);
        bed.ioApic.setInput(4, true);
        assertThat(bed.apic.isPending()).isFalse();
        bed.writeIo(low(5), LEVEL | 0x400);
        bed.ioApic.setInput(5, true);
        assertThat(bed.nmis).isEqualTo(1);
        assertThat(bed.readIo(low(5))).isEqualTo(LEVEL | 0x400);
    }

    @Test
    void anInputThatIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> bed.ioApic.setInput(24, true))
                .withMessageContaining("expected 0 to 23");
    }

    @Test
    void theSerialPortsOutputFollowsItsInterrupts() {
        Uart16550 uart = new Uart16550(value -> {
        }, high -> bed.ioApic.setInput(Uart16550.IRQ, high));
        bed.writeIo(low(4), 0x41);
        uart.write(4, 1, 8);
        uart.write(1, 1, 1);
        assertThat(bed.ioApic.input(4)).isFalse();
        uart.receive('a');
        assertThat(bed.apic.acknowledge()).isEqualTo(0x41);
        assertThat(bed.ioApic.input(4)).isTrue();
        assertThat(uart.read(0, 1)).isEqualTo('a');
        assertThat(bed.ioApic.input(4)).isFalse();
    }
}
