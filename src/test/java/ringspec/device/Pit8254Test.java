package ringspec.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The 8254 by its registers, tick by tick; a count written at tick 0 is loaded at tick 1. */
final class Pit8254Test {

    private static final int CONTROL = 3;

    private long now;
    private final List<String> edges = new ArrayList<>();
    private final Pit8254 pit = new Pit8254(() -> now, high -> edges.add((high ? "+" : "-") + tick()));
    private final SystemPorts system = new SystemPorts(() -> now, pit, cause -> {
        throw new AssertionError("reset by " + cause);
    });

    private long tick() {
        return VirtualTime.ticks(now, Pit8254.HERTZ);
    }

    /** Lets time pass as the machine does: from change to change of OUT 0. */
    private void at(long tick) {
        long end = VirtualTime.timeOf(tick, Pit8254.HERTZ);
        while (pit.due() <= end) {
            now = pit.due();
            pit.update();
        }
        now = end;
        pit.update();
    }

    private void program(int control, int... bytes) {
        pit.write(CONTROL, 1, control);
        for (int value : bytes) {
            pit.write(control >>> 6, 1, value);
        }
    }

    private int count(int channel) {
        pit.write(CONTROL, 1, channel << 6);
        return pit.read(channel, 1) | pit.read(channel, 1) << 8;
    }

    @Test
    void mode0InterruptsOnceWhenTheCountEnds() {
        program(0x30, 5, 0);
        at(30);
        assertThat(edges).containsExactly("-0", "+6");
        assertThat(count(0)).as("it counts on").isEqualTo(0x10000 - 24);
        assertThat(pit.due()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void mode0StopsAtTheFirstByteOfANewCount() {
        program(0x30, 5, 0);
        at(4);
        pit.write(0, 1, 3);
        at(20);
        assertThat(edges).containsExactly("-0");
        pit.write(0, 1, 0);
        at(40);
        assertThat(edges).containsExactly("-0", "+24");
    }

    @Test
    void mode2PulsesEveryNTicks() {
        program(0x34, 4, 0);
        at(13);
        assertThat(edges).containsExactly("-4", "+5", "-8", "+9", "-12", "+13");
    }

    @Test
    void mode2TakesANewCountAtTheEndOfItsCycle() {
        program(0x34, 10, 0);
        at(3);
        pit.write(0, 1, 4);
        pit.write(0, 1, 0);
        at(19);
        assertThat(edges).containsExactly("-10", "+11", "-14", "+15", "-18", "+19");
    }

    @ParameterizedTest
    @CsvSource({"6, -4 +7 -10 +13", "7, -5 +8 -12 +15", "2, -2 +3 -4 +5"})
    void mode3IsASquareWaveWhoseHighHalfIsTheLonger(int count, String expected) {
        program(0x36, count, 0);
        at(15);
        assertThat(edges).startsWith(expected.split(" "));
    }

    @Test
    void mode3CountsByTwo() {
        program(0x36, 6, 0);
        List<Integer> even = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            at(i);
            even.add(count(0));
        }
        assertThat(even).containsExactly(6, 4, 2, 6, 4, 2, 6);
        program(0x36, 5, 0);
        List<Integer> odd = new ArrayList<>();
        for (int i = 8; i <= 13; i++) {
            at(i);
            odd.add(count(0));
        }
        assertThat(odd).as("the even number below, down to 0 in the high half").containsExactly(4, 2, 0, 4, 2, 4);
    }

    @Test
    void aHundredHertzAreTenMillionInstructions() {
        int count = 11932;
        program(0x34, count & 0xFF, count >>> 8);
        at(count + 1);
        assertThat(now).isBetween(10_000_000L, 10_002_000L);
        assertThat(edges).hasSize(2);
    }

    @Test
    void zeroIsTheLargestCount() {
        program(0x34, 0, 0);
        at(1);
        assertThat(count(0)).isZero();
        at(2);
        assertThat(count(0)).isEqualTo(0xFFFF);
        at(0x10001);
        assertThat(edges).containsExactly("-65536", "+65537");
    }

    @Test
    void decimalCounts() {
        program(0x31, 0x00, 0x10);
        at(2);
        assertThat(count(0)).isEqualTo(0x0999);
        at(1001);
        assertThat(edges).containsExactly("-0", "+1001");
        at(1002);
        assertThat(count(0)).isEqualTo(0x9999);
    }

    @Test
    void aLatchedCountStaysUntilItIsRead() {
        program(0x34, 100, 0);
        at(11);
        pit.write(CONTROL, 1, 0x00);
        at(21);
        pit.write(CONTROL, 1, 0x00);
        assertThat(pit.read(0, 1) | pit.read(0, 1) << 8).isEqualTo(90);
        assertThat(pit.read(0, 1) | pit.read(0, 1) << 8).as("not latched").isEqualTo(80);
    }

    @Test
    void singleBytes() {
        program(0x10, 5);
        at(2);
        assertThat(pit.read(0, 1)).isEqualTo(4);
        assertThat(pit.read(0, 1)).isEqualTo(4);
        program(0x20, 5);
        at(3);
        assertThat(pit.read(0, 1)).as("high byte of 0x500").isEqualTo(5);
    }

    @Test
    void readBackLatchesStatusThenCount() {
        pit.write(CONTROL, 1, 0x34);
        pit.write(CONTROL, 1, 0xE2);
        assertThat(pit.read(0, 1)).as("OUT, NULL COUNT, both bytes, mode 2").isEqualTo(0xF4);
        pit.write(0, 1, 10);
        pit.write(0, 1, 0);
        at(3);
        pit.write(CONTROL, 1, 0xC2);
        at(5);
        assertThat(pit.read(0, 1)).isEqualTo(0xB4);
        assertThat(pit.read(0, 1) | pit.read(0, 1) << 8).isEqualTo(8);
        pit.write(0, 1, 20);
        pit.write(0, 1, 0);
        pit.write(CONTROL, 1, 0xE2);
        assertThat(pit.read(0, 1)).as("the new count waits for the cycle's end").isEqualTo(0xF4);
    }

    @Test
    void gate2AndOut2AreAtPort61() {
        program(0xB0, 4, 0);
        at(10);
        assertThat(system.portB().read(0, 1) & 0x23).as("the gate is low").isZero();
        assertThat(count(2)).isEqualTo(4);
        system.portB().write(0, 1, 1);
        at(12);
        assertThat(count(2)).isEqualTo(2);
        system.portB().write(0, 1, 2);
        at(20);
        assertThat(count(2)).as("stopped").isEqualTo(2);
        assertThat(system.portB().read(0, 1) & 0x23).isEqualTo(2);
        assertThat(system.speakerOn()).isTrue();
        system.portB().write(0, 1, 1);
        at(22);
        assertThat(system.portB().read(0, 1) & 0x21).isEqualTo(0x21);
    }

    @Test
    void mode1IsTriggeredByTheGate() {
        program(0xB2, 3, 0);
        at(5);
        assertThat(pit.out2()).isTrue();
        system.portB().write(0, 1, 1);
        at(6);
        assertThat(pit.out2()).isFalse();
        at(9);
        assertThat(pit.out2()).isTrue();
        system.portB().write(0, 1, 0);
        system.portB().write(0, 1, 1);
        at(11);
        assertThat(pit.out2()).as("again").isFalse();
    }

    @Test
    void mode4StrobesOnce() {
        program(0x38, 3, 0);
        at(100_000);
        assertThat(edges).containsExactly("-4", "+5");
    }

    @Test
    void copiesGoOnAlike() {
        program(0x34, 7, 0);
        at(3);
        List<String> copied = new ArrayList<>();
        Pit8254 copy = new Pit8254(() -> now, high -> copied.add((high ? "+" : "-") + tick()));
        copy.copyFrom(pit);
        assertThat(copy.due()).isEqualTo(pit.due());
        at(7);
        copy.update();
        assertThat(copied).isEqualTo(edges).containsExactly("-7");
    }
}
