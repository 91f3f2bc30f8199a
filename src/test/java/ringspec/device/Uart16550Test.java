package ringspec.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class Uart16550Test {

    private static final int DATA = 0;
    private static final int IER = 1;
    private static final int IIR = 2;
    private static final int FCR = 2;
    private static final int LCR = 3;
    private static final int MCR = 4;
    private static final int LSR = 5;
    private static final int MSR = 6;
    private static final int SCR = 7;

    private final StringBuilder line = new StringBuilder();
    private final Uart16550 uart = new Uart16550(c -> line.append((char) c));

    private void out(int register, int value) {
        uart.write(register, 1, value);
    }

    private int in(int register) {
        return uart.read(register, 1);
    }

    private void feed(String text) {
        uart.feed(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void transmits() {
        assertThat(in(LSR)).isEqualTo(0x60);
        out(DATA, 'o');
        out(DATA, 'k');
        assertThat(line).hasToString("ok");
        assertThat(in(LSR)).isEqualTo(0x60);
    }

    @Test
    void theDivisorLatchHidesDataAndIer() {
        out(LCR, 0x83);
        out(DATA, 0x0C);
        out(IER, 0x01);
        assertThat(in(DATA)).isEqualTo(0x0C);
        assertThat(in(IER)).isEqualTo(1);
        out(LCR, 0x03);
        assertThat(uart.divisor()).isEqualTo(0x10C);
        assertThat(in(IER)).isZero();
        assertThat(line).isEmpty();
    }

    @Test
    void registersKeepTheBitsThatExist() {
        out(IER, 0xFF);
        out(MCR, 0xFF);
        out(SCR, 0xA5);
        assertThat(in(IER)).isEqualTo(0x0F);
        assertThat(in(MCR)).isEqualTo(0x1F);
        assertThat(in(SCR)).isEqualTo(0xA5);
        out(LSR, 0);
        assertThat(in(LSR)).isEqualTo(0x60);
    }

    @Test
    void aWordOfFiveBitsLosesTheOthers() {
        out(LCR, 0);
        out(DATA, 0xFF);
        assertThat(line.charAt(0)).isEqualTo((char) 0x1F);
    }

    @Test
    void withoutFifosANewCharacterOverrunsTheOld() {
        uart.receive('a');
        uart.receive('b');
        assertThat(in(LSR)).isEqualTo(0x63);
        assertThat(in(LSR)).as("OE is cleared by reading").isEqualTo(0x61);
        assertThat(in(DATA)).isEqualTo('b');
        assertThat(in(LSR)).isEqualTo(0x60);
    }

    @Test
    void aFullFifoLosesTheNewCharacter() {
        out(FCR, 1);
        for (int i = 0; i < 17; i++) {
            uart.receive('a' + i);
        }
        assertThat(in(LSR)).isEqualTo(0x63);
        for (int i = 0; i < 16; i++) {
            assertThat(in(DATA)).isEqualTo('a' + i);
        }
        assertThat(in(LSR)).isEqualTo(0x60);
    }

    @Test
    void feedingNeverOverruns() {
        out(FCR, 1);
        feed("a text that is longer than the FIFO");
        StringBuilder read = new StringBuilder();
        while ((in(LSR) & 3) == 1) {
            read.append((char) in(DATA));
        }
        assertThat(read).hasToString("a text that is longer than the FIFO");
    }

    @Test
    void fifoControl() {
        assertThat(in(IIR)).isEqualTo(1);
        out(FCR, 1);
        assertThat(in(IIR)).isEqualTo(0xC1);
        uart.receive('x');
        out(FCR, 3);
        assertThat(in(LSR)).isEqualTo(0x60);
        uart.receive('x');
        out(FCR, 0);
        assertThat(in(LSR)).as("switching the FIFOs clears them").isEqualTo(0x60);
        out(FCR, 0xC0);
        assertThat(in(IIR)).as("without the enable bit nothing is programmed").isEqualTo(1);
    }

    @Test
    void receiveInterruptByTriggerLevelOrTimeout() {
        out(IER, 1);
        out(MCR, 8);
        assertThat(uart.interruptLine()).isFalse();
        out(FCR, 0x41);
        uart.receive('a');
        assertThat(uart.interruptLine()).isTrue();
        assertThat(in(IIR)).isEqualTo(0xCC);
        for (int i = 0; i < 3; i++) {
            uart.receive('b');
        }
        assertThat(in(IIR)).isEqualTo(0xC4);
        for (int i = 0; i < 4; i++) {
            in(DATA);
        }
        assertThat(in(IIR)).isEqualTo(0xC1);
        assertThat(uart.interruptLine()).isFalse();
    }

    @Test
    void transmitterEmptyInterruptIsClearedByReadingIir() {
        out(MCR, 8);
        out(IER, 2);
        assertThat(uart.interruptLine()).isTrue();
        assertThat(in(IIR)).isEqualTo(2);
        assertThat(uart.interruptLine()).isFalse();
        out(DATA, 'x');
        assertThat(uart.interruptLine()).isTrue();
        out(MCR, 0);
        assertThat(uart.interruptLine()).as("OUT2 gates the line").isFalse();
    }

    @Test
    void interruptsComeByPriority() {
        out(IER, 0xF);
        out(MCR, 0x10);
        out(MCR, 0x1B);
        out(DATA, 'a');
        out(DATA, 'b');
        assertThat(in(IIR)).as("overrun").isEqualTo(6);
        in(LSR);
        assertThat(in(IIR)).as("data").isEqualTo(4);
        in(DATA);
        assertThat(in(IIR)).as("transmitter empty").isEqualTo(2);
        assertThat(in(IIR)).as("modem status").isZero();
        in(MSR);
        assertThat(in(IIR)).isEqualTo(1);
    }

    @Test
    void loopbackConnectsTransmitterToReceiverAndModemOutputsToInputs() {
        assertThat(in(MSR)).isEqualTo(0xB0);
        out(MCR, 0x1F);
        assertThat(in(MSR) & 0xF0).isEqualTo(0xF0);
        out(MCR, 0x12);
        assertThat(in(MSR)).as("RTS is CTS; DSR and DCD changed, RI fell").isEqualTo(0x1E);
        out(DATA, 'z');
        assertThat(line).isEmpty();
        assertThat(in(DATA)).isEqualTo('z');
    }

    @Test
    void aCopyGoesItsOwnWay() {
        feed("ab");
        Uart16550 copy = new Uart16550(c -> {
        });
        copy.copyFrom(uart);
        assertThat(in(DATA)).isEqualTo('a');
        assertThat(copy.read(DATA, 1)).isEqualTo('a');
        assertThat(copy.read(DATA, 1)).isEqualTo('b');
    }
}
