package ringspec.elf;

/**
 * A run of pages with the same rights.
 *
 * @param start address of the first page
 * @param end address after the last page
 * @param access rights of each page in it
 */
public record PageRange(long start, long end, Access access) {
    /** Number of 4 KiB pages. */
    public long pages() {
        return (end - start) / Pages.SIZE;
    }
}
