package ringspec.debug;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import ringspec.elf.ElfImage;
import ringspec.elf.Section;
import ringspec.isa.assembler.Assembled;
import ringspec.kernel.KernelImage;
import ringspec.kernel.KernelLayout;

/**
 * What a range of linear addresses is for.
 *
 * @param from first address
 * @param last last address, not below the first as unsigned numbers
 * @param name a few words
 */
public record RegionName(long from, long last, String name) {

    /** A range of so many bytes. */
    static RegionName of(long from, long size, String name) {
        return new RegionName(from, from + size - 1, name);
    }

    /** True if the ranges have an address in common. */
    boolean meets(long otherFrom, long otherLast) {
        return Long.compareUnsigned(from, otherLast) <= 0 && Long.compareUnsigned(otherFrom, last) <= 0;
    }

    /**
     * Names for the user half of a process: sections of its image, or segments where there are none, its stack and the guards
     * around it (D01, D03).
     */
    public static List<RegionName> ofImage(ElfImage image) {
        List<RegionName> names = new ArrayList<>();
        names.add(of(0, KernelLayout.USER_LOWEST, "null range"));
        for (Section section : image.symbols().sections()) {
            if (section.address() != 0 && section.size() > 0 && !section.name().isEmpty()) {
                names.add(of(section.address(), section.size(), section.name()));
            }
        }
        if (names.size() == 1) {
            image.segments().stream().filter(segment -> segment.memorySize() > 0).forEach(segment -> names.add(of(
                    segment
                            .vaddr(), segment.memorySize(), "segment %d".formatted(segment.index()))));
        }
        long stack = KernelLayout.USER_MAX - image.stack().size();
        names.add(of(stack - KernelLayout.PAGE, KernelLayout.PAGE, "guard page"));
        names.add(of(stack, image.stack().size(), "user stack"));
        names.add(of(KernelLayout.USER_MAX, KernelLayout.PAGE, "guard page"));
        return List.copyOf(names);
    }

    /** Names for the kernel half: the layout of {@link KernelLayout} and the sections of a kernel image. */
    public static List<RegionName> ofKernel(KernelImage image) {
        List<RegionName> names = new ArrayList<>();
        names.add(of(KernelLayout.DIRECT_MAP, 1L << 43, "direct map"));
        for (Assembled.Section section : image.sections()) {
            names.add(of(section.address(), section.size(), section.name()));
        }
        names.add(of(KernelLayout.PERCPU_BASE, KernelLayout.PAGE, "per-CPU page"));
        names.add(of(KernelLayout.GDT_BASE, KernelLayout.PAGE, "GDT"));
        names.add(of(KernelLayout.IDT_BASE, KernelLayout.PAGE, "IDT"));
        names.add(of(KernelLayout.TSS_BASE, (long) KernelLayout.TSS_PAGES * KernelLayout.PAGE, "TSS"));
        names.add(of(KernelLayout.IST1_TOP - KernelLayout.PAGE, KernelLayout.PAGE, "IST1 #DF"));
        names.add(of(KernelLayout.IST2_TOP - KernelLayout.PAGE, KernelLayout.PAGE, "IST2 NMI"));
        names.add(of(KernelLayout.IST3_TOP - KernelLayout.PAGE, KernelLayout.PAGE, "IST3 #MC"));
        names.add(of(KernelLayout.IST4_TOP - KernelLayout.PAGE, KernelLayout.PAGE, "IST4 #DB"));
        for (int i = 0; i < KernelLayout.MAX_KERNEL_STACKS; i++) {
            long top = KernelLayout.kernelStackTop(i);
            long size = (long) KernelLayout.KERNEL_STACK_PAGES * KernelLayout.PAGE;
            names.add(of(top - size, size, "kernel stack " + i));
        }
        return List.copyOf(names);
    }

    /** Names for both halves of a process's address space. */
    public static List<RegionName> all(ElfImage image, KernelImage kernel) {
        List<RegionName> names = new ArrayList<>(ofImage(image));
        names.addAll(ofKernel(kernel));
        return List.copyOf(names);
    }

    /** The names of the ranges that a region meets, in the order given and each once; some and their number if there are many. */
    static String join(List<RegionName> names, long from, long last) {
        List<String> found = names.stream().filter(name -> name.meets(from, last)).map(RegionName::name).distinct()
                .toList();
        return found.size() <= 4 ? String.join(", ", found)
                : String.join(", ", found.subList(0, 3)) + " and %d more".formatted(found.size() - 3);
    }

    /** Page-aligned addresses at which a range begins or ends, in unsigned order. */
    static TreeSet<Long> borders(List<RegionName> names) {
        TreeSet<Long> borders = new TreeSet<>(Long::compareUnsigned);
        for (RegionName name : names) {
            if (name.from % KernelLayout.PAGE == 0) {
                borders.add(name.from);
            }
            if ((name.last + 1) % KernelLayout.PAGE == 0) {
                borders.add(name.last + 1);
            }
        }
        return borders;
    }
}
