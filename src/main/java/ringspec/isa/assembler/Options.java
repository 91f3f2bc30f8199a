package ringspec.isa.assembler;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the text doesn't say: where things go and which constants are given from outside. Immutable; the {@code with} methods copy.
 *
 * @param origin           address of the first section
 * @param sectionAlignment a power of two; a section without an address of its own follows the one before it, aligned to this
 * @param sections         addresses of sections by name ({@code .text})
 * @param constants        symbols defined from outside, as if by {@code equ}
 */
public record Options(long origin, long sectionAlignment, Map<String, Long> sections, Map<String, Long> constants) {

    /** Copies the maps, keeping their order. */
    public Options {
        if (Long.bitCount(sectionAlignment) != 1) {
            throw new IllegalArgumentException("section alignment 0x%x is no power of two".formatted(sectionAlignment));
        }
        sections = Collections.unmodifiableMap(new LinkedHashMap<>(sections));
        constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    }

    /** The first section at an address, the others behind it at the next multiple of 16. */
    public static Options at(long origin) {
        return new Options(origin, 16, Map.of(), Map.of());
    }

    /** These options with sections aligned to a power of two, such as the page size. */
    public Options withSectionAlignment(long alignment) {
        return new Options(origin, alignment, sections, constants);
    }

    /** These options with a section at an address. */
    public Options withSection(String name, long address) {
        return new Options(origin, sectionAlignment, with(sections, name, address), constants);
    }

    /** These options with a constant. */
    public Options withConstant(String name, long value) {
        return new Options(origin, sectionAlignment, sections, with(constants, name, value));
    }

    /** These options with several constants. */
    public Options withConstants(Map<String, Long> values) {
        Map<String, Long> all = new LinkedHashMap<>(constants);
        all.putAll(values);
        return new Options(origin, sectionAlignment, sections, all);
    }

    private static Map<String, Long> with(Map<String, Long> map, String key, long value) {
        Map<String, Long> copy = new LinkedHashMap<>(map);
        copy.put(key, value);
        return copy;
    }
}
