package ringspec.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import ringspec.fixture.Fixtures;

/** Files that are made of one table each, so that reading them costs as much as a file of their length can. */
final class HostileElf {
    private static final int PHDR = 56;
    private static final int SHDR = 64;
    private static final int MEBIBYTE = 1 << 20;

    private HostileElf() {
    }

    private static ByteBuffer minimal(int length) {
        byte[] file = Fixtures.read(MalformedElfGenerator.FIXTURES, "minimal").bytes();
        return ByteBuffer.wrap(Arrays.copyOf(file, length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** 65,534 program headers, each a PT_LOAD of one page of its own with the whole rest of the file as its content. */
    static byte[] manyProgramHeaders() {
        int count = 65_534;
        int table = 2048;
        ByteBuffer file = minimal(table + PHDR * count);
        file.putLong(32, table).putShort(56, (short) count).putLong(40, 0).putShort(60, (short) 0);
        for (int i = 0; i < count; i++) {
            int at = table + PHDR * i;
            // By descending addresses, so that sorting has work.
            long vaddr = 0x400000L + 4096L * (count - i);
            file.putInt(at, 1).putInt(at + 4, 5).putLong(at + 8, 0).putLong(at + 16, vaddr);
            file.putLong(at + 32, 64).putLong(at + 40, 4096);
        }
        file.putLong(24, 0x401000L);
        return file.array();
    }

    /** As many symbol tables as a section table can list, all of them the same mebibyte of symbols. */
    static byte[] manySymbolTables() {
        int count = 0xFFF0;
        int table = 2 * MEBIBYTE;
        ByteBuffer file = minimal(table + SHDR * count);
        file.putLong(40, table).putShort(60, (short) count).putShort(62, (short) 0);
        for (int i = 0; i < count; i++) {
            int at = table + SHDR * i;
            file.putInt(at, 1).putInt(at + 4, 2).putLong(at + 24, MEBIBYTE).putLong(at + 32, MEBIBYTE);
            file.putInt(at + 40, 0).putLong(at + 56, 24);
        }
        for (int at = MEBIBYTE; at + 24 <= table; at += 24) {
            file.put(at + 4, (byte) 2).putShort(at + 6, (short) 1).putLong(at + 8, 0x400120);
        }
        // Section 0 is the string table of all.
        file.putInt(table + 4, 3).putLong(table + 24, 0).putLong(table + 32, MEBIBYTE);
        return file.array();
    }

    /** A mebibyte of symbols that all point into one name of a mebibyte. */
    static byte[] oneLongName() {
        int sections = 2 * MEBIBYTE;
        ByteBuffer file = minimal(sections + SHDR * 2);
        Arrays.fill(file.array(), 2048, MEBIBYTE, "A".getBytes(StandardCharsets.US_ASCII)[0]);
        file.putLong(40, sections).putShort(60, (short) 2).putShort(62, (short) 0);
        file.putInt(sections + 4, 3).putLong(sections + 24, 2048).putLong(sections + 32, MEBIBYTE - 2048);
        int symbols = sections + SHDR;
        file.putInt(symbols + 4, 2).putLong(symbols + 24, MEBIBYTE).putLong(symbols + 32, MEBIBYTE);
        file.putInt(symbols + 40, 0).putLong(symbols + 56, 24);
        for (int at = MEBIBYTE, i = 0; at + 24 <= sections; at += 24, i++) {
            file.putInt(at, i % 1000).put(at + 4, (byte) 2).putShort(at + 6, (short) 1).putLong(at + 8, 0x400120);
        }
        return file.array();
    }

    /** 60,000 PT_DYNAMIC, all of them the whole file. */
    static byte[] manyDynamicSections() {
        int count = 60_000;
        int table = 2048;
        ByteBuffer file = minimal(table + PHDR * count);
        file.putShort(16, (short) 3).putLong(32, table).putShort(56, (short) count).putLong(40, 0).putShort(60,
                (short) 0);
        for (int i = 0; i < count; i++) {
            int at = table + PHDR * i;
            file.putInt(at, 2).putInt(at + 4, 4).putLong(at + 8, 0).putLong(at + 32, file.capacity());
        }
        return file.array();
    }
}
