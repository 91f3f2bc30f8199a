package ringspec.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes fields of an ELF64 file by name. It has its own table of the gABI's layout, so that a mistake in the grammar is
 * not made twice.
 */
final class ElfFields {
    /** Name and width in bytes, in the order of the file. */
    private static final List<String> HEADER = List.of("ei_mag 4", "ei_class 1", "ei_data 1", "ei_version 1",
            "ei_osabi 1",
            "ei_abiversion 1", "ei_pad 7", "e_type 2", "e_machine 2", "e_version 4", "e_entry 8", "e_phoff 8",
            "e_shoff 8",
            "e_flags 4", "e_ehsize 2", "e_phentsize 2", "e_phnum 2", "e_shentsize 2", "e_shnum 2", "e_shstrndx 2");
    private static final List<String> PROGRAM_HEADER = List.of("p_type 4", "p_flags 4", "p_offset 8", "p_vaddr 8",
            "p_paddr 8", "p_filesz 8", "p_memsz 8", "p_align 8");
    private static final List<String> SECTION_HEADER = List.of("sh_name 4", "sh_type 4", "sh_flags 8", "sh_addr 8",
            "sh_offset 8", "sh_size 8", "sh_link 4", "sh_info 4", "sh_addralign 8", "sh_entsize 8");
    private static final Pattern ENTRY = Pattern.compile("(phdr|shdr)\\[(\\d+)]\\.(\\w+)");
    private static final int PROGRAM_HEADERS = 64;
    private static final int E_PHNUM = 56;
    private static final int E_SHOFF = 40;
    private static final int E_SHNUM = 60;

    /** Where a field is. */
    record Field(int offset, int width) {
    }

    private final Map<String, Field> fields = new LinkedHashMap<>();

    /** The fields of this file, which is well-formed and has its program headers behind the file header. */
    ElfFields(byte[] file) {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        add("", HEADER, 0);
        for (int i = 0; i < buffer.getShort(E_PHNUM); i++) {
            add("phdr[" + i + "].", PROGRAM_HEADER, PROGRAM_HEADERS + 56 * i);
        }
        for (int i = 0; i < buffer.getShort(E_SHNUM); i++) {
            add("shdr[" + i + "].", SECTION_HEADER, (int) buffer.getLong(E_SHOFF) + 64 * i);
        }
    }

    private void add(String prefix, List<String> layout, int start) {
        int offset = start;
        for (String entry : layout) {
            String[] nameAndWidth = entry.split(" ");
            int width = Integer.parseInt(nameAndWidth[1]);
            fields.put(prefix + nameAndWidth[0], new Field(offset, width));
            offset += width;
        }
    }

    List<Field> all() {
        return List.copyOf(fields.values());
    }

    /** Overwrites a field; the value must fit in its width. */
    void set(byte[] file, String name, long value) {
        Field field = fields.get(name);
        if (field == null) {
            Matcher entry = ENTRY.matcher(name);
            throw new IllegalArgumentException(entry.matches()
                    ? "The base has no %s, or its table has no entry %s".formatted(entry.group(3), entry.group(2))
                    : "No field %s; write e_type, phdr[0].p_flags or shdr[1].sh_size".formatted(name));
        }
        if (field.width() < 8 && value >>> 8 * field.width() != 0) {
            throw new IllegalArgumentException("%s is %d bytes, too few for %#x".formatted(name, field.width(), value));
        }
        write(file, field, value);
    }

    /** Overwrites a field with the low bytes of a value, as far as the file reaches. */
    static void write(byte[] file, Field field, long value) {
        for (int i = 0; i < field.width() && field.offset() + i < file.length; i++) {
            file[field.offset() + i] = i < 8 ? (byte) (value >>> 8 * i) : 0;
        }
    }
}
