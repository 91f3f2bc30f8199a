package ringspec.elf;

import java.util.List;

/** The rules on how segments, stack and entry point lie to each other (LOAD-09, LOAD-11, LOAD-12). */
final class LayoutChecks {
    private LayoutChecks() {
    }

    static void check(List<Segment> segments, Stack stack, long entry, LoadPolicy policy) throws Refusal {
        if (segments.isEmpty()) {
            throw new Refusal(ElfRule.NOTHING_TO_LOAD, "e_phnum", -1, 0,
                    "no program header is a PT_LOAD: there is nothing to run; link to an executable with ld");
        }
        checkNeighbours(SegmentChecks.byAddress(segments));
        checkStack(segments, stack, policy);
        checkEntry(segments, entry);
    }

    /** With the segments sorted by address and none overlapping so far, only neighbours can overlap or share a page. */
    private static void checkNeighbours(List<Segment> sorted) throws Refusal {
        for (int i = 1; i < sorted.size(); i++) {
            Segment lower = sorted.get(i - 1);
            Segment upper = sorted.get(i);
            if (upper.vaddr() < lower.end()) {
                throw new Refusal(ElfRule.SEGMENTS_OVERLAP, "p_vaddr", upper.index(), upper.vaddr(),
                        "p_vaddr %#x lies in the segment of program header %d, %#x-%#x: each byte has one owner"
                                .formatted(
                                        upper.vaddr(), lower.index(), lower.vaddr(), lower.end()));
            }
            if (upper.firstPage() < lower.pagesEnd() && upper.access() != lower.access()) {
                throw new Refusal(ElfRule.SHARED_PAGE, "p_vaddr", upper.index(), upper.vaddr(),
                        ("p_vaddr %#x (%s) shares page %#x with program header %d (%s), but a page has one set of rights: "
                                + "put `. = ALIGN(4096)` between them in the linker script").formatted(upper.vaddr(),
                                        upper.access().letters(), upper.firstPage(), lower.index(),
                                        lower.access().letters()));
            }
        }
    }

    private static void checkStack(List<Segment> segments, Stack stack, LoadPolicy policy) throws Refusal {
        long guard = policy.userMax() - stack.size() - Pages.SIZE;
        for (Segment segment : segments) {
            if (segment.memorySize() > 0 && segment.end() > guard) {
                throw new Refusal(ElfRule.STACK_OVERLAP, "p_vaddr+p_memsz", segment.index(), segment.end(),
                        "the segment %#x-%#x reaches into the stack or its guard page at %#x: link the image at 0x400000"
                                .formatted(segment.vaddr(), segment.end(), guard));
            }
        }
    }

    private static void checkEntry(List<Segment> segments, long entry) throws Refusal {
        boolean mapped = false;
        for (Segment segment : segments) {
            if (segment.contains(entry)) {
                if (segment.access().executable()) {
                    return;
                }
                mapped = true;
            }
        }
        throw new Refusal(ElfRule.ENTRY, "e_entry", -1, entry,
                "e_entry %#x lies in %s: set it to a label in .text, with "
                        .formatted(entry, mapped ? "a segment without X" : "no segment")
                        + "ENTRY(_start) in the linker script");
    }
}
