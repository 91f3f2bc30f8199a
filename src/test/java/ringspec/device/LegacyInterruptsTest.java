package ringspec.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two 8259A by their registers. */
final class LegacyInterruptsTest {

    private static final int EOI = 0x20;
    private static final int READ_IRR = 0x0A;
    private static final int READ_ISR = 0x0B;

    private final List<Boolean> output = new ArrayList<>();
    private final LegacyInterrupts pics = new LegacyInterrupts(output::add);
    private final PortDevice master = pics.ports(LegacyInterrupts.MASTER);
    private final PortDevice slave = pics.ports(LegacyInterrupts.SLAVE);

    @BeforeEach
    void initializeAsAPc() {
        initialize(1, 1);
    }

    private void initialize(int masterIcw4, int slaveIcw4) {
        words(master, 0x11, 0x20, 4, masterIcw4);
        words(slave, 0x11, 0x28, 2, slaveIcw4);
        master.write(1, 1, 0);
        slave.write(1, 1, 0);
    }

    private static void words(PortDevice chip, int icw1, int... others) {
        chip.write(0, 1, icw1);
        for (int word : others) {
            chip.write(1, 1, word);
        }
    }

    private void pulse(int line) {
        pics.setLine(line, false);
        pics.setLine(line, true);
    }

    private static int register(PortDevice chip, int command) {
        chip.write(0, 1, command);
        return chip.read(0, 1);
    }

    private int take() {
        assertThat(pics.isRequested()).as("INTR").isTrue();
        return pics.acknowledge();
    }

    @ParameterizedTest
    @CsvSource({"0, 0x20", "7, 0x27", "8, 0x28", "15, 0x2F"})
    void aLineBecomesAVector(int line, String vector) {
        pulse(line);
        assertThat(output).containsExactly(true);
        assertThat(take()).isEqualTo(Integer.decode(vector));
        assertThat(output).containsExactly(true, false);
    }

    @Test
    void theLowestNumberComesFirstAndHoldsBackTheOthers() {
        pulse(5);
        pulse(3);
        assertThat(register(master, READ_IRR)).isEqualTo(0x28);
        assertThat(take()).isEqualTo(0x23);
        assertThat(register(master, READ_ISR)).isEqualTo(8);
        assertThat(pics.isRequested()).isFalse();
        pulse(1);
        assertThat(take()).as("nested").isEqualTo(0x21);
        master.write(0, 1, EOI);
        assertThat(register(master, READ_ISR)).isEqualTo(8);
        master.write(0, 1, EOI);
        assertThat(take()).isEqualTo(0x25);
    }

    @Test
    void theSlaveStandsBetweenLines1And3() {
        pulse(3);
        pulse(8);
        pulse(1);
        assertThat(take()).isEqualTo(0x21);
        master.write(0, 1, EOI);
        assertThat(take()).isEqualTo(0x28);
        assertThat(register(master, READ_ISR)).isEqualTo(4);
        assertThat(register(slave, READ_ISR)).isEqualTo(1);
        slave.write(0, 1, EOI);
        master.write(0, 1, EOI);
        assertThat(take()).isEqualTo(0x23);
    }

    @Test
    void twoRequestsOfTheSlaveComeOneAfterTheOther() {
        pulse(14);
        pulse(9);
        assertThat(take()).isEqualTo(0x29);
        master.write(0, 1, EOI);
        assertThat(pics.isRequested()).as("the slave holds it back").isFalse();
        slave.write(0, 1, EOI);
        assertThat(take()).isEqualTo(0x2E);
    }

    @Test
    void masksHoldBackButKeepRequests() {
        master.write(1, 1, 0x10);
        pulse(4);
        assertThat(pics.isRequested()).isFalse();
        assertThat(register(master, READ_IRR)).isEqualTo(0x10);
        assertThat(master.read(1, 1)).isEqualTo(0x10);
        master.write(1, 1, 0);
        assertThat(take()).isEqualTo(0x24);
    }

    @Test
    void aRequestThatIsGoneIsTheDefaultIr7() {
        pulse(3);
        pics.setLine(3, false);
        assertThat(pics.isRequested()).isFalse();
        assertThat(pics.acknowledge()).isEqualTo(0x27);
        assertThat(register(master, READ_ISR)).as("not in service").isZero();
    }

    @Test
    void aSlavesRequestThatIsGoneLeavesTheMasterInService() {
        // In edge-triggered mode the master would forget it, too, were it not gone within the INTA cycle.
        master.write(1, 1, 0);
        pulse(10);
        slave.write(1, 1, 0xFF);
        assertThat(pics.acknowledge()).isEqualTo(0x27);
        assertThat(register(slave, READ_ISR)).isZero();
    }

    @Test
    void edgesWantTheLineLowInBetween() {
        pulse(6);
        assertThat(take()).isEqualTo(0x26);
        master.write(0, 1, EOI);
        pics.setLine(6, true);
        assertThat(pics.isRequested()).isFalse();
        pulse(6);
        assertThat(pics.isRequested()).isTrue();
    }

    @Test
    void levelsRequestAsLongAsTheyLast() {
        PortDevice elcr = pics.edgeLevelPorts();
        elcr.write(0, 1, 0xFF);
        elcr.write(1, 1, 0xFF);
        assertThat(elcr.read(0, 1)).as("IRQ 0 to 2 stay edges").isEqualTo(0xF8);
        assertThat(elcr.read(1, 1)).as("IRQ 8 and 13 stay edges").isEqualTo(0xDE);
        pics.setLine(11, true);
        for (int i = 0; i < 2; i++) {
            assertThat(take()).isEqualTo(0x2B);
            slave.write(0, 1, EOI);
            master.write(0, 1, EOI);
        }
        pics.setLine(11, false);
        assertThat(pics.isRequested()).isFalse();
    }

    @Test
    void specificEoiEndsItsOwnLevel() {
        pulse(6);
        take();
        pulse(2 + 1);
        take();
        master.write(0, 1, 0x60 | 6);
        assertThat(register(master, READ_ISR)).isEqualTo(8);
    }

    @Test
    void automaticEoiNeverGoesInService() {
        initialize(3, 1);
        pulse(4);
        pulse(5);
        assertThat(take()).isEqualTo(0x24);
        assertThat(register(master, READ_ISR)).isZero();
        assertThat(take()).isEqualTo(0x25);
    }

    @Test
    void rotationMakesTheServedOneTheLowest() {
        pulse(3);
        take();
        master.write(0, 1, 0xA0);
        pulse(3);
        pulse(4);
        assertThat(take()).isEqualTo(0x24);
        master.write(0, 1, 0xE0 | 4);
        pulse(5);
        assertThat(take()).as("4 is lowest, so 5 comes before 3").isEqualTo(0x25);
        master.write(0, 1, EOI);
        master.write(0, 1, 0xC0 | 2);
        assertThat(take()).as("2 is lowest, so 3 is highest").isEqualTo(0x23);
    }

    @Test
    void rotationInAutomaticEoiMode() {
        initialize(3, 1);
        master.write(0, 1, 0x80);
        pulse(3);
        pulse(4);
        assertThat(take()).isEqualTo(0x23);
        pulse(3);
        assertThat(take()).isEqualTo(0x24);
        master.write(0, 1, 0x00);
        assertThat(take()).isEqualTo(0x23);
        pulse(3);
        pulse(5);
        assertThat(take()).as("no rotation any more: 4 is still lowest").isEqualTo(0x25);
    }

    @Test
    void specialMaskModeLetsLowerLevelsIn() {
        pulse(3);
        take();
        pulse(6);
        assertThat(pics.isRequested()).isFalse();
        master.write(1, 1, 8);
        assertThat(pics.isRequested()).isFalse();
        master.write(0, 1, 0x68);
        assertThat(take()).isEqualTo(0x26);
        master.write(0, 1, EOI);
        master.write(0, 1, EOI);
        assertThat(register(master, READ_ISR)).as("the masked one wants a specific EOI").isEqualTo(8);
        master.write(0, 1, 0x63);
        assertThat(register(master, READ_ISR)).isZero();
        master.write(0, 1, 0x48);
        pulse(5);
        take();
        pulse(7);
        assertThat(pics.isRequested()).isFalse();
    }

    @Test
    void specialFullyNestedModeLetsTheSlaveNest() {
        pulse(12);
        take();
        pulse(9);
        assertThat(pics.isRequested()).as("fully nested").isFalse();
        initialize(0x11, 1);
        pulse(12);
        take();
        pulse(9);
        assertThat(take()).isEqualTo(0x29);
    }

    @Test
    void pollingAcknowledges() {
        pulse(4);
        master.write(0, 1, 0x0C);
        assertThat(master.read(0, 1)).isEqualTo(0x84);
        assertThat(register(master, READ_ISR)).isEqualTo(0x10);
        master.write(0, 1, 0x0C);
        assertThat(master.read(0, 1)).isZero();
    }

    @Test
    void initializationForgetsEverything() {
        pulse(3);
        take();
        pulse(4);
        master.write(0, 1, 0x68);
        master.write(0, 1, 0xC0);
        words(master, 0x11, 0x40, 4, 1);
        assertThat(master.read(1, 1)).as("IMR").isZero();
        assertThat(register(master, READ_IRR)).isZero();
        assertThat(register(master, READ_ISR)).isZero();
        pulse(5);
        pulse(1);
        assertThat(take()).isEqualTo(0x41);
    }

    @Test
    void aSingleControllerWithoutIcw4WantsTwoWords() {
        words(master, 0x12, 0x50, 0xFE);
        assertThat(master.read(1, 1)).as("OCW1").isEqualTo(0xFE);
        pulse(0);
        assertThat(take()).isEqualTo(0x50);
    }

    @Test
    void wrongCascadeNumbers() {
        words(slave, 0x11, 0x28, 3, 1);
        pulse(8);
        assertThat(take()).as("nobody drives the bus").isEqualTo(0xFF);
        initializeAsAPc();
        words(master, 0x11, 0x20, 0, 1);
        pulse(8);
        assertThat(take()).as("no slave there").isEqualTo(0x22);
    }

    @Test
    void copiesHaveTheSameState() {
        pulse(3);
        pulse(12);
        LegacyInterrupts copy = new LegacyInterrupts(high -> {
        });
        copy.copyFrom(pics);
        assertThat(copy.isRequested()).isTrue();
        assertThat(copy.acknowledge()).isEqualTo(pics.acknowledge()).isEqualTo(0x2C);
    }
}
