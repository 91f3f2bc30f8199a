package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static ringspec.paging.PageTableEntry.ADDRESS;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.elf.ElfImage;
import ringspec.elf.ElfRule;
import ringspec.elf.PageRange;
import ringspec.elf.Segment;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.process.ProcessObject;

/** From a file in memory to a process, or to nothing at all. */
final class LoadingTest {

    @ParameterizedTest
    @ValueSource(strings = {"hello", "sections", "bss", "unaligned", "big-stack"})
    void memoryHoldsTheFileAndZeroes(String fixture) {
        KernelBed bed = new KernelBed(true);
        for (PhysicalMap.Range range : PhysicalMap.free(bed.machine.ram())) {
            bed.machine.ram().fill(range.start(), range.end() - range.start(), 0xA5);
        }
        ProcessObject process = bed.bootInit(fixture);
        ElfImage image = ElfImage.parse(KernelBed.fixture(fixture)).orThrow();
        AddressSpace space = process.space(bed.kernel.spaces());
        List<Long> frames = new ArrayList<>();
        for (PageRange range : image.pageRanges()) {
            for (long page = range.start(); page < range.end(); page += 0x1000) {
                long frame = space.leaf(page) & ADDRESS;
                frames.add(frame);
                assertThat(bed.machine.ram().read(frame, 0x1000)).as("page 0x%x", page).isEqualTo(expected(image,
                        page));
            }
        }
        assertThat(new HashSet<>(frames)).hasSameSizeAs(frames);
        assertThat(frames).allMatch(frame -> bed.kernel.frames().kind(frame) == FrameKind.USER
                && bed.kernel.frames().mappings(frame) == 1);
        assertThat(process.stackBase()).isEqualTo(KernelLayout.USER_MAX - image.stack().size());
        assertThat(space.leaf(process.stackBase())).isNotZero();
        assertThat(space.leaf(process.stackBase() - 0x1000)).isZero();
        assertThat(space.leaf(KernelLayout.USER_MAX)).isZero();
    }

    /** The same page composed byte by byte from the program headers. */
    private static byte[] expected(ElfImage image, long page) {
        byte[] bytes = new byte[0x1000];
        for (Segment segment : image.segments()) {
            for (int i = 0; i < bytes.length; i++) {
                long offset = page + i - segment.vaddr();
                if (offset >= 0 && offset < segment.fileSize()) {
                    bytes[i] = image.content(segment).get((int) offset);
                }
            }
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"hello, false", "hello, true", "bss, true"})
    void whereverMemoryEndsNothingStays(String fixture, boolean kpti) {
        int failures = 0;
        for (long limit = 1;; limit++) {
            KernelBed bed = new KernelBed(kpti).limit(limit).module(0, fixture, KernelBed.fixture(fixture));
            if (bed.boot()) {
                assertThat(bed.kernel.frames().free()).isZero();
                break;
            }
            failures++;
            assertThat(bed.kernel.frames().free()).as("limit %d", limit).isEqualTo(limit);
            assertThat(bed.symbols().modules().getFirst().status()).isEqualTo(ErrorCode.NOMEM.result());
            assertThat(bed.symbols().processes()).isEmpty();
            assertThat(bed.symbols().framesByKind()).containsOnlyKeys(FrameKind.FREE, FrameKind.RESERVED,
                    FrameKind.PAGE_TABLE);
        }
        assertThat(failures).isGreaterThan(20);
    }

    @Test
    void aRefusedInitTakesNothingAndSaysWhy() {
        byte[] broken = KernelBed.fixture("hello");
        broken[4] = 1;
        KernelBed bed = new KernelBed(true).limit(100).module(0, "broken", broken);
        assertThat(bed.boot()).isFalse();
        assertThat(bed.kernel.frames().free()).isEqualTo(100);
        KernelSymbols.ModuleResult module = bed.symbols().modules().getFirst();
        assertThat(module.status()).isEqualTo(ErrorCode.INVAL.result());
        assertThat(module.rule()).contains(ElfRule.CLASS);
        assertThat(new String(bed.machine.serialOutput())).startsWith("kernel: module broken refused: ");
    }

    @Test
    void aSecondModuleThatIsRefusedLeavesTheFirstAlone() {
        KernelBed bed = new KernelBed(true).module(0, "hello", KernelBed.fixture("hello")).module(1, "junk",
                new byte[100]);
        assertThat(bed.boot()).isTrue();
        assertThat(bed.symbols().processes()).extracting(ProcessObject::name).containsExactly("hello");
        assertThat(bed.symbols().modules()).extracting(KernelSymbols.ModuleResult::status).containsExactly(1L,
                ErrorCode.INVAL.result());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endingAProcessGivesEveryFrameBack(boolean kpti) {
        KernelBed bed = new KernelBed(kpti);
        bed.boot();
        long all = bed.kernel.frames().free();
        KernelBed two = new KernelBed(kpti).module(0, "a", KernelBed.fixture("hello")).module(1, "b",
                KernelBed.fixture("bss"));
        two.boot();
        long modulePages = (KernelBed.fixture("hello").length + 0xFFF) / 0x1000 + (KernelBed.fixture("bss").length
                + 0xFFF)
                / 0x1000;
        for (ProcessObject process : two.symbols().processes()) {
            two.kernel.processes().destroy(process);
        }
        assertThat(two.kernel.frames().free()).isEqualTo(all - modulePages);
        assertThat(two.symbols().processes()).isEmpty();
        assertThat(two.kernel.scheduler().schedule()).isZero();
    }
}
