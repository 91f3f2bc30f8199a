package ringspec.subject;

import ringspec.debug.AddressSpace.Page;
import ringspec.kernel.KernelLayout;
import ringspec.subject.KernelView.Process;

/**
 * What of the kernel stays mapped while ring 3 runs (D14): the code and data that SYSCALL, interrupt delivery and the way back
 * need before another CR3 is loaded.
 */
public final class TrampolineSet {

    private record Range(String name, long from, long pages) {

        boolean contains(long linear) {
            return linear >= from && linear < from + pages * KernelLayout.PAGE;
        }
    }

    private static final Range[] SHARED = {new Range("trampoline", KernelLayout.KERNEL_TRAMPOLINE, 1),
            new Range("per-CPU page", KernelLayout.PERCPU_BASE, 1), new Range("GDT", KernelLayout.GDT_BASE, 1),
            new Range("IDT", KernelLayout.IDT_BASE, 1), new Range("TSS", KernelLayout.TSS_BASE, KernelLayout.TSS_PAGES),
            new Range("IST stacks", KernelLayout.IST1_TOP - KernelLayout.PAGE, 1),
            new Range("IST stacks", KernelLayout.IST2_TOP - KernelLayout.PAGE, 1),
            new Range("IST stacks", KernelLayout.IST3_TOP - KernelLayout.PAGE, 1),
            new Range("IST stacks", KernelLayout.IST4_TOP - KernelLayout.PAGE, 1)};

    /** What a page of the upper half is for, seen from a process; "something else" if it isn't part of the set. */
    public String nameOf(Page page, Process process) {
        for (Range range : SHARED) {
            if (range.contains(page.linear()) && page.size() == KernelLayout.PAGE) {
                return range.name();
            }
        }
        for (long top : process.stackTops()) {
            if (page.linear() == top - KernelLayout.PAGE && page.size() == KernelLayout.PAGE) {
                return "own save areas";
            }
        }
        return "something else at 0x%x, 0x%x bytes".formatted(page.linear(), page.size());
    }

    /** True if an address belongs to the set, seen from a process. */
    public boolean contains(long linear, Process process) {
        for (Range range : SHARED) {
            if (range.contains(linear)) {
                return true;
            }
        }
        return process.stackTops().stream().anyMatch(top -> linear >= top - KernelLayout.PAGE && linear < top);
    }
}
