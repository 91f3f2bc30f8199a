package ringspec.elf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import ringspec.elf.kaitai.Elf64;
import ringspec.elf.kaitai.Elf64.ProgramHeader;
import ringspec.elf.kaitai.Elf64.SegmentKind;

/** The rules on each program header, in the order of the table (LOAD-08 to LOAD-11). */
final class SegmentChecks {
    private final long fileSize;
    private final LoadPolicy policy;
    private final boolean positionIndependent;
    private final List<Segment> segments = new ArrayList<>();
    private Stack stack;
    private boolean dynamicSeen;

    SegmentChecks(long fileSize, LoadPolicy policy, boolean positionIndependent) {
        this.fileSize = fileSize;
        this.policy = policy;
        this.positionIndependent = positionIndependent;
        this.stack = new Stack(false, 0, policy.stackSize());
    }

    void check(List<ProgramHeader> headers) throws Refusal {
        for (int i = 0; i < headers.size(); i++) {
            ProgramHeader header = headers.get(i);
            SegmentKind kind = header.kind();
            if (kind == SegmentKind.LOAD) {
                segments.add(checkLoad(i, header));
            } else if (kind == SegmentKind.GNU_STACK) {
                stack = checkStack(i, header);
            } else if (kind == SegmentKind.INTERP) {
                throw new Refusal(ElfRule.INTERPRETER, "p_type", i, header.pType(),
                        "p_type is 3 (PT_INTERP), but there is no dynamic linker here: link with -static");
            } else if (kind == SegmentKind.DYNAMIC && positionIndependent) {
                checkDynamic(i, header);
            }
        }
    }

    /** The segments in the order of the table. */
    List<Segment> segments() {
        return segments;
    }

    Stack stack() {
        return stack;
    }

    private Segment checkLoad(int index, ProgramHeader header) throws Refusal {
        checkFlags(index, header);
        checkFileRange(index, header);
        checkMemoryRange(index, header);
        return new Segment(index, header.pVaddr(), header.pOffset(), header.pFilesz(), header.pMemsz(),
                Access.ofFlags(header.pFlags()), header.pAlign());
    }

    private static void checkFlags(int index, ProgramHeader header) throws Refusal {
        long flags = header.pFlags();
        if ((flags & (Access.PF_R | Access.PF_W | Access.PF_X)) == 0) {
            throw new Refusal(ElfRule.NO_ACCESS, "p_flags", index, flags,
                    "p_flags is %#x, without R, W or X: a page that nobody may touch can't be loaded".formatted(flags));
        }
        if ((flags & Access.PF_W) != 0 && (flags & Access.PF_X) != 0) {
            throw new Refusal(ElfRule.WRITE_EXECUTE, "p_flags", index, flags,
                    "p_flags is %#x, both W and X: keep code and data in separate segments (no ld -N, no RWX section)"
                            .formatted(flags));
        }
    }

    private void checkFileRange(int index, ProgramHeader header) throws Refusal {
        long offset = header.pOffset();
        long size = header.pFilesz();
        long end = offset + size;
        if (Long.compareUnsigned(end, offset) < 0) {
            throw new Refusal(ElfRule.FILE_RANGE_WRAPS, "p_offset+p_filesz", index, end,
                    "p_offset %#x + p_filesz %#x wraps past 2^64: the program header is damaged".formatted(offset,
                            size));
        }
        if (Long.compareUnsigned(end, fileSize) > 0) {
            throw new Refusal(ElfRule.FILE_RANGE, "p_offset+p_filesz", index, end,
                    "p_offset %#x + p_filesz %#x ends past the file of %#x bytes: the file is cut short".formatted(
                            offset,
                            size, fileSize));
        }
        if (Long.compareUnsigned(size, header.pMemsz()) > 0) {
            throw new Refusal(ElfRule.FILE_EXCEEDS_MEMORY, "p_filesz", index, size,
                    "p_filesz %#x is larger than p_memsz %#x: the bytes beyond p_memsz have no place in memory"
                            .formatted(size, header.pMemsz()));
        }
        if ((offset - header.pVaddr()) % Pages.SIZE != 0) {
            throw new Refusal(ElfRule.CONGRUENCE, "p_offset", index, offset,
                    ("p_offset %#x and p_vaddr %#x differ modulo 4096: a file page can't be a memory page; link with "
                            + "-z max-page-size=4096 and without packing").formatted(offset, header.pVaddr()));
        }
    }

    private void checkMemoryRange(int index, ProgramHeader header) throws Refusal {
        long start = header.pVaddr();
        long size = header.pMemsz();
        long end = start + size;
        if (Long.compareUnsigned(end, start) < 0) {
            throw new Refusal(ElfRule.MEMORY_RANGE_WRAPS, "p_vaddr+p_memsz", index, end,
                    "p_vaddr %#x + p_memsz %#x wraps past 2^64: the program header is damaged".formatted(start, size));
        }
        if (Long.compareUnsigned(end, policy.userMax()) > 0) {
            throw new Refusal(ElfRule.USER_MAX, "p_vaddr+p_memsz", index, end,
                    "p_vaddr %#x + p_memsz %#x ends above USER_MAX %#x: link the image at 0x400000".formatted(start,
                            size,
                            policy.userMax()));
        }
        if (!positionIndependent && size > 0 && start < policy.lowest()) {
            throw new Refusal(ElfRule.NULL_RANGE, "p_vaddr", index, start,
                    "p_vaddr %#x is below %#x, which is never mapped: link the image at 0x400000".formatted(start,
                            policy.lowest()));
        }
    }

    private Stack checkStack(int index, ProgramHeader header) throws Refusal {
        if (stack.declared()) {
            throw new Refusal(ElfRule.STACK_TWICE, "p_type", index, header.pType(),
                    "p_type is PT_GNU_STACK for the second time: which of the two counts is not defined");
        }
        if ((header.pFlags() & Access.PF_X) != 0) {
            throw new Refusal(ElfRule.STACK_EXECUTABLE, "p_flags", index, header.pFlags(),
                    ("PT_GNU_STACK has p_flags %#x with X, but the stack is never executable: add a .note.GNU-stack "
                            + "section to assembly files, or link with -z noexecstack").formatted(header.pFlags()));
        }
        long requested = header.pMemsz();
        long room = policy.userMax() - policy.lowest() - Pages.SIZE;
        if (Long.compareUnsigned(requested, room) > 0) {
            throw new Refusal(ElfRule.STACK_SIZE, "p_memsz", index, requested,
                    "PT_GNU_STACK asks for %#x bytes of stack, but the user half has room for %#x: link with a smaller -z stack-size"
                            .formatted(requested, room));
        }
        return new Stack(true, requested, Math.max(policy.stackSize(), Pages.ceiling(requested)));
    }

    /** Nobody relocates here, so an ET_DYN that has to be relocated would run with wrong addresses. */
    private void checkDynamic(int index, ProgramHeader header) throws Refusal {
        if (dynamicSeen) {
            throw new Refusal(ElfRule.RELOCATIONS, "p_type", index, header.pType(),
                    "p_type is 2 (PT_DYNAMIC) for the second time: an image has one dynamic section");
        }
        dynamicSeen = true;
        List<Elf64.DynamicEntry> entries = header.dynamicEntries();
        if (entries == null) {
            throw new Refusal(ElfRule.FILE_RANGE, "p_offset+p_filesz", index, header.pOffset() + header.pFilesz(),
                    "PT_DYNAMIC at p_offset %#x with p_filesz %#x lies outside the file of %#x bytes"
                            .formatted(header.pOffset(), header.pFilesz(), fileSize));
        }
        for (Elf64.DynamicEntry entry : entries) {
            if (entry.dTag() == 0) {
                return;
            }
            String tag = relocationTag(entry.dTag());
            if (!tag.isEmpty()) {
                throw new Refusal(ElfRule.RELOCATIONS, "d_tag", index, entry.dTag(),
                        ("the dynamic section has %s, but there is no dynamic linker here: use only RIP-relative "
                                + "addresses, no initialised pointers and no shared libraries").formatted(tag));
            }
        }
    }

    private static String relocationTag(long tag) {
        if (tag == 1) {
            return "DT_NEEDED";
        } else if (tag == 7) {
            return "DT_RELA";
        } else if (tag == 17) {
            return "DT_REL";
        } else if (tag == 23) {
            return "DT_JMPREL";
        }
        return tag == 36 ? "DT_RELR" : "";
    }

    /** Segments that occupy memory, by address. */
    static List<Segment> byAddress(List<Segment> segments) {
        return segments.stream().filter(s -> s.memorySize() > 0).sorted(Comparator.comparingLong(Segment::vaddr))
                .toList();
    }
}
