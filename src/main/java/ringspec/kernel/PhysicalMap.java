package ringspec.kernel;

import static ringspec.kernel.KernelLayout.KERNEL_IMAGE_PHYSICAL;
import static ringspec.kernel.KernelLayout.PAGE;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import ringspec.memory.PhysicalMemory;

/** Who gets which part of physical memory at boot. */
public final class PhysicalMap {

    private static final long FIRST_MEGABYTE = 0x10_0000L;

    /**
     * Whole frames.
     *
     * @param start physical address of the first
     * @param end physical address after the last
     */
    public record Range(long start, long end) {
    }

    private PhysicalMap() {
    }

    /**
     * What the frame allocator may hand out if no limit is set: all but the first megabyte, the image's 2 MiB, the kernel area
     * with the allocator's own tables, and the boot modules that are in place.
     */
    public static List<Range> free(PhysicalMemory ram) {
        return free(new BootInfo(new DirectMap(ram), KernelLayout.direct(KernelLayout.BOOT_INFO_PHYSICAL)));
    }

    /** The same from boot info. */
    static List<Range> free(BootInfo info) {
        List<Range> free = new ArrayList<>(List.of(new Range(FIRST_MEGABYTE, KERNEL_IMAGE_PHYSICAL),
                new Range(kernelAreaEnd(info.ramSize()), info.ramSize())));
        for (int i = 0; i < info.moduleCount(); i++) {
            BootInfo.Module module = info.module(i);
            if (module.length() < 0 || module.physical() < 0 || module.physical() > info.ramSize() - module.length()) {
                throw new KernelPanic("boot module %d at 0x%x+0x%x is not in RAM".formatted(i, module.physical(),
                        module.length()));
            }
            free = without(free, new Range(module.firstFrame(), module.framesEnd()));
        }
        free.sort(Comparator.comparing(Range::start));
        return free;
    }

    private static List<Range> without(List<Range> ranges, Range taken) {
        List<Range> rest = new ArrayList<>();
        for (Range range : ranges) {
            if (taken.end() <= range.start() || taken.start() >= range.end()) {
                rest.add(range);
                continue;
            }
            if (range.start() < taken.start()) {
                rest.add(new Range(range.start(), taken.start()));
            }
            if (taken.end() < range.end()) {
                rest.add(new Range(taken.end(), range.end()));
            }
        }
        return rest;
    }

    /** Physical address after the boot page tables: the frame allocator's tables come next. */
    static long bootTablesEnd(long ramSize) {
        return KernelLayout.DIRECT_PDS_PHYSICAL + (ramSize + KernelLayout.GIGABYTE - 1) / KernelLayout.GIGABYTE * PAGE;
    }

    /** Physical address after the frame allocator's tables. */
    static long kernelAreaEnd(long ramSize) {
        long frames = ramSize / PAGE;
        long bitmap = (frames + 63) / 64 * 8 + PAGE - 1 & -PAGE;
        long table = frames * ObjectLayout.FRAME_ENTRY_SIZE + PAGE - 1 & -PAGE;
        return bootTablesEnd(ramSize) + bitmap + table;
    }
}
