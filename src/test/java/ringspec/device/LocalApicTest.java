package ringspec.device;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.device.ApicBed.*;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.trace.TraceEvent;

/** Registers, priorities, in-service state, errors and interprocessor interrupts of the local APIC. */
final class LocalApicTest {

    private static final int ILLEGAL_REGISTER = 0x80;
    private static final int RECEIVED_ILLEGAL = 0x40;
    private static final int SEND_ILLEGAL = 0x20;

    private final ApicBed bed = ApicBed.enabled();

    /** SDM vol. 3A, 12.4.7.1 and table 12-1. */
    @ParameterizedTest
    @CsvSource({"0x20, 0", "0x30, 0x01050015", "0x80, 0", "0x90, 0", "0xA0, 0", "0xB0, 0", "0xC0, 0", "0xD0, 0",
            "0xE0, 0xFFFFFFFF", "0xF0, 0xFF", "0x100, 0", "0x170, 0", "0x180, 0", "0x1F0, 0", "0x200, 0", "0x270, 0",
            "0x280, 0", "0x300, 0", "0x310, 0", "0x320, 0x10000", "0x330, 0x10000", "0x340, 0x10000",
            "0x350, 0x10000", "0x360, 0x10000", "0x370, 0x10000", "0x380, 0", "0x390, 0", "0x3E0, 0"})
    void valuesAfterReset(int offset, long value) {
        ApicBed fresh = new ApicBed();
        assertThat(fresh.apic.read(offset, 4)).isEqualTo(value);
        fresh.write(ESR, 0);
        assertThat(fresh.read(ESR)).as("ESR").isZero();
        bed.write(LVT_TIMER, 0x20040);
        bed.write(LDR, -1);
        bed.write(INITIAL_COUNT, 5);
        bed.write(0x3E0, 3);
        bed.apic.receive(0x40, true);
        bed.apic.acknowledge();
        bed.apic.reset();
        assertThat(bed.apic.read(offset, 4)).as("after a second reset").isEqualTo(value);
        assertThat(bed.apic.timerDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void amdsVersion() {
        ApicBed amd = new ApicBed(LocalApic.Implementation.AMD);
        assertThat(amd.read(VERSION)).isEqualTo(0x0005_0010);
        amd.write(SVR, -1);
        assertThat(amd.read(SVR)).isEqualTo(0x3FF);
    }

    /** What sticks of all ones. */
    @ParameterizedTest
    @CsvSource({"0x20, 0xFF000000", "0x30, 0x01050015", "0x80, 0xFF", "0xD0, 0xFF000000", "0xE0, 0xFFFFFFFF",
            "0xF0, 0x11FF", "0x310, 0xFF000000", "0x320, 0x300FF", "0x330, 0x107FF", "0x340, 0x107FF",
            "0x350, 0x1A7FF", "0x360, 0x1A7FF", "0x370, 0x100FF", "0x380, 0xFFFFFFFF", "0x3E0, 0xB"})
    void writableBits(int offset, long value) {
        bed.write(offset, -1);
        assertThat(bed.apic.read(offset, 4)).isEqualTo(value);
    }

    @Test
    void onlyAligned32BitWritesCount() {
        bed.apic.write(TPR, 1, 0x30);
        bed.apic.write(TPR, 2, 0x30);
        bed.apic.write(TPR, 8, 0x30);
        bed.apic.write(TPR + 4, 4, 0x30);
        assertThat(bed.read(TPR)).isZero();
        bed.write(LVT_TIMER, 0x1_0042);
        assertThat(bed.apic.read(LVT_TIMER, 1)).isEqualTo(0x42);
        assertThat(bed.apic.read(LVT_TIMER + 2, 2)).isEqualTo(1);
        assertThat(bed.apic.read(LVT_TIMER + 4, 4)).isZero();
        assertThat(bed.apic.read(LVT_TIMER, 8)).isEqualTo(0x1_0042);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x10, 0x40, 0x70, 0x290, 0x2F0, 0x3A0, 0x3D0, 0x3F0, 0x400, 0xFF0})
    void reservedRegistersAreErrors(int offset) {
        bed.read(offset);
        assertThat(bed.read(ESR)).as("before ESR is written").isZero();
        bed.write(ESR, 0);
        assertThat(bed.read(ESR)).isEqualTo(ILLEGAL_REGISTER);
        bed.write(ESR, 0);
        assertThat(bed.read(ESR)).isZero();
        bed.write(offset, 0);
        bed.write(ESR, 0);
        assertThat(bed.read(ESR)).isEqualTo(ILLEGAL_REGISTER);
    }

    @Test
    void theHighestPriorityComesFirstAndNests() {
        bed.apic.receive(0x41, false);
        assertThat(bed.apic.acknowledge()).isEqualTo(0x41);
        assertThat(bed.has(ISR, 0x41)).isTrue();
        assertThat(bed.has(IRR, 0x41)).isFalse();
        assertThat(bed.read(PPR)).isEqualTo(0x40);
        bed.apic.receive(0x4F, false);
        assertThat(bed.apic.isPending()).as("same class").isFalse();
        bed.apic.receive(0x50, false);
        assertThat(bed.apic.acknowledge()).isEqualTo(0x50);
        assertThat(bed.read(PPR)).isEqualTo(0x50);
        bed.write(EOI, 0);
        assertThat(bed.has(ISR, 0x50)).isFalse();
        assertThat(bed.has(ISR, 0x41)).isTrue();
        assertThat(bed.apic.isPending()).isFalse();
        bed.write(EOI, 0);
        assertThat(bed.apic.acknowledge()).isEqualTo(0x4F);
        bed.write(EOI, 0);
        assertThat(bed.read(PPR)).isZero();
        assertThat(bed.events).containsExactly(service(0x41), service(0x50), end(0x50), end(0x41), service(0x4F),
                end(0x4F));
    }

    private static TraceEvent service(int vector) {
        return new TraceEvent.InterruptInService(vector, false);
    }

    private static TraceEvent end(int vector) {
        return new TraceEvent.EndOfInterrupt(vector);
    }

    @Test
    void aRequestWaitsWhileItsVectorIsInService() {
        bed.apic.receive(0x41, false);
        bed.apic.acknowledge();
        bed.apic.receive(0x41, false);
        bed.apic.receive(0x41, false);
        assertThat(bed.apic.isPending()).isFalse();
        bed.write(EOI, 0);
        assertThat(bed.apic.acknowledge()).isEqualTo(0x41);
        bed.write(EOI, 0);
        assertThat(bed.apic.isPending()).as("two requests while one waits are one").isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0x00, -1, 0x00", "0x35, -1, 0x35", "0x35, 0x41, 0x40", "0x45, 0x41, 0x45", "0x4F, 0x51, 0x50",
            "0x5A, 0x41, 0x5A"})
    void processorPriority(int taskPriority, int serviced, int expected) {
        if (serviced >= 0) {
            bed.apic.receive(serviced, false);
            bed.apic.acknowledge();
        }
        bed.write(TPR, taskPriority);
        assertThat(bed.read(PPR)).isEqualTo(expected);
        bed.apic.receive((expected & 0xF0) + 0xF, false);
        assertThat(bed.apic.isPending()).isFalse();
        bed.apic.receive((expected & 0xF0) + 0x10, false);
        assertThat(bed.apic.isPending()).isTrue();
    }

    @Test
    void everyVectorTakesItsWayThroughTheRegisters() {
        for (int vector = 16; vector < 256; vector++) {
            assertThat(bed.apic.receive(vector, vector % 2 == 0)).isTrue();
        }
        for (int vector = 255; vector >= 16; vector--) {
            assertThat(bed.has(IRR, vector)).isTrue();
            assertThat(bed.has(TMR, vector)).isEqualTo(vector % 2 == 0);
            assertThat(bed.apic.acknowledge()).isEqualTo(vector);
            assertThat(bed.has(IRR, vector)).isFalse();
            assertThat(bed.has(ISR, vector)).isTrue();
            bed.write(EOI, 0);
            assertThat(bed.has(ISR, vector)).isFalse();
        }
    }

    @Test
    void withoutARequestTheSpuriousVectorAndNothingInService() {
        bed.write(SVR, 0x1EF);
        bed.apic.receive(0x41, false);
        bed.write(TPR, 0x40);
        assertThat(bed.apic.acknowledge()).isEqualTo(0xEF);
        assertThat(bed.has(IRR, 0x41)).isTrue();
        assertThat(bed.read(ISR + 0x20)).isZero();
        assertThat(bed.events).isEmpty();
    }

    @Test
    void anEoiWithNothingInService() {
        bed.write(EOI, 0);
        assertThat(bed.events).containsExactly(end(-1));
    }

    @Test
    void softwareDisabled() {
        bed.write(LVT_TIMER, 0x40);
        bed.apic.receive(0x41, false);
        bed.write(SVR, 0xFF);
        assertThat(bed.read(LVT_TIMER)).isEqualTo(0x1_0040);
        bed.write(LVT_TIMER, 0x50);
        assertThat(bed.read(LVT_TIMER)).isEqualTo(0x1_0050);
        assertThat(bed.apic.receive(0x60, false)).isFalse();
        assertThat(bed.has(IRR, 0x60)).isFalse();
        assertThat(bed.apic.acknowledge()).as("what was requested before").isEqualTo(0x41);
        bed.write(SVR, 0x1FF);
        assertThat(bed.read(LVT_TIMER)).as("the mask stays").isEqualTo(0x1_0050);
    }

    @Test
    void vectorsBelow16AreErrors() {
        assertThat(bed.apic.receive(15, false)).isFalse();
        bed.write(ESR, 0);
        assertThat(bed.read(ESR)).isEqualTo(RECEIVED_ILLEGAL);
        assertThat(bed.read(IRR)).isZero();
        bed.write(ICR_HIGH, 7 << 24);
        bed.write(ICR_LOW, 15);
        bed.write(ESR, 0);
        assertThat(bed.read(ESR)).isEqualTo(SEND_ILLEGAL);
        bed.write(ICR_LOW, 1 << 18 | 15);
        bed.write(ESR, 0);
        assertThat(bed.read(ESR)).as("to itself").isEqualTo(SEND_ILLEGAL | RECEIVED_ILLEGAL);
    }

    @Test
    void onlyTheFirstErrorInterruptsUntilEsrIsWritten() {
        bed.write(LVT_ERROR, 0x70);
        bed.read(0x40);
        assertThat(bed.apic.acknowledge()).isEqualTo(0x70);
        bed.write(EOI, 0);
        bed.read(0x40);
        assertThat(bed.apic.isPending()).isFalse();
        bed.write(ESR, 0);
        bed.read(0x40);
        assertThat(bed.apic.isPending()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
            // Shorthands: self, all, all but self; fixed and NMI.
            "0x00000041, 0x00040041, true", "0x00000041, 0x00080041, true", "0x00000041, 0x000C0041, false",
            // Physical: own ID, another one, broadcast.
            "0x05000000, 0x41, true", "0x06000000, 0x41, false", "0xFF000000, 0x41, true",
            // Lowest priority.
            "0x05000000, 0x141, true",
            // Logical, flat model, LDR 0x12.
            "0x02000000, 0x841, true", "0x30000000, 0x841, true", "0x04000000, 0x841, false"})
    void interprocessorInterruptsToItself(long high, int low, boolean expected) {
        bed.write(ID, 5 << 24);
        bed.write(LDR, 0x12 << 24);
        bed.write(ICR_HIGH, (int) high);
        bed.write(ICR_LOW, low);
        assertThat(bed.has(IRR, 0x41)).isEqualTo(expected);
        assertThat(bed.read(ICR_LOW)).as("never busy").isEqualTo(low);
    }

    @ParameterizedTest
    @CsvSource({"0x12, true", "0x13, true", "0x11, false", "0x22, false", "0xF2, true", "0xFF, true"})
    void clusterModel(int destination, boolean expected) {
        bed.write(DFR, 0);
        assertThat(bed.read(DFR)).isEqualTo(0x0FFF_FFFF);
        bed.write(LDR, 0x12 << 24);
        assertThat(bed.apic.isDestination(destination, true)).isEqualTo(expected);
    }

    @Test
    void nmiToItself() {
        bed.write(ICR_LOW, 0x400);
        assertThat(bed.nmis).isEqualTo(1);
        bed.write(ICR_LOW, 1 << 18 | 0x400);
        assertThat(bed.nmis).as("not with a shorthand").isEqualTo(1);
    }

    @Test
    void lint1AsNmi() {
        bed.apic.setInput(LocalApic.LINT1, true);
        assertThat(bed.nmis).as("masked").isZero();
        bed.write(LVT_LINT1, 0x400);
        bed.apic.setInput(LocalApic.LINT1, false);
        bed.apic.setInput(LocalApic.LINT1, true);
        bed.apic.setInput(LocalApic.LINT1, true);
        assertThat(bed.nmis).isEqualTo(1);
    }

    @Test
    void lint0LevelTriggeredUntilItIsLow() {
        bed.write(LVT_LINT0, LEVEL | 0x41);
        bed.apic.setInput(LocalApic.LINT0, true);
        assertThat(bed.read(LVT_LINT0)).isEqualTo(LEVEL | 1 << 14 | 0x41);
        assertThat(bed.apic.acknowledge()).isEqualTo(0x41);
        assertThat(bed.apic.isPending()).isFalse();
        bed.write(EOI, 0);
        assertThat(bed.apic.acknowledge()).isEqualTo(0x41);
        bed.apic.setInput(LocalApic.LINT0, false);
        bed.write(EOI, 0);
        assertThat(bed.has(IRR, 0x41)).isFalse();
        assertThat(bed.read(LVT_LINT0)).isEqualTo(LEVEL | 0x41);
    }
}
