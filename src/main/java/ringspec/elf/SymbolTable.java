package ringspec.elf;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Names of a file's sections and addresses.
 *
 * @param sections in the order of the file
 * @param symbols defined symbols in memory, by address
 * @param notes what of the tables was damaged and left out, one sentence each; empty for a sound or a stripped file
 */
public record SymbolTable(List<Section> sections, List<Symbol> symbols, List<String> notes) {
    /** No sections and no symbols. */
    public static final SymbolTable EMPTY = new SymbolTable(List.of(), List.of(), List.of());

    /** Sorts the symbols by address; of several at one address the functions come last, and so win. */
    public SymbolTable {
        sections = List.copyOf(sections);
        symbols = symbols.stream()
                .sorted(Comparator.comparing(Symbol::address, Long::compareUnsigned).thenComparing(Symbol::function))
                .toList();
        notes = List.copyOf(notes);
    }

    /** The address of a symbol, or empty if there is none of that name. */
    public Optional<Long> addressOf(String name) {
        return symbols.stream().filter(s -> s.name().equals(name)).map(Symbol::address).findFirst();
    }

    /** Where an address lies, such as {@code main} or {@code main+0x1a}; empty if no symbol covers it. */
    public Optional<String> locate(long address) {
        int low = 0;
        int high = symbols.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(symbols.get(middle).address(), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            return Optional.empty();
        }
        Symbol symbol = symbols.get(low - 1);
        long distance = address - symbol.address();
        if (symbol.size() != 0 && Long.compareUnsigned(distance, symbol.size()) >= 0) {
            return Optional.empty();
        }
        return Optional.of(distance == 0 ? symbol.name() : symbol.name() + "+0x" + Long.toHexString(distance));
    }

    SymbolTable slid(long base) {
        return new SymbolTable(
                sections.stream().map(s -> s.address() == 0 ? s : new Section(s.name(), s.address() + base, s.size()))
                        .toList(),
                symbols.stream().map(s -> new Symbol(s.name(), s.address() + base, s.size(), s.function())).toList(),
                notes);
    }
}
