package ringspec.elf;

/**
 * One PT_LOAD entry that has passed every rule. All numbers are plain non-negative longs: the rules leave no room for
 * a wrap in {@code offset + fileSize} or {@code vaddr + memorySize}.
 *
 * @param index position in the program header table, from 0
 * @param vaddr address of the first byte, not necessarily the start of a page
 * @param offset where the segment's bytes stand in the file; congruent to {@code vaddr} modulo 4096
 * @param fileSize bytes that come from the file
 * @param memorySize bytes in memory, at least {@code fileSize}; what is beyond it is zero
 * @param access rights of every page it touches
 * @param align p_align as the file says it; no rule depends on it
 */
public record Segment(int index, long vaddr, long offset, long fileSize, long memorySize, Access access, long align) {

    /** Address after the last byte in memory. */
    public long end() {
        return vaddr + memorySize;
    }

    /** Whether the address lies in the segment's memory. */
    public boolean contains(long address) {
        return address >= vaddr && address < end();
    }

    /** Start of the first page that the segment touches. */
    public long firstPage() {
        return Pages.floor(vaddr);
    }

    /** End of the last page that the segment touches; {@link #firstPage()} for an empty segment. */
    public long pagesEnd() {
        return memorySize == 0 ? firstPage() : Pages.ceiling(end());
    }

    Segment slid(long base) {
        return new Segment(index, vaddr + base, offset, fileSize, memorySize, access, align);
    }
}
