package ringspec.isa.assembler;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What reading the text fills and the layout turns into bytes: sections of statements, and symbols. */
final class Program {

    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final Symbols symbols = new Symbols();
    private final Set<String> exported = new LinkedHashSet<>();
    private final Diagnostics diagnostics = new Diagnostics();

    /** The section of a name, made at its first mention. */
    Section section(String name) {
        return sections.computeIfAbsent(name, Section::new);
    }

    Iterable<Section> sections() {
        return sections.values();
    }

    Symbols symbols() {
        return symbols;
    }

    Set<String> exported() {
        return exported;
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }
}
