package ringspec.elf;

import java.util.Locale;

/** Text about an ELF file for people: what the loader sees in it, or why it refuses it. */
public final class ElfDescription {
    private final StringBuilder text = new StringBuilder();

    private ElfDescription() {
    }

    /**
     * Describes a file.
     *
     * @param name what to call it
     * @param result what the rules say of it
     * @return lines, each ended by a newline
     */
    public static String of(String name, ElfResult result) {
        ElfDescription description = new ElfDescription();
        switch (result) {
            case ElfResult.Accepted(ElfImage image) -> description.accepted(name, image);
            case ElfResult.Refused(ElfError error) -> description.refused(name, error);
        }
        return description.text.toString();
    }

    private void refused(String name, ElfError error) {
        line("%s: refused", name);
        line("  where   %s%s", error.programHeader() < 0 ? "" : "program header " + error.programHeader() + ", ",
                error.field());
        line("  found   %s (%#x)", Long.toUnsignedString(error.value()), error.value());
        line("  why     %s", error.message());
        line("  rule    %s: %s", String.join(", ", error.rule().clauses()), error.rule().sentence());
    }

    private void accepted(String name, ElfImage image) {
        boolean fixed = image.type() == ElfImage.Type.EXECUTABLE;
        line("%s: loadable", name);
        line("  type    %s", fixed ? "ET_EXEC, at fixed addresses"
                : "ET_DYN, addresses relative to where it is loaded");
        line("  entry   %#x%s", image.entry(), image.symbols().locate(image.entry()).map(s -> " " + s).orElse(""));
        Stack stack = image.stack();
        line("  stack   %d KiB%s", stack.size() / 1024, stackReason(stack));
        line("");
        line("  segments (PT_LOAD)");
        line("   #  rights  %-31s %12s %12s  %s", "memory", "in memory", "from file", "at offset");
        for (Segment segment : image.segments()) {
            line("  %2d  %-6s  %016x-%016x %,11d %,12d  %#x", segment.index(), segment.access().letters(), segment
                    .vaddr(),
                    segment.end(), segment.memorySize(), segment.fileSize(), segment.offset());
        }
        line("");
        line("  pages");
        long total = 0;
        for (PageRange range : image.pageRanges()) {
            total += range.pages();
            line("      %-6s  %016x-%016x %,8d  %s", range.access().letters(), range.start(), range.end(), range
                    .pages(),
                    pageFlags(range.access()));
        }
        line("      %,d pages, %,d bytes of file", total, image.fileSize());
        names(image.symbols());
    }

    private void names(SymbolTable table) {
        line("");
        line("  %d sections, %d symbols", table.sections().size(), table.symbols().size());
        for (Section section : table.sections()) {
            if (section.address() != 0) {
                line("      %016x %,10d  %s", section.address(), section.size(), section.name());
            }
        }
        table.notes().forEach(note -> line("  note: %s", note));
    }

    private static String stackReason(Stack stack) {
        if (!stack.declared() || stack.requested() == 0) {
            return ", the default";
        }
        return ", as PT_GNU_STACK asks for " + stack.requested() + " bytes";
    }

    private static String pageFlags(Access access) {
        return switch (access) {
            case READ -> "P U NX";
            case READ_WRITE -> "P U W NX";
            case READ_EXECUTE -> "P U";
        };
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
    }
}
