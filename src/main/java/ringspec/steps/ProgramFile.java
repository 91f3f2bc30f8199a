package ringspec.steps;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A loadable ELF64 file read afresh, by the offsets of the ELF specification: what the loader did is compared with the file and
 * not with what the loader's own reader made of it.
 *
 * @param bytes the whole file
 * @param base what is added to every address: 0 for ET_EXEC
 */
record ProgramFile(byte[] bytes, long base) {

    private static final int E_TYPE = 16;
    private static final int E_ENTRY = 24;
    private static final int E_PHOFF = 32;
    private static final int E_PHNUM = 56;
    private static final int PHDR_SIZE = 56;
    private static final int ET_DYN = 3;
    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474E551;
    private static final int PF_X = 1;
    private static final int PF_W = 2;
    private static final int PF_R = 4;
    private static final long PAGE = 0x1000;

    /**
     * A program header.
     *
     * @param index in the table
     */
    record Header(int index, int type, int flags, long offset, long vaddr, long fileSize, long memorySize) {

        /** Whether an address lies between p_vaddr and p_vaddr + p_memsz. */
        boolean contains(long address) {
            return address >= vaddr && address < vaddr + memorySize;
        }

        long firstPage() {
            return vaddr & -PAGE;
        }

        long pagesEnd() {
            return vaddr + memorySize + PAGE - 1 & -PAGE;
        }

        /** The bits of its pages by p_flags: only W and X count, since what is present can be read. */
        String bits() {
            return "U=1 W=%d NX=%d".formatted((flags & PF_W) != 0 ? 1 : 0, (flags & PF_X) != 0 ? 0 : 1);
        }
    }

    /**
     * The same file with one more program header at the end of the table, which moves to the end of the file: read-only, one page
     * in memory, the file's first bytes as content.
     */
    byte[] withHeader(int type, long vaddr) {
        int count = buffer().getShort(E_PHNUM);
        int table = bytes.length + 7 & -8;
        ByteBuffer file = ByteBuffer.allocate(table + (count + 1) * PHDR_SIZE).order(ByteOrder.LITTLE_ENDIAN).put(
                bytes);
        file.put(table, bytes, (int) buffer().getLong(E_PHOFF), count * PHDR_SIZE);
        int at = table + count * PHDR_SIZE;
        file.putInt(at, type).putInt(at + 4, PF_R).putLong(at + 8, 0).putLong(at + 16, vaddr).putLong(at + 24, vaddr)
                .putLong(at + 32, 64).putLong(at + 40, PAGE).putLong(at + 48, PAGE);
        return file.putLong(E_PHOFF, table).putShort(E_PHNUM, (short) (count + 1)).array();
    }

    private ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The file as linked. */
    ProgramFile(byte[] bytes) {
        this(bytes, 0);
    }

    /** Whether its addresses are relative to a base that the loader chooses. */
    boolean isPositionIndependent() {
        return buffer().getShort(E_TYPE) == ET_DYN;
    }

    /** The same file loaded so that its lowest page is at an address. */
    ProgramFile loadedAt(long lowestPage) {
        return new ProgramFile(bytes, lowestPage - new ProgramFile(bytes).pages().firstKey());
    }

    /** e_entry at its place. */
    long entry() {
        return base + buffer().getLong(E_ENTRY);
    }

    private List<Header> headers() {
        ByteBuffer file = buffer();
        int table = (int) file.getLong(E_PHOFF);
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < file.getShort(E_PHNUM); i++) {
            int at = table + i * PHDR_SIZE;
            headers.add(new Header(i, file.getInt(at), file.getInt(at + 4), file.getLong(at + 8), base
                    + file.getLong(at + 16),
                    file.getLong(at + 32), file.getLong(at + 40)));
        }
        return headers;
    }

    /** The PT_LOADs that occupy memory, in the order of the table. */
    List<Header> loads() {
        return headers().stream().filter(header -> header.type() == PT_LOAD && header.memorySize() > 0).toList();
    }

    /** p_memsz of PT_GNU_STACK, if there is one that asks for a size. */
    OptionalLong stackSize() {
        return headers().stream().filter(header -> header.type() == PT_GNU_STACK && header.memorySize() > 0)
                .mapToLong(Header::memorySize).findFirst();
    }

    /** The bytes of a segment that the file holds. */
    byte[] content(Header segment) {
        byte[] content = new byte[(int) segment.fileSize()];
        buffer().get((int) segment.offset(), content);
        return content;
    }

    /** Every page of the PT_LOADs with the bits that it must have. */
    TreeMap<Long, String> pages() {
        TreeMap<Long, String> pages = new TreeMap<>();
        for (Header load : loads()) {
            for (long page = load.firstPage(); page < load.pagesEnd(); page += PAGE) {
                pages.put(page, load.bits());
            }
        }
        return pages;
    }
}
