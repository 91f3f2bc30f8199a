package ringspec.elf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import ringspec.elf.kaitai.Elf64;
import ringspec.elf.kaitai.Elf64.SectionHeader;
import ringspec.elf.kaitai.Elf64.SectionKind;

/**
 * Reads section and symbol names. A loader ignores sections, so nothing here refuses a file: what is damaged is left out
 * with a note.
 */
final class SymbolReader {
    private static final int STT_FUNC = 2;
    /** Types after STT_FUNC name sections, files and thread-local offsets, not addresses. */
    private static final int TYPE_MASK = 15;
    private static final int SHN_UNDEF = 0;
    private static final int SHN_LORESERVE = 0xFF00;

    private final Elf64 elf;
    private final byte[] file;
    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    /**
     * How many characters all names together may have. Many entries can point into one long string, so that the names
     * would outgrow the file by any factor; an honest file has no more of them than bytes.
     */
    private int budget;

    private SymbolReader(Elf64 elf, byte[] file) {
        this.elf = elf;
        this.file = file;
        this.budget = file.length;
    }

    static SymbolTable read(Elf64 elf, byte[] file) {
        if (elf.header().eShoff() == 0 || elf.header().eShnum() == 0) {
            return SymbolTable.EMPTY;
        }
        SymbolReader reader = new SymbolReader(elf, file);
        if (elf.sectionHeadersFit()) {
            reader.readSections(elf.sectionHeaders());
        } else {
            reader.notes.add("section headers ignored: %d of %d bytes at e_shoff %#x are not in the file".formatted(
                    elf.header().eShnum(), elf.header().eShentsize(), elf.header().eShoff()));
        }
        if (reader.budget < 0) {
            return new SymbolTable(List.of(), List.of(),
                    List.of("sections and symbols ignored: their names overlap and add up to more than the file"));
        }
        return new SymbolTable(reader.sections, reader.symbols, reader.notes);
    }

    private void readSections(List<SectionHeader> headers) {
        SectionHeader names = strings(headers, elf.header().eShstrndx(), "section names");
        boolean symbolsRead = false;
        for (SectionHeader header : headers) {
            if (header.kind() != SectionKind.NULL) {
                sections.add(new Section(name(names, header.shName()), header.shAddr(), header.shSize()));
            }
            // One table is all that a linker writes; reading any number of them would read the same bytes again and again.
            if (header.kind() == SectionKind.SYMTAB && !symbolsRead) {
                symbolsRead = true;
                readSymbols(headers, header);
            }
        }
    }

    private void readSymbols(List<SectionHeader> headers, SectionHeader table) {
        List<Elf64.Symbol> entries = table.symbols();
        if (entries == null) {
            notes.add("symbols ignored: the symbol table at %#x does not fit in the file".formatted(table.shOffset()));
            return;
        }
        SectionHeader names = strings(headers, table.shLink(), "symbol names");
        for (Elf64.Symbol entry : entries) {
            int type = entry.stInfo() & TYPE_MASK;
            boolean inMemory = entry.stShndx() != SHN_UNDEF && entry.stShndx() < SHN_LORESERVE;
            if (inMemory && type <= STT_FUNC) {
                String name = name(names, entry.stName());
                if (!name.isEmpty()) {
                    symbols.add(new Symbol(name, entry.stValue(), entry.stSize(), type == STT_FUNC));
                }
            }
        }
    }

    /** The string table with that section index, or null if there is none in the file; SHN_UNDEF says so itself. */
    private SectionHeader strings(List<SectionHeader> headers, long index, String what) {
        if (index < headers.size()) {
            SectionHeader header = headers.get((int) index);
            if (header.kind() == SectionKind.STRTAB && header.contentFits()) {
                return header;
            }
        }
        if (index != SHN_UNDEF) {
            notes.add("%s ignored: section %d is not a string table in the file".formatted(what, index));
        }
        return null;
    }

    private String name(SectionHeader strings, long offset) {
        if (strings == null || offset >= strings.shSize() || budget < 0) {
            return "";
        }
        int start = (int) (strings.shOffset() + offset);
        int limit = (int) (strings.shOffset() + strings.shSize());
        int end = start;
        while (end < limit && file[end] != 0 && end - start <= budget) {
            end++;
        }
        budget -= end - start;
        return budget < 0 ? "" : new String(file, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
