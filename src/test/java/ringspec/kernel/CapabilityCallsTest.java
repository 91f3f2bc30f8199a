package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.kernel.CapabilityBed.BUDGET;
import static ringspec.kernel.CapabilityBed.HEAP;
import static ringspec.kernel.CapabilityBed.SELF;
import static ringspec.kernel.CapabilityBed.SERIAL;
import static ringspec.kernel.ObjectLayout.CAPABILITY_RIGHTS;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.syscall.Syscall;

/** Creating, transferring, granting, deleting: rights, slots, arguments, and that an object ends with the last of its names. */
final class CapabilityCallsTest {

    private static final int MEMORY = CapabilityType.MEMORY.code();
    private static final int ENDPOINT = CapabilityType.ENDPOINT.code();
    private static final int INTERRUPT = CapabilityType.INTERRUPT.code();
    private static final int PROCESS = CapabilityType.PROCESS.code();
    private static final int THREAD = CapabilityType.THREAD.code();
    private static final int REPLY = CapabilityType.REPLY.code();

    private CapabilityBed bed;

    @BeforeEach
    void boot() {
        bed = new CapabilityBed(true);
    }

    @AfterEach
    void everythingAddsUp() {
        bed.giveBack();
        assertThat(KernelAudit.of(bed.bed)).isEmpty();
    }

    private void weaken(int slot, int rights) {
        bed.kernel.memory().store32(bed.at(bed.init, slot).address() + CAPABILITY_RIGHTS, rights);
    }

    @ParameterizedTest
    @EnumSource(names = {"CAP_TRANSFER", "MEM_GRANT", "CAP_CREATE"})
    void rightsOnlyShrink(Syscall syscall) {
        int child = bed.child();
        ProcessObject process = bed.process(child);
        int memory = bed.alloc(1, Rights.ALL);
        for (int has = 0; has < 32; has++) {
            weaken(memory, has);
            for (int asked = 0; asked < 32; asked++) {
                boolean granting = syscall != Syscall.CAP_CREATE;
                boolean allowed = (has & asked) == asked && (!granting || (has & Rights.GRANT) != 0);
                long[] arguments = switch (syscall) {
                    case CAP_TRANSFER -> new long[]{memory, child, asked};
                    case MEM_GRANT -> new long[]{memory, child, asked, 0, 0x1000};
                    default -> new long[]{MEMORY, memory, asked, 0, 0};
                };
                long slot = bed.call(syscall, arguments);
                if (allowed) {
                    ProcessObject owner = granting ? process : bed.init;
                    assertThat(slot).as("%d of %d", asked, has).isNotNegative();
                    assertThat(bed.at(owner, slot).rights()).isEqualTo(has & asked);
                    bed.kernel.capabilities().remove(bed.at(owner, slot));
                } else {
                    assertThat(slot).as("%d of %d", asked, has).isEqualTo(ErrorCode.RIGHTS.result());
                }
            }
        }
    }

    @Test
    void transferKeepsTheSourceAndTakesTheLowestFreeSlot() {
        int child = bed.child();
        ProcessObject process = bed.process(child);
        assertThat(bed.call(Syscall.CAP_TRANSFER, SERIAL, child, Rights.WRITE)).isZero();
        assertThat(bed.call(Syscall.CAP_TRANSFER, BUDGET, child, Rights.ALL)).isEqualTo(1);
        assertThat(bed.call(Syscall.CAP_TRANSFER, SELF, child, Rights.READ)).isEqualTo(2);
        bed.kernel.capabilities().remove(bed.at(process, 1));
        assertThat(bed.call(Syscall.CAP_TRANSFER, SERIAL, child, 0)).isEqualTo(1);
        assertThat(bed.type(bed.init, SERIAL)).isEqualTo(CapabilityType.ENDPOINT);
        for (int slot = 3; slot < 64; slot++) {
            assertThat(bed.call(Syscall.CAP_TRANSFER, SERIAL, child, 1)).isEqualTo(slot);
        }
        bed.refused(ErrorCode.FULL, Syscall.CAP_TRANSFER, SERIAL, child, 1);
        bed.refused(ErrorCode.FULL, Syscall.MEM_GRANT, bed.alloc(1, 31), child, 1, 0, 0x1000);
    }

    @Test
    void checksGoInOrder() {
        int child = bed.child();
        int memory = bed.alloc(2, Rights.ALL);
        bed.refused(ErrorCode.BADSLOT, Syscall.CAP_TRANSFER, 64, SERIAL, 99);
        bed.refused(ErrorCode.BADSLOT, Syscall.CAP_TRANSFER, SERIAL, 63, 99);
        bed.refused(ErrorCode.TYPE, Syscall.CAP_TRANSFER, SERIAL, SERIAL, 99);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_TRANSFER, SERIAL, child, 0x20 | Rights.EXECUTE);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_TRANSFER, SERIAL, child, 0x20 | Rights.READ);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_TRANSFER, BUDGET, child, -1);
        bed.refused(ErrorCode.BADSLOT, Syscall.MEM_GRANT, -1, SERIAL, 99, 1, 1);
        bed.refused(ErrorCode.TYPE, Syscall.MEM_GRANT, SERIAL, BUDGET, 99, 1, 1);
        bed.refused(ErrorCode.TYPE, Syscall.MEM_GRANT, memory, memory, 99, 1, 1);
        bed.refused(ErrorCode.INVAL, Syscall.MEM_GRANT, memory, child, 32, 0, 0x1000);
        bed.refused(ErrorCode.INVAL, Syscall.MEM_GRANT, BUDGET, child, 1, 0, 0x1000);
        weaken(child, Rights.ALL & ~Rights.WRITE);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_TRANSFER, SERIAL, child, 0x20);
        bed.refused(ErrorCode.RIGHTS, Syscall.MEM_GRANT, memory, child, 0x20, 1, 1);
        weaken(child, Rights.ALL);
        bed.succeeds(Syscall.PROC_DESTROY, child);
        bed.refused(ErrorCode.DEAD, Syscall.CAP_TRANSFER, SERIAL, child, 1);
        bed.refused(ErrorCode.DEAD, Syscall.MEM_GRANT, memory, child, 1, 0, 0x1000);
        bed.refused(ErrorCode.DEAD, Syscall.PROC_DESTROY, child);
        bed.refused(ErrorCode.DEAD, Syscall.MEM_MAP, memory, child, HEAP, 0, 0x1000, 1);
        bed.refused(ErrorCode.DEAD, Syscall.CAP_CREATE, ENDPOINT, child, 1, 0, 0);
        bed.refused(ErrorCode.DEAD, Syscall.PROC_CREATE, child, -1, 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "0, 4097", "0, 0", "4096, 8192", "-4096, 4096", "0, -4096", "8192, 4096",
            "0x7FFFFFFFFFFFF000, 4096", "4096, 0x7FFFFFFFFFFFF000"})
    void partsOutsideAreRefused(String offset, String length) {
        int child = bed.child();
        int memory = bed.alloc(2, Rights.ALL);
        long from = Long.decode(offset);
        long bytes = Long.decode(length);
        bed.refused(ErrorCode.INVAL, Syscall.MEM_GRANT, memory, child, 1, from, bytes);
        if (from != 0 || bytes != 0) {
            bed.refused(ErrorCode.INVAL, Syscall.CAP_CREATE, MEMORY, memory, 1, from, bytes);
        }
    }

    @Test
    void partsOfPartsLeadToTheSamePages() {
        int child = bed.child();
        ProcessObject process = bed.process(child);
        int memory = bed.alloc(8, Rights.ALL);
        bed.succeeds(Syscall.MEM_MAP, memory, SELF, HEAP, 0, 0x8000, 3);
        bed.poke(HEAP + 0x5000, 0x5A);
        int part = bed.slot(Syscall.CAP_CREATE, MEMORY, memory, Rights.ALL, 0x2000, 0x5000);
        long granted = bed.slot(Syscall.MEM_GRANT, part, child, Rights.READ, 0x3000, 0x2000);
        long free = bed.free();
        bed.copy(bed.init, child, child, Rights.WRITE);
        bed.actAs(process);
        bed.refused(ErrorCode.RIGHTS, Syscall.MEM_MAP, granted, 1, HEAP, 0, 0x1000, 3);
        bed.refused(ErrorCode.INVAL, Syscall.MEM_MAP, granted, 1, HEAP, 0, 0x3000, 1);
        bed.succeeds(Syscall.MEM_MAP, granted, 1, HEAP, 0, 0x2000, 1);
        assertThat(bed.peek(HEAP)).isEqualTo(0x5A);
        bed.actAs(bed.init);
        bed.poke(HEAP + 0x5000, 0x77);
        bed.actAs(process);
        assertThat(bed.peek(HEAP)).as("shared, not copied").isEqualTo(0x77);
        assertThat(free - bed.free()).as("PDPT, PD, PT and origins").isEqualTo(4);
    }

    @Test
    void createMakesFreshObjectsOnlyWithAuthority() {
        int child = bed.child();
        ProcessObject process = bed.process(child);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_CREATE, MEMORY, SELF, 31, 0, 0x1000);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_CREATE, THREAD, SELF, 31, 0, 0);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_CREATE, REPLY, SELF, 31, 0, 0);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_CREATE, 0, SELF, 31, 0, 0);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_CREATE, 0x1_0000_0000L + ENDPOINT, SELF, 31, 0, 0);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_CREATE, 7, SERIAL, 1, 0, 0);
        bed.refused(ErrorCode.TYPE, Syscall.CAP_CREATE, INTERRUPT, SERIAL, 1, 4, 0);
        bed.refused(ErrorCode.TYPE, Syscall.CAP_CREATE, PROCESS, SERIAL, 1, 4, 0);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_CREATE, INTERRUPT, child, 31, 4, 0);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_CREATE, INTERRUPT, SELF, 31, 24, 0);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_CREATE, INTERRUPT, SELF, 31, -1, 0);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_CREATE, ENDPOINT, SELF, 31, 1, 0);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_CREATE, ENDPOINT, SELF, 31, 0, 1);
        bed.refused(ErrorCode.INVAL, Syscall.CAP_CREATE, ENDPOINT, SELF, 32, 0, 0);
        int interrupt = bed.slot(Syscall.CAP_CREATE, INTERRUPT, SELF, Rights.READ, 4, 0);
        assertThat(bed.type(bed.init, interrupt)).isEqualTo(CapabilityType.INTERRUPT);
        int endpoint = bed.slot(Syscall.CAP_CREATE, ENDPOINT, SELF, Rights.ALL, 0, 0);
        int badged = bed.slot(Syscall.CAP_CREATE, ENDPOINT, endpoint, Rights.WRITE, 0x1234, 0);
        assertThat(bed.at(bed.init, badged).badge()).isEqualTo(0x1234);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_CREATE, ENDPOINT, badged, Rights.WRITE, 0x1235, 0);
        int same = bed.slot(Syscall.CAP_CREATE, ENDPOINT, badged, 0, 0, 0);
        assertThat(bed.at(bed.init, same).badge()).isEqualTo(0x1234);
        bed.copy(bed.init, child, child, Rights.READ);
        bed.actAs(process);
        bed.refused(ErrorCode.RIGHTS, Syscall.CAP_CREATE, ENDPOINT, 0, 31, 0, 0);
    }

    @Test
    void onlyTheLastDeletionEndsAnObject() {
        int child = bed.child();
        ProcessObject process = bed.process(child);
        long free = bed.free();
        int memory = bed.alloc(3, Rights.ALL);
        int granted = bed.slot(Syscall.MEM_GRANT, memory, child, Rights.READ, 0, 0x1000);
        bed.succeeds(Syscall.CAP_DELETE, memory);
        bed.refused(ErrorCode.BADSLOT, Syscall.CAP_DELETE, memory);
        assertThat(free - bed.free()).isEqualTo(4);
        bed.actAs(process);
        bed.succeeds(Syscall.CAP_DELETE, granted);
        assertThat(bed.free()).isEqualTo(free);
        bed.actAs(bed.init);
        int endpoint = bed.slot(Syscall.CAP_CREATE, ENDPOINT, SELF, Rights.ALL, 0, 0);
        int copy = bed.slot(Syscall.CAP_CREATE, ENDPOINT, endpoint, Rights.READ, 0, 0);
        bed.succeeds(Syscall.CAP_DELETE, endpoint);
        assertThat(free - bed.free()).isEqualTo(1);
        bed.succeeds(Syscall.CAP_DELETE, copy);
        assertThat(bed.free()).isEqualTo(free);
    }

    @Test
    void aProcessEndsWithTheLastCapabilityToIt() {
        long free = bed.free();
        int child = bed.child();
        ProcessObject process = bed.process(child);
        bed.copy(bed.init, child, child, Rights.READ);
        bed.succeeds(Syscall.CAP_DELETE, child);
        assertThat(process.isAlive()).as("it still names itself").isTrue();
        bed.actAs(process);
        bed.succeeds(Syscall.CAP_DELETE, 0);
        assertThat(bed.kernel.memory().load(KernelLayout.direct(KernelLayout.PERCPU_PHYSICAL)
                + KernelLayout.PERCPU_RESCHEDULE)).isNotZero();
        bed.actAs(bed.init);
        bed.kernel.processes().reapDying();
        assertThat(bed.free()).isEqualTo(free);
    }

    @Test
    void processesWithoutThreadsThatOnlyNameEachOtherEnd() {
        long free = bed.free();
        int one = bed.slot(Syscall.PROC_CREATE, SELF, -1, 0);
        int two = bed.slot(Syscall.PROC_CREATE, SELF, -1, 0);
        ProcessObject first = bed.process(one);
        bed.slot(Syscall.CAP_TRANSFER, one, one, Rights.ALL);
        bed.slot(Syscall.CAP_TRANSFER, one, two, Rights.ALL);
        bed.slot(Syscall.CAP_TRANSFER, two, one, Rights.ALL);
        bed.succeeds(Syscall.CAP_DELETE, one);
        assertThat(first.isAlive()).as("init can reach it through the other").isTrue();
        bed.succeeds(Syscall.CAP_DELETE, two);
        assertThat(bed.bed.symbols().processes()).hasSize(1);
        assertThat(bed.free()).isEqualTo(free);
    }
}
