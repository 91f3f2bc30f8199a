package ringspec.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The MC146818 by its registers. */
final class RealTimeClockTest {

    private static final long SECOND = VirtualTime.PER_SECOND;
    private static final int A = 10;
    private static final int B = 11;
    private static final int C = 12;

    private long now;
    private final List<Long> interrupts = new ArrayList<>();
    private RealTimeClock clock = at(LocalDateTime.of(2026, 2, 28, 23, 59, 58));

    private RealTimeClock at(LocalDateTime date) {
        return new RealTimeClock(() -> now, date, high -> {
            if (high) {
                interrupts.add(now);
            }
        });
    }

    private int read(int register) {
        clock.write(0, 1, register);
        return clock.read(1, 1);
    }

    private void write(int register, int value) {
        clock.write(0, 1, register);
        clock.write(1, 1, value);
    }

    /** Lets time pass as the machine does; a driver reads register C at each interrupt. */
    private void until(long time) {
        while (clock.due() <= time) {
            now = clock.due();
            clock.update();
            read(C);
        }
        now = time;
        clock.update();
    }

    private String shown() {
        return "%02x%02x-%02x-%02x/%x %02x:%02x:%02x".formatted(read(0x32), read(9), read(8), read(7), read(6), read(4),
                read(2),
                read(0));
    }

    @Test
    void goesOnOverTheEndOfAMonth() {
        assertThat(shown()).isEqualTo("2026-02-28/7 23:59:58");
        now = 2 * SECOND - 1;
        assertThat(shown()).isEqualTo("2026-02-28/7 23:59:59");
        now = 2 * SECOND;
        assertThat(shown()).isEqualTo("2026-03-01/1 00:00:00");
        now = 86_400 * 366L * SECOND;
        assertThat(shown()).isEqualTo("2027-03-01/2 23:59:58");
    }

    @ParameterizedTest
    @CsvSource({"0, 0x12, 12", "1, 0x01, 1", "11, 0x11, 11", "12, 0x92, 140", "23, 0x91, 139"})
    void hoursInTheTwelveHourForm(int hour, String bcd, int binary) {
        write(B, 0x82);
        write(4, hour / 10 << 4 | hour % 10);
        write(B, 0x80);
        clock = at(LocalDateTime.of(2026, 1, 1, 0, 0));
        write(B, 0x80);
        write(4, Integer.decode(bcd));
        write(B, 0x00);
        now += 3600 * SECOND;
        int next = (hour + 1) % 24;
        int twelve = (next + 11) % 12 + 1;
        assertThat(read(4)).isEqualTo((twelve / 10 << 4 | twelve % 10) + (next >= 12 ? 0x80 : 0));
        write(B, 0x84);
        write(4, binary);
        write(B, 0x04);
        write(9, 26);
        write(8, 1);
        write(7, 1);
        write(2, 0);
        write(0, 0);
        now += 3600 * SECOND;
        assertThat(read(4)).isEqualTo(twelve + (next >= 12 ? 0x80 : 0));
    }

    @Test
    void uipWarnsOfTheUpdate() {
        now = SECOND - 2_228_001;
        assertThat(read(A) & 0x80).isZero();
        now++;
        assertThat(read(A) & 0x80).isEqualTo(0x80);
        now = SECOND - 1;
        assertThat(read(A) & 0x80).isEqualTo(0x80);
        now = SECOND;
        assertThat(read(A) & 0x80).isZero();
    }

    @Test
    void setStopsTheClockAndClearsUie() {
        write(B, 0x12);
        write(B, 0x92);
        assertThat(read(B)).isEqualTo(0x82);
        now = 10 * SECOND;
        write(0, 0x30);
        write(2, 0x15);
        assertThat(shown()).isEqualTo("2026-02-28/7 23:15:30");
        write(B, 2);
        now = 11 * SECOND;
        assertThat(shown()).isEqualTo("2026-02-28/7 23:15:31");
    }

    @Test
    void updateEndedInterruptsEachSecond() {
        write(B, 0x12);
        until(3 * SECOND + 5);
        assertThat(interrupts).containsExactly(SECOND, 2 * SECOND, 3 * SECOND);
    }

    @Test
    void oneInterruptUntilRegisterCIsRead() {
        write(B, 0x12);
        now = SECOND;
        clock.update();
        assertThat(clock.due()).isEqualTo(Long.MAX_VALUE);
        now = 5 * SECOND;
        clock.update();
        assertThat(interrupts).containsExactly(SECOND);
        assertThat(read(C) & 0x90).isEqualTo(0x90);
        assertThat(read(C)).isZero();
        assertThat(clock.due()).isEqualTo(6 * SECOND);
    }

    @Test
    void flagsAreSetWithoutInterruptsToo() {
        now = SECOND;
        assertThat(read(C)).as("PF and UF, but not IRQF").isEqualTo(0x50);
        assertThat(interrupts).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3, 8192", "6, 1024", "15, 2", "1, 256", "2, 128"})
    void thePeriodicInterrupt(int rate, int hertz) {
        write(A, 0x20 | rate);
        write(B, 0x42);
        until(SECOND);
        assertThat(interrupts).hasSize(hertz).last().isEqualTo(SECOND);
        assertThat(interrupts.getFirst()).isBetween(SECOND / hertz, SECOND / hertz + 1);
    }

    @Test
    void noRateNoPeriod() {
        write(A, 0x20);
        write(B, 0x42);
        assertThat(clock.due()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theAlarmRingsAtItsTime() {
        write(1, 0x01);
        write(3, 0x00);
        write(5, 0x00);
        write(B, 0x22);
        until(10 * SECOND);
        assertThat(interrupts).containsExactly(3 * SECOND);
    }

    @Test
    void upperBitsInTheAlarmMatchAll() {
        write(1, 0x00);
        write(3, 0xC0);
        write(5, 0xFF);
        write(B, 0x22);
        until(130 * SECOND);
        assertThat(interrupts).as("each full minute").containsExactly(2 * SECOND, 62 * SECOND, 122 * SECOND);
    }

    @Test
    void theFirstUpdateAfterADividerResetComesHalfASecondLater() {
        now = 100;
        write(A, 0x60);
        now = 7 * SECOND;
        assertThat(shown()).isEqualTo("2026-02-28/7 23:59:58");
        write(A, 0x26);
        now += SECOND / 2 - 1;
        assertThat(shown()).endsWith(":58");
        now++;
        assertThat(shown()).endsWith(":59");
    }

    @Test
    void whatIsNoDateStandsStill() {
        write(7, 0x31);
        now = 5 * SECOND;
        assertThat(shown()).isEqualTo("2026-02-31/7 23:59:58");
    }

    @Test
    void memoryAndFixedRegisters() {
        write(0x50, 0xA5);
        assertThat(read(0x50)).isEqualTo(0xA5);
        assertThat(read(0xD0)).as("bit 7 is for NMI").isEqualTo(0xA5);
        assertThat(read(13)).as("the battery is good").isEqualTo(0x80);
        write(13, 0);
        assertThat(read(13)).isEqualTo(0x80);
        assertThat(clock.read(0, 1)).isEqualTo(0xFF);
        assertThatThrownBy(() -> clock.setMemory(13, 1)).hasMessageContaining("14 to 127");
    }

    @Test
    void copiesGoOnAlike() {
        write(B, 0x52);
        now = SECOND / 3;
        clock.update();
        RealTimeClock copy = at(LocalDateTime.of(2000, 1, 1, 0, 0));
        copy.copyFrom(clock);
        RealTimeClock original = clock;
        now = 90 * SECOND;
        String shown = shown();
        clock = copy;
        assertThat(shown()).isEqualTo(shown);
        assertThat(copy.due()).isEqualTo(original.due());
    }
}
