package ringspec.isa.assembler;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the assembler made of the text.
 *
 * @param sections in the order of their first mention
 * @param symbols  every label and constant with its value; a local label as {@code global.local}
 * @param exported the symbols that the text declared {@code global}
 * @param lines    which text each run of bytes came from, by ascending address (as unsigned numbers)
 */
public record Assembled(List<Section> sections, SortedMap<String, Long> symbols, Set<String> exported,
        List<Line> lines) {

    /** Copies the collections. */
    public Assembled {
        sections = List.copyOf(sections);
        symbols = Collections.unmodifiableSortedMap(new TreeMap<>(symbols));
        exported = Set.copyOf(exported);
        lines = List.copyOf(lines);
    }

    /**
     * A run of memory.
     *
     * @param name     such as {@code .text}
     * @param address  of its first byte
     * @param bytes    its content (not copied: don't write to it)
     * @param zeroFill how many zero bytes follow the content: the reservations at the section's end
     */
    public record Section(String name, long address, byte[] bytes, long zeroFill) {
        /** Content and zero fill together, in bytes. */
        public long size() {
            return bytes.length + zeroFill;
        }

        /** The address behind the last byte. */
        public long end() {
            return address + size();
        }
    }

    /**
     * One statement's bytes.
     *
     * @param address    of the first byte
     * @param length     in bytes, at least 1
     * @param sourceName the {@link Source}'s name
     * @param lineNumber from 1; for a macro the line of the outermost invocation
     */
    public record Line(long address, int length, String sourceName, int lineNumber) {
        @Override
        public String toString() {
            return sourceName + ":" + lineNumber;
        }
    }

    /**
     * The value of a symbol.
     *
     * @throws IllegalArgumentException if the text defines no such symbol
     */
    public long symbol(String name) {
        Long value = symbols.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the assembled text defines no symbol \"" + name + "\""
                    + Suggestions.didYouMean(name, symbols.keySet()));
        }
        return value;
    }

    /**
     * The section of a name.
     *
     * @throws IllegalArgumentException if the text has no such section
     */
    public Section section(String name) {
        for (Section section : sections) {
            if (section.name().equals(name)) {
                return section;
            }
        }
        throw new IllegalArgumentException("the assembled text has no section \"" + name + "\": it has "
                + sections.stream().map(Section::name).toList());
    }

    /** The statement whose bytes include an address. */
    public Optional<Line> lineAt(long address) {
        int low = 0;
        int high = lines.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            Line line = lines.get(middle);
            if (Long.compareUnsigned(address, line.address()) < 0) {
                high = middle - 1;
            } else if (Long.compareUnsigned(address - line.address(), line.length()) >= 0) {
                low = middle + 1;
            } else {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }
}
