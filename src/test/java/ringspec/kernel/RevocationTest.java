package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.kernel.CapabilityBed.HEAP;
import static ringspec.kernel.CapabilityBed.SELF;
import static ringspec.kernel.CapabilityBed.SERIAL;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.syscall.Syscall;
import ringspec.trace.TraceEvent;

/** Revocation over three generations in three processes: capabilities and mappings go, at once, and nothing else does. */
final class RevocationTest {

    private static final int PAGES = 4;
    private static final long FAULT = ErrorCode.FAULT.result();

    private CapabilityBed bed;
    private ProcessObject son;
    private ProcessObject grandson;
    private int memory;
    private int sonSlot;
    private int grandsonSlot;

    /** init's Memory goes to its son, which passes two of its pages on to the grandson; each maps what it has. */
    private void threeGenerations(boolean kpti) {
        bed = new CapabilityBed(kpti);
        int sonProcess = bed.child();
        int grandsonProcess = bed.child();
        son = bed.process(sonProcess);
        grandson = bed.process(grandsonProcess);
        memory = bed.alloc(PAGES, Rights.ALL);
        sonSlot = bed.slot(Syscall.CAP_TRANSFER, memory, sonProcess, Rights.ALL & ~Rights.EXECUTE);
        bed.slot(Syscall.CAP_TRANSFER, sonProcess, sonProcess, Rights.WRITE);
        bed.slot(Syscall.CAP_TRANSFER, grandsonProcess, sonProcess, Rights.WRITE);
        bed.slot(Syscall.CAP_TRANSFER, SERIAL, grandsonProcess, Rights.WRITE);
        bed.slot(Syscall.CAP_TRANSFER, grandsonProcess, grandsonProcess, Rights.WRITE);
        bed.succeeds(Syscall.MEM_MAP, memory, SELF, HEAP, 0, PAGES * 0x1000L, 3);
        bed.actAs(son);
        grandsonSlot = bed.slot(Syscall.MEM_GRANT, sonSlot, 2, Rights.READ, 0x1000, 0x2000);
        bed.succeeds(Syscall.MEM_MAP, sonSlot, 1, HEAP, 0, PAGES * 0x1000L, 3);
        bed.actAs(grandson);
        bed.succeeds(Syscall.MEM_MAP, grandsonSlot, 1, HEAP, 0, 0x2000, 1);
        assertThat(bed.peek(HEAP)).isZero();
    }

    @AfterEach
    void everythingAddsUp() {
        assertThat(KernelAudit.of(bed.bed)).isEmpty();
        assertThat(bed.bed.machine.trace().all(TraceEvent.TlbStaleUse.class)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fromTheRootEverythingBelowGoes(boolean kpti) {
        threeGenerations(kpti);
        bed.actAs(bed.init);
        bed.succeeds(Syscall.CAP_REVOKE, memory);
        assertThat(bed.type(son, sonSlot)).isNull();
        assertThat(bed.type(grandson, grandsonSlot)).isNull();
        assertThat(bed.type(grandson, 0)).as("what doesn't descend from it").isEqualTo(CapabilityType.ENDPOINT);
        assertThat(bed.type(bed.init, memory)).isEqualTo(CapabilityType.MEMORY);
        assertThat(bed.peek(HEAP)).as("init's own mapping stays").isZero();
        bed.actAs(son);
        assertThat(bed.peek(HEAP)).isEqualTo(FAULT);
        bed.actAs(grandson);
        assertThat(bed.peek(HEAP)).isEqualTo(FAULT);
        assertThat(bed.peek(HEAP + 0x1000)).isEqualTo(FAULT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fromTheMiddleOnlyWhatIsBelowGoes(boolean kpti) {
        threeGenerations(kpti);
        bed.actAs(son);
        bed.succeeds(Syscall.CAP_REVOKE, sonSlot);
        assertThat(bed.type(son, sonSlot)).isEqualTo(CapabilityType.MEMORY);
        assertThat(bed.peek(HEAP + 0x3000)).isZero();
        bed.actAs(grandson);
        assertThat(bed.peek(HEAP)).isEqualTo(FAULT);
        bed.actAs(bed.init);
        assertThat(bed.peek(HEAP)).isZero();
    }

    @Test
    void whatADeletedCapabilityPassedOnIsStillReached() {
        threeGenerations(true);
        bed.actAs(son);
        bed.succeeds(Syscall.CAP_DELETE, sonSlot);
        assertThat(bed.peek(HEAP)).as("a mapping outlives its capability").isZero();
        bed.actAs(grandson);
        assertThat(bed.peek(HEAP)).isZero();
        bed.actAs(bed.init);
        bed.succeeds(Syscall.CAP_REVOKE, memory);
        assertThat(bed.type(grandson, grandsonSlot)).isNull();
        assertThat(bed.peek(HEAP)).isZero();
        bed.actAs(son);
        assertThat(bed.peek(HEAP)).isEqualTo(FAULT);
        bed.actAs(grandson);
        assertThat(bed.peek(HEAP)).isEqualTo(FAULT);
    }

    @Test
    void theCallersOwnTranslationsGoAtOnce() {
        threeGenerations(false);
        bed.actAs(bed.init);
        int copy = bed.slot(Syscall.CAP_CREATE, CapabilityType.MEMORY.code(), memory, Rights.READ, 0, 0);
        bed.succeeds(Syscall.MEM_MAP, copy, SELF, HEAP + 0x10_0000, 0, 0x2000, 1);
        assertThat(bed.peek(HEAP + 0x10_0000)).isZero();
        bed.succeeds(Syscall.CAP_REVOKE, memory);
        assertThat(bed.peek(HEAP + 0x10_0000)).isEqualTo(FAULT);
        assertThat(bed.peek(HEAP)).isZero();
        assertThat(bed.type(bed.init, copy)).isNull();
    }

    @Test
    void withoutTheRightTheTreeStaysIntact() {
        threeGenerations(true);
        bed.actAs(grandson);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_REVOKE, grandsonSlot);
        bed.refused(ErrorCode.BADSLOT, Syscall.CAP_REVOKE, 64);
        bed.refused(ErrorCode.BADSLOT, Syscall.CAP_REVOKE, 63);
        bed.actAs(bed.init);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_REVOKE, SERIAL);
        bed.actAs(grandson);
        assertThat(bed.peek(HEAP)).isZero();
    }

    @Test
    void rootsThatAreDeletedLeaveTheirChildrenAsRoots() {
        threeGenerations(true);
        bed.actAs(bed.init);
        bed.succeeds(Syscall.CAP_DELETE, memory);
        bed.actAs(son);
        bed.succeeds(Syscall.CAP_REVOKE, sonSlot);
        bed.actAs(grandson);
        assertThat(bed.peek(HEAP)).isEqualTo(FAULT);
        bed.actAs(bed.init);
        assertThat(bed.peek(HEAP)).as("nobody is above it").isZero();
    }

    @Test
    void theFramesComeBackWithTheLastMapping() {
        threeGenerations(true);
        bed.actAs(bed.init);
        bed.succeeds(Syscall.CAP_REVOKE, memory);
        long free = bed.free();
        bed.succeeds(Syscall.CAP_DELETE, memory);
        assertThat(bed.free()).isEqualTo(free);
        bed.succeeds(Syscall.MEM_UNMAP, SELF, HEAP, PAGES * 0x1000L);
        assertThat(bed.free()).isEqualTo(free + PAGES + 1);
    }

    @Test
    void aProcessThatEndsLeavesItsHeirsRevocable() {
        threeGenerations(true);
        bed.actAs(bed.init);
        int sonProcess = 3;
        assertThat(bed.process(sonProcess)).isEqualTo(son);
        bed.succeeds(Syscall.PROC_DESTROY, sonProcess);
        assertThat(KernelAudit.of(bed.bed)).isEmpty();
        bed.actAs(grandson);
        assertThat(bed.peek(HEAP)).isZero();
        bed.actAs(bed.init);
        bed.succeeds(Syscall.CAP_REVOKE, memory);
        bed.actAs(grandson);
        assertThat(bed.peek(HEAP)).isEqualTo(FAULT);
    }
}
