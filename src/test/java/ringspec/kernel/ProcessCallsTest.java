package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.kernel.CapabilityBed.BUDGET;
import static ringspec.kernel.CapabilityBed.HEAP;
import static ringspec.kernel.CapabilityBed.SELF;
import static ringspec.kernel.CapabilityBed.SERIAL;
import static ringspec.kernel.ObjectLayout.CAPABILITY_RIGHTS;
import static ringspec.kernel.ObjectLayout.PROCESS_ENTRY;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.debug.AddressSpace;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.syscall.Syscall;

/** proc_create and proc_destroy, and what happens to every call when frames run out. */
final class ProcessCallsTest {

    private static final int ENDPOINT = 2;

    private CapabilityBed bed = new CapabilityBed(true);

    @AfterEach
    void everythingAddsUp() {
        bed.giveBack();
        assertThat(KernelAudit.of(bed.bed)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEmptyChildHasPageTablesAndNothingElse(boolean kpti) {
        bed = new CapabilityBed(kpti);
        long free = bed.free();
        int slot = bed.slot(Syscall.PROC_CREATE, SELF, -1, 0xDEAD);
        ProcessObject child = bed.process(slot);
        assertThat(free - bed.free()).isEqualTo(kpti ? 6 : 3);
        assertThat(new AddressSpace(bed.bed.machine.ram(), child.kernelCr3()).lowerHalf()).isEmpty();
        assertThat(bed.kernel.tables().lowestFree(child.capabilities())).isZero();
        assertThat(child.firstThread()).isZero();
        assertThat(child.stackBase()).isZero();
        assertThat(bed.at(bed.init, slot).rights()).isEqualTo(Rights.ALL);
        bed.succeeds(Syscall.PROC_DESTROY, slot);
        assertThat(free - bed.free()).as("the structure, for the capability").isEqualTo(1);
        bed.succeeds(Syscall.CAP_DELETE, slot);
        assertThat(bed.free()).isEqualTo(free);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "bss"})
    void anImageIsLoadedAsAtBoot(String fixture) {
        bed = new CapabilityBed(true);
        byte[] file = KernelBed.fixture(fixture);
        int image = bed.file(file);
        long free = bed.free();
        int slot = bed.slot(Syscall.PROC_CREATE, SELF, image, file.length);
        ProcessObject child = bed.process(slot);
        KernelBed other = new KernelBed(true);
        ProcessObject booted = other.bootInit(fixture);
        AddressSpace expected = new AddressSpace(other.machine.ram(), booted.kernelCr3());
        AddressSpace actual = new AddressSpace(bed.bed.machine.ram(), child.kernelCr3());
        assertThat(actual.lowerHalf()).hasSameSizeAs(expected.lowerHalf());
        for (AddressSpace.Page page : expected.lowerHalf()) {
            AddressSpace.Page mine = actual.page(page.linear()).orElseThrow();
            assertThat(mine.rights()).isEqualTo(page.rights());
            assertThat(bed.bed.machine.ram().read(mine.physical(), 4096)).isEqualTo(other.machine.ram().read(page
                    .physical(), 4096));
        }
        assertThat(child.stackBase()).isEqualTo(booted.stackBase());
        assertThat(bed.kernel.memory().load(child.address() + PROCESS_ENTRY)).isEqualTo(other.kernel.memory().load(
                booted.address() + PROCESS_ENTRY));
        bed.succeeds(Syscall.PROC_DESTROY, slot);
        bed.succeeds(Syscall.CAP_DELETE, slot);
        assertThat(bed.free()).isEqualTo(free);
    }

    @Test
    void badImagesLeaveNothingBehind() {
        byte[] file = KernelBed.fixture("hello");
        int image = bed.file(file);
        bed.refused(ErrorCode.INVAL, Syscall.PROC_CREATE, SELF, image, 0);
        bed.refused(ErrorCode.INVAL, Syscall.PROC_CREATE, SELF, image, -1);
        bed.refused(ErrorCode.INVAL, Syscall.PROC_CREATE, SELF, image, 64);
        bed.refused(ErrorCode.INVAL, Syscall.PROC_CREATE, SELF, image, file.length + 0x1000);
        bed.refused(ErrorCode.INVAL, Syscall.PROC_CREATE, SELF, image, 1L << 33);
        bed.refused(ErrorCode.INVAL, Syscall.PROC_CREATE, SELF, BUDGET, file.length);
        file[4] = 1;
        int bad = bed.file(file);
        bed.refused(ErrorCode.INVAL, Syscall.PROC_CREATE, SELF, bad, file.length);
    }

    @Test
    void checksGoInOrder() {
        int image = bed.file(KernelBed.fixture("hello"));
        bed.refused(ErrorCode.BADSLOT, Syscall.PROC_CREATE, 64, SERIAL, 0);
        bed.refused(ErrorCode.BADSLOT, Syscall.PROC_CREATE, SERIAL, 64, 0);
        bed.refused(ErrorCode.BADSLOT, Syscall.PROC_CREATE, SELF, -2, 0);
        bed.refused(ErrorCode.TYPE, Syscall.PROC_CREATE, SERIAL, SERIAL, 0);
        bed.refused(ErrorCode.TYPE, Syscall.PROC_CREATE, SELF, SERIAL, 0);
        int weak = bed.slot(Syscall.CAP_CREATE, 4, SELF, Rights.ALL & ~Rights.EXECUTE & ~Rights.WRITE, 0, 0);
        bed.refused(ErrorCode.RIGHTS, Syscall.PROC_CREATE, weak, image, 0);
        bed.refused(ErrorCode.RIGHTS, Syscall.PROC_DESTROY, weak);
        bed.kernel.memory().store32(bed.at(bed.init, image).address() + CAPABILITY_RIGHTS, Rights.ALL & ~Rights.READ);
        bed.refused(ErrorCode.RIGHTS, Syscall.PROC_CREATE, SELF, image, 0);
        for (int slot = bed.kernel.tables().lowestFree(bed.init.capabilities()); slot < 64; slot++) {
            bed.slot(Syscall.CAP_CREATE, ENDPOINT, SERIAL, 1, 0, 0);
        }
        bed.refused(ErrorCode.FULL, Syscall.PROC_CREATE, SELF, -1, 0);
        bed.refused(ErrorCode.FULL, Syscall.CAP_CREATE, ENDPOINT, SELF, 1, 0, 0);
        bed.refused(ErrorCode.FULL, Syscall.CAP_CREATE, ENDPOINT, SERIAL, 1, 0, 0);
    }

    @Test
    void destroyingAProcessGivesBackAllThatItHad() {
        long free = bed.free();
        long budget = bed.kernel.memories().size(bed.at(bed.init, BUDGET).object());
        int slot = bed.child();
        ProcessObject child = bed.process(slot);
        bed.copy(bed.init, BUDGET, slot, Rights.ALL);
        bed.copy(bed.init, slot, slot, Rights.ALL);
        bed.actAs(child);
        for (int i = 0; i < 5; i++) {
            int memory = bed.slot(Syscall.MEM_ALLOC, 0, 0x3000, Rights.ALL);
            bed.succeeds(Syscall.MEM_MAP, memory, 1, HEAP + ((long) i << 30), 0, 0x3000, 3);
        }
        bed.slot(Syscall.CAP_CREATE, ENDPOINT, 1, Rights.ALL, 0, 0);
        int grandchild = bed.slot(Syscall.PROC_CREATE, 1, -1, 0);
        bed.slot(Syscall.CAP_TRANSFER, 1, grandchild, Rights.ALL);
        assertThat(bed.bed.symbols().processes()).hasSize(3);
        bed.actAs(bed.init);
        bed.succeeds(Syscall.PROC_DESTROY, slot);
        assertThat(bed.bed.symbols().processes()).as("the grandchild had only one name").hasSize(1);
        bed.succeeds(Syscall.CAP_DELETE, slot);
        assertThat(bed.free()).isEqualTo(free);
        assertThat(bed.kernel.memories().size(bed.at(bed.init, BUDGET).object())).isEqualTo(budget);
    }

    /** Whatever is missing, the call that needs it changes nothing; with one frame more it succeeds and takes just those. */
    @ParameterizedTest
    @CsvSource({"MEM_ALLOC", "MEM_ALLOC_LARGE", "MEM_MAP", "MEM_MAP_FAR", "CAP_CREATE", "PROC_CREATE",
            "PROC_CREATE_IMAGE"})
    void whereverFramesRunOutNothingChanges(String what) {
        byte[] file = KernelBed.fixture("hello");
        int image = bed.file(file);
        int memory = bed.alloc(4, Rights.ALL);
        Syscall syscall = Syscall.valueOf(what.replace("_LARGE", "").replace("_FAR", "").replace("_IMAGE", ""));
        long[] arguments = switch (what) {
            case "MEM_ALLOC" -> new long[]{BUDGET, 0x5000, 31};
            case "MEM_ALLOC_LARGE" -> new long[]{BUDGET, 300 * 0x1000, 31};
            case "MEM_MAP" -> new long[]{memory, SELF, 0x1F_E000, 0, 0x4000, 3};
            case "MEM_MAP_FAR" -> new long[]{memory, SELF, 0x7F_FFFF_E000L, 0, 0x4000, 3};
            case "CAP_CREATE" -> new long[]{ENDPOINT, SELF, 31, 0, 0};
            case "PROC_CREATE" -> new long[]{SELF, -1, 0};
            default -> new long[]{SELF, image, file.length};
        };
        int expected = switch (what) {
            case "MEM_ALLOC" -> 6;
            case "MEM_ALLOC_LARGE" -> 302;
            case "MEM_MAP" -> 4;
            case "MEM_MAP_FAR" -> 7;
            case "CAP_CREATE" -> 1;
            case "PROC_CREATE" -> 6;
            default -> -1;
        };
        long frames = 0;
        bed.leaveFree(0);
        while (true) {
            byte[] before = frames < 12 || frames % 50 == 0 ? bed.ram() : null;
            long result = bed.call(syscall, arguments);
            if (result >= 0) {
                break;
            }
            assertThat(result).isEqualTo(ErrorCode.NOMEM.result());
            assertThat(bed.free()).isEqualTo(frames);
            assertThat(before == null || Arrays.equals(before, bed.ram())).as("RAM with %d frames", frames).isTrue();
            bed.giveBackOne();
            frames++;
        }
        assertThat(bed.free()).as("it took the last one").isZero();
        assertThat(frames).isEqualTo(expected < 0 ? Math.max(15, frames) : expected);
    }

    @Test
    void whatNeedsNoFrameSucceedsWithoutOne() {
        int child = bed.child();
        int memory = bed.alloc(1, Rights.ALL);
        bed.leaveFree(0);
        bed.slot(Syscall.CAP_TRANSFER, memory, child, 31);
        bed.slot(Syscall.MEM_GRANT, memory, child, 31, 0, 0x1000);
        bed.slot(Syscall.CAP_CREATE, 1, memory, 31, 0, 0);
        bed.succeeds(Syscall.CAP_REVOKE, memory);
        bed.succeeds(Syscall.CAP_DELETE, memory);
        bed.succeeds(Syscall.PROC_DESTROY, child);
    }

    @Test
    void idsComeAgainOnlyWhenNothingBearsThemAnyMore() {
        int second = bed.slot(Syscall.PROC_CREATE, SELF, -1, 0);
        assertThat(bed.process(second).id()).isEqualTo(2);
        bed.kernel.memory().store(KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL)
                + ObjectLayout.GLOBALS_NEXT_PROCESS_ID, 0xFFFE);
        assertThat(bed.process(bed.slot(Syscall.PROC_CREATE, SELF, -1, 0)).id()).isEqualTo(0xFFFF);
        assertThat(bed.process(bed.slot(Syscall.PROC_CREATE, SELF, -1, 0)).id()).as("1 is init's, 2 in use")
                .isEqualTo(3);
        bed.succeeds(Syscall.PROC_DESTROY, second);
        bed.succeeds(Syscall.CAP_DELETE, second);
        assertThat(bed.process(bed.slot(Syscall.PROC_CREATE, SELF, -1, 0)).id()).isEqualTo(4);
    }
}
