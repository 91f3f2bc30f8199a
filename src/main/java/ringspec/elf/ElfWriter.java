package ringspec.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a statically linked ET_EXEC file: a PT_LOAD for each part, PT_GNU_STACK without execute, and a symbol table so that
 * labels can be found again. For programs that stand in a scenario as text; files of real programs come from a real linker.
 */
public final class ElfWriter {

    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int SECTION_HEADER = 64;
    private static final int SYMBOL = 24;
    private static final int PAGE = 4096;
    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474E551;
    private static final int SHT_PROGBITS = 1;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_STRTAB = 3;
    private static final int SHN_ABS = 0xFFF1;

    /**
     * One PT_LOAD.
     *
     * @param address p_vaddr, a multiple of 4096
     * @param bytes the part that is in the file
     * @param zeroFill how much longer it is in memory, in bytes
     * @param access its rights
     */
    public record Part(long address, byte[] bytes, long zeroFill, Access access) {
    }

    private ElfWriter() {
    }

    /**
     * The file.
     *
     * @param entry e_entry
     * @param parts in ascending order of addresses
     * @param symbols names and values for the symbol table
     * @throws IllegalArgumentException if a part's address is not page-aligned
     */
    public static byte[] executable(long entry, List<Part> parts, Map<String, Long> symbols) {
        int programHeaders = parts.size() + 1;
        List<Long> offsets = new ArrayList<>();
        long end = align(HEADER + (long) PROGRAM_HEADER * programHeaders, PAGE);
        for (Part part : parts) {
            if (part.address() % PAGE != 0) {
                throw new IllegalArgumentException(
                        "a part of an ELF file starts at 0x%x, expected a multiple of 0x1000".formatted(part
                                .address()));
            }
            offsets.add(end);
            end = align(end + part.bytes().length, PAGE);
        }
        StringTable names = new StringTable();
        byte[] symbolTable = symbolTable(symbols, parts, names);
        byte[] strings = names.bytes();
        long sectionTable = align(end + symbolTable.length + strings.length, 8);

        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(sectionTable + (parts.size() + 3L) * SECTION_HEADER))
                .order(ByteOrder.LITTLE_ENDIAN);
        fileHeader(file, entry, programHeaders, sectionTable);
        for (int i = 0; i < parts.size(); i++) {
            programHeader(file, parts.get(i), offsets.get(i));
        }
        file.putInt(PT_GNU_STACK).putInt((int) (Access.PF_R | Access.PF_W)).putLong(0).putLong(0).putLong(0).putLong(0)
                .putLong(0).putLong(16);
        for (int i = 0; i < parts.size(); i++) {
            file.position(Math.toIntExact(offsets.get(i))).put(parts.get(i).bytes());
        }
        file.position(Math.toIntExact(end)).put(symbolTable).put(strings);
        file.position(Math.toIntExact(sectionTable + SECTION_HEADER));
        for (int i = 0; i < parts.size(); i++) {
            sectionHeader(file, SHT_PROGBITS, parts.get(i).address(), offsets.get(i), parts.get(i).bytes().length, 0, 0,
                    0);
        }
        sectionHeader(file, SHT_SYMTAB, 0, end, symbolTable.length, parts.size() + 2, 1, SYMBOL);
        sectionHeader(file, SHT_STRTAB, 0, end + symbolTable.length, strings.length, 0, 0, 0);
        return file.array();
    }

    private static void fileHeader(ByteBuffer file, long entry, int programHeaders, long sectionTable) {
        file.put(new byte[]{0x7F, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        file.putShort((short) 2).putShort((short) 62).putInt(1).putLong(entry).putLong(HEADER).putLong(sectionTable);
        file.putInt(0).putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) programHeaders);
        file.putShort((short) SECTION_HEADER).putShort((short) (programHeaders + 2)).putShort((short) 0);
    }

    private static void programHeader(ByteBuffer file, Part part, long offset) {
        long flags = Access.PF_R | (part.access().writable() ? Access.PF_W : 0)
                | (part.access().executable() ? Access.PF_X : 0);
        file.putInt(PT_LOAD).putInt((int) flags).putLong(offset).putLong(part.address()).putLong(part.address());
        file.putLong(part.bytes().length).putLong(part.bytes().length + part.zeroFill()).putLong(PAGE);
    }

    private static void sectionHeader(ByteBuffer file, int type, long address, long offset, long size, int link,
            int info,
            int entry) {
        file.putInt(0).putInt(type).putLong(0).putLong(address).putLong(offset).putLong(size).putInt(link).putInt(info)
                .putLong(1).putLong(entry);
    }

    private static byte[] symbolTable(Map<String, Long> symbols, List<Part> parts, StringTable names) {
        ByteBuffer table = ByteBuffer.allocate(SYMBOL * (symbols.size() + 1)).order(ByteOrder.LITTLE_ENDIAN);
        table.position(SYMBOL);
        symbols.forEach((name, value) -> table.putInt(names.add(name)).put((byte) 0x10).put((byte) 0)
                .putShort((short) sectionOf(value, parts)).putLong(value).putLong(0));
        return table.array();
    }

    /** Section 0 is the empty one and the parts follow; a value outside all parts is a plain number. */
    private static int sectionOf(long value, List<Part> parts) {
        for (int i = 0; i < parts.size(); i++) {
            long offset = value - parts.get(i).address();
            if (offset >= 0 && offset <= parts.get(i).bytes().length + parts.get(i).zeroFill()) {
                return i + 1;
            }
        }
        return SHN_ABS;
    }

    private static long align(long value, long unit) {
        return (value + unit - 1) / unit * unit;
    }

    /** Names one after the other, each ended by a zero byte; offset 0 is the empty name. */
    private static final class StringTable {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        StringTable() {
            bytes.write(0);
        }

        int add(String name) {
            int offset = bytes.size();
            bytes.writeBytes(name.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
            return offset;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
