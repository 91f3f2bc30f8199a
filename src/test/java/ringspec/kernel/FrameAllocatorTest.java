package ringspec.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;

/** Frames: zeroed, distinct, and accounted for. */
final class FrameAllocatorTest {

    private static FrameAllocator booted(long limit) {
        KernelBed bed = new KernelBed(true).limit(limit);
        bed.boot();
        return bed.kernel.frames();
    }

    @Test
    void handsOutTheLowestFrameZeroed() throws OutOfFrames {
        KernelBed bed = new KernelBed(true);
        for (PhysicalMap.Range range : PhysicalMap.free(bed.machine.ram())) {
            bed.machine.ram().fill(range.start(), range.end() - range.start(), 0xA5);
        }
        bed.boot();
        long first = bed.kernel.frames().allocate(FrameKind.USER, 7);
        assertThat(first).isEqualTo(0x10_0000);
        assertThat(bed.kernel.frames().allocate(FrameKind.USER, 7)).isEqualTo(first + 0x1000);
        assertThat(bed.machine.ram().read(first, 0x1000)).containsOnly(0);
        assertThat(bed.kernel.frames().owner(first)).isEqualTo(7);
        bed.kernel.frames().free(first);
        assertThat(bed.kernel.frames().kind(first)).isEqualTo(FrameKind.FREE);
        assertThat(bed.kernel.frames().owner(first)).isZero();
        assertThat(bed.kernel.frames().allocate(FrameKind.PAGE_TABLE, 1)).isEqualTo(first);
    }

    @Test
    void theLimitIsWhatCanBeAllocatedToTheLastFrame() throws OutOfFrames {
        FrameAllocator frames = booted(100);
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(frames.allocate(FrameKind.USER, 1));
        }
        assertThat(new HashSet<>(all)).hasSize(100);
        assertThat(frames.free()).isZero();
        assertThatThrownBy(() -> frames.allocate(FrameKind.USER, 1)).isInstanceOf(OutOfFrames.class);
        all.forEach(frames::free);
        assertThat(frames.free()).isEqualTo(100);
    }

    @Test
    void neverHandsOutWhatBelongsToTheKernelOrAModule() throws OutOfFrames {
        KernelBed bed = new KernelBed(true).module(0, "x", new byte[5000]);
        bed.boot();
        while (bed.kernel.frames().free() > 0) {
            long frame = bed.kernel.frames().allocate(FrameKind.USER, 1);
            assertThat(frame).isGreaterThanOrEqualTo(0x10_0000);
            assertThat(frame >= 0x20_0000 && frame < PhysicalMap.kernelAreaEnd(bed.machine.ram().size())).isFalse();
            assertThat(frame >= 0x180_0000 && frame < 0x180_2000).isFalse();
        }
    }

    @Test
    void freeingWhatIsFreeIsAPanic() throws OutOfFrames {
        FrameAllocator frames = booted(0);
        long frame = frames.allocate(FrameKind.USER, 1);
        frames.free(frame);
        assertThatThrownBy(() -> frames.free(frame)).isInstanceOf(KernelPanic.class).hasMessageContaining("FREE");
        assertThatThrownBy(() -> frames.free(0x20_0000)).isInstanceOf(KernelPanic.class);
        assertThatThrownBy(() -> frames.free(0x20_0001)).isInstanceOf(KernelPanic.class);
    }
}
