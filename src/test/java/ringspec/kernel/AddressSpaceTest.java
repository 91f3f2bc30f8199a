package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.mm.PagePermissions;
import ringspec.memory.Frame;
import ringspec.paging.PageTableEntry;
import ringspec.paging.PageWalker;
import ringspec.paging.PagingMode;
import ringspec.paging.Translation;
import ringspec.paging.WalkResult;
import ringspec.trace.TraceEvent;

/** Page tables of a process, judged by the walk that the processor would do. */
final class AddressSpaceTest {

    private static final long PAGE = 0x40_0000;

    private static WalkResult walk(KernelBed bed, long cr3, long linear) {
        return new PageWalker(bed.machine.ram()).walk(cr3, linear, PagingMode.HARDENED);
    }

    @ParameterizedTest
    @EnumSource(PagePermissions.class)
    void noPermissionsAreWritableAndExecutable(PagePermissions permissions) {
        boolean writable = (permissions.bits() & PageTableEntry.RW) != 0;
        boolean executable = (permissions.bits() & PageTableEntry.NX) == 0;
        assertThat(writable && executable).isFalse();
    }

    @Test
    void kptiGivesTheUserTheSamePagesAndTheKernelNoExecutionOfThem() throws OutOfFrames {
        KernelBed bed = new KernelBed(true);
        bed.boot();
        AddressSpace space = AddressSpace.create(bed.kernel.spaces(), 1);
        space.map(PAGE, bed.kernel.frames().allocate(FrameKind.USER, 1), PagePermissions.USER_CODE);
        Translation user = (Translation) walk(bed, space.userCr3(), PAGE);
        Translation kernel = (Translation) walk(bed, space.kernelCr3(), PAGE);
        assertThat(user.user()).isTrue();
        assertThat(user.writable()).isFalse();
        assertThat(user.noExecute()).isFalse();
        assertThat(kernel.physical()).isEqualTo(user.physical());
        assertThat(kernel.noExecute()).isTrue();
        assertThat(walk(bed, space.userCr3(), KernelLayout.KERNEL_IMAGE)).isInstanceOf(WalkResult.Missing.class);
        assertThat(walk(bed, space.userCr3(), KernelLayout.DIRECT_MAP)).isInstanceOf(WalkResult.Missing.class);
        assertThat(walk(bed, space.userCr3(), KernelLayout.KERNEL_TRAMPOLINE)).isInstanceOf(Translation.class);
        assertThat(walk(bed, space.kernelCr3(), KernelLayout.KERNEL_TEXT)).isInstanceOf(Translation.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsCountedAsMissingIsWhatMappingTakesAndDestroyReturns(boolean kpti) throws OutOfFrames {
        KernelBed bed = new KernelBed(kpti);
        bed.boot();
        long atFirst = bed.kernel.frames().free();
        AddressSpace space = AddressSpace.create(bed.kernel.spaces(), 1);
        assertThat(atFirst - bed.kernel.frames().free()).isEqualTo(AddressSpace.tablesAtCreation(kpti));
        // Ranges that cross a PT's, a PD's and a PDPT's end; the later ones find some tables in place.
        for (long start : List.of(0x1F_F000L, 0x3FFF_F000L, 0x7F_FFFF_F000L, 0x40_0000_0000L, 0x20_0000L)) {
            long missing = space.missingTables(start, 0x3000);
            long before = bed.kernel.frames().free();
            for (long page = start; page < start + 0x3000; page += 0x1000) {
                if (space.leaf(page) == 0) {
                    space.map(page, bed.kernel.frames().allocate(FrameKind.USER, 1), PagePermissions.USER_DATA);
                    before--;
                }
            }
            assertThat(before - bed.kernel.frames().free()).as("tables for 0x%x", start).isEqualTo(missing);
            assertThat(space.missingTables(start, 0x3000)).isZero();
        }
        List<Long> seen = new ArrayList<>();
        space.destroy(frame -> {
            seen.add(frame);
            bed.kernel.frames().free(frame);
        });
        assertThat(seen).doesNotHaveDuplicates().hasSize(13);
        assertThat(bed.kernel.frames().free()).isEqualTo(atFirst);
    }

    @Test
    void unmappingDropsTheTranslationOfTheCurrentTablesOnly() throws OutOfFrames {
        KernelBed bed = new KernelBed(false);
        bed.boot();
        AddressSpace space = AddressSpace.create(bed.kernel.spaces(), 1);
        for (boolean current : new boolean[]{false, true}) {
            long frame = bed.kernel.frames().allocate(FrameKind.USER, 1);
            space.map(PAGE, frame, PagePermissions.USER_DATA);
            if (current) {
                bed.cpu.cr3 = space.kernelCr3();
            }
            bed.machine.trace().clear();
            assertThat(space.unmap(PAGE)).isEqualTo(frame);
            assertThat(bed.machine.trace().all(TraceEvent.TlbInvalidation.class)).hasSize(current ? 1 : 0);
            assertThat(space.unmap(PAGE)).isEqualTo(-1);
        }
    }

    @Test
    void refusesKernelPermissionsAndKernelAddresses() throws OutOfFrames {
        KernelBed bed = new KernelBed(false);
        bed.boot();
        AddressSpace space = AddressSpace.create(bed.kernel.spaces(), 1);
        assertThatThrownBy(() -> space.map(PAGE, 0x10_0000, PagePermissions.KERNEL_DATA)).isInstanceOf(
                KernelPanic.class);
        assertThatThrownBy(() -> space.map(KernelLayout.KERNEL_IMAGE, 0x10_0000, PagePermissions.USER_DATA))
                .isInstanceOf(KernelPanic.class);
        assertThatThrownBy(() -> PagePermissions.user(true, true)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Every page of the boot tables by what it may be, read with the walk: W^X, no U, guards, D15. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theBootTablesMapWhatTheLayoutSays(boolean kpti) {
        KernelBed bed = new KernelBed(kpti);
        Map<Long, Boolean> mapped = Map.of(KernelLayout.IST1_TOP - 1, true, KernelLayout.IST1_TOP - 0x1001, false,
                KernelLayout.IST4_TOP - 1, true, KernelLayout.IST4_TOP, false, KernelLayout.TSS_BASE + 0x2FFF, true,
                KernelLayout.KERNEL_STACKS, false, KernelLayout.direct(bed.machine.ram().size() - 1), true,
                KernelLayout.direct(bed.machine.ram().size()), false);
        mapped.forEach((linear, present) -> assertThat(walk(bed, KernelLayout.BOOT_PML4_PHYSICAL,
                linear) instanceof Translation)
                .as("0x%x", linear).isEqualTo(present));
        for (long linear : List.of(KernelLayout.KERNEL_TEXT, KernelLayout.KERNEL_RODATA,
                KernelLayout.direct(KernelLayout.KERNEL_IMAGE_PHYSICAL))) {
            assertThat(((Translation) walk(bed, KernelLayout.BOOT_PML4_PHYSICAL, linear)).writable()).isFalse();
        }
        Translation text = (Translation) walk(bed, KernelLayout.BOOT_PML4_PHYSICAL, KernelLayout.KERNEL_TEXT);
        assertThat(text.noExecute()).isFalse();
        assertThat(text.global()).isEqualTo(!kpti);
        assertThat(text.user()).isFalse();
        Translation trampoline = (Translation) walk(bed, KernelLayout.BOOT_PML4_PHYSICAL,
                KernelLayout.KERNEL_TRAMPOLINE);
        assertThat(trampoline.global()).isTrue();
        assertThat(Frame.SIZE).isEqualTo(KernelLayout.PAGE);
    }
}
