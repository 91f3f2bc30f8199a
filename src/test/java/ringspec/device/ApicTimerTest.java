package ringspec.device;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.device.ApicBed.*;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The local APIC's timer, counted exactly. */
final class ApicTimerTest {

    private static final int BY_ONE = 0xB;

    private final ApicBed bed = ApicBed.enabled();

    private void start(int timer, int divide, int count) {
        bed.write(DIVIDE, divide);
        bed.write(LVT_TIMER, timer);
        bed.write(INITIAL_COUNT, count);
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 4", "2, 8", "3, 16", "8, 32", "9, 64", "10, 128", "11, 1"})
    void oneShotWithEveryDivisor(int divide, int divisor) {
        bed.time = 1000;
        start(0x40, divide, 3);
        assertThat(bed.read(CURRENT_COUNT)).isEqualTo(3);
        for (int passed = 0; passed < 3 * divisor; passed++) {
            assertThat(bed.advance(1000 + passed)).isEmpty();
            assertThat(bed.read(CURRENT_COUNT)).isEqualTo(3 - passed / divisor);
            assertThat(bed.apic.isPending()).isFalse();
        }
        assertThat(bed.advance(1000 + 3 * divisor)).containsExactly(1000L + 3 * divisor);
        assertThat(bed.read(CURRENT_COUNT)).isZero();
        assertThat(bed.apic.acknowledge()).isEqualTo(0x40);
        bed.write(EOI, 0);
        assertThat(bed.advance(1_000_000)).as("only once").isEmpty();
        assertThat(bed.read(INITIAL_COUNT)).isEqualTo(3);
    }

    @Test
    void periodic() {
        start(PERIODIC | 0x40, 0, 5);
        for (int i = 1; i <= 4; i++) {
            assertThat(bed.advance(10L * i - 1)).isEmpty();
            assertThat(bed.read(CURRENT_COUNT)).isEqualTo(1);
            assertThat(bed.advance(10L * i)).containsExactly(10L * i);
            assertThat(bed.read(CURRENT_COUNT)).isEqualTo(5);
            assertThat(bed.apic.acknowledge()).isEqualTo(0x40);
            bed.write(EOI, 0);
        }
    }

    @Test
    void periodsWhoseRequestStillWaitsAreLostButKeepTheBeat() {
        start(PERIODIC | 0x40, BY_ONE, 10);
        assertThat(bed.advance(35)).containsExactly(10L);
        assertThat(bed.apic.timerDue()).as("nothing to wake for").isEqualTo(Long.MAX_VALUE);
        bed.apic.acknowledge();
        assertThat(bed.advance(45)).containsExactly(40L);
        bed.write(EOI, 0);
        assertThat(bed.apic.acknowledge()).isEqualTo(0x40);
        assertThat(bed.apic.timerDue()).isEqualTo(50);
    }

    @Test
    void maskedItCountsButDoesNotInterrupt() {
        start(PERIODIC | MASKED | 0x40, BY_ONE, 10);
        assertThat(bed.advance(25)).isEmpty();
        assertThat(bed.read(CURRENT_COUNT)).isEqualTo(5);
        bed.write(LVT_TIMER, PERIODIC | 0x40);
        assertThat(bed.apic.isPending()).isFalse();
        assertThat(bed.advance(30)).containsExactly(30L);
        assertThat(bed.apic.isPending()).isTrue();
    }

    @Test
    void aMaskedExpiryOfOneShotIsLost() {
        start(MASKED | 0x40, BY_ONE, 10);
        bed.advance(10);
        bed.write(LVT_TIMER, 0x40);
        assertThat(bed.apic.timerDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(bed.read(CURRENT_COUNT)).isZero();
    }

    @Test
    void anInitialCountOfZeroStopsIt() {
        start(PERIODIC | 0x40, BY_ONE, 10);
        bed.advance(4);
        bed.write(INITIAL_COUNT, 0);
        assertThat(bed.read(CURRENT_COUNT)).isZero();
        assertThat(bed.advance(100)).isEmpty();
    }

    @Test
    void aNewInitialCountStartsItAnew() {
        start(0x40, BY_ONE, 10);
        bed.advance(9);
        bed.write(INITIAL_COUNT, 10);
        assertThat(bed.advance(100)).containsExactly(19L);
    }

    @Test
    void aChangeOfModeNeitherStartsNorStopsIt() {
        start(0x40, BY_ONE, 10);
        bed.advance(4);
        bed.write(LVT_TIMER, PERIODIC | 0x40);
        assertThat(bed.advance(10)).containsExactly(10L);
        bed.apic.acknowledge();
        assertThat(bed.advance(25)).containsExactly(20L);
        bed.write(LVT_TIMER, 0x50);
        assertThat(bed.advance(100)).containsExactly(30L);
        bed.write(LVT_TIMER, PERIODIC | 0x60);
        assertThat(bed.advance(200)).isEmpty();
    }

    @Test
    void aChangeOfTheDivisorKeepsTheCount() {
        start(0x40, 0, 10);
        bed.advance(9);
        assertThat(bed.read(CURRENT_COUNT)).isEqualTo(6);
        bed.write(DIVIDE, 1);
        assertThat(bed.read(CURRENT_COUNT)).isEqualTo(6);
        assertThat(bed.advance(100)).containsExactly(9L + 6 * 4);
    }

    @Test
    void theLargestCount() {
        start(0x40, 10, -1);
        assertThat(bed.apic.timerDue()).isEqualTo(0xFFFF_FFFFL * 128);
        bed.advance(127);
        assertThat(bed.read(CURRENT_COUNT)).isEqualTo(-1);
        bed.advance(128);
        assertThat(bed.read(CURRENT_COUNT)).isEqualTo(-2);
    }

    @Test
    void anIllegalVectorIsAnError() {
        start(PERIODIC | 0x0F, BY_ONE, 10);
        assertThat(bed.advance(25)).containsExactly(10L);
        bed.write(ESR, 0);
        assertThat(bed.read(ESR)).isEqualTo(0x40);
        assertThat(bed.advance(35)).containsExactly(30L);
    }

    @Test
    void whatIsWrittenAtTheTimeOfAnExpiryComesAfterIt() {
        start(0x40, BY_ONE, 10);
        bed.time = 10;
        bed.apic.receive(0x80, false);
        assertThat(bed.apic.timerDue()).isEqualTo(10);
        bed.write(LVT_TIMER, MASKED | 0x40);
        assertThat(bed.has(IRR, 0x40)).isTrue();
    }
}
