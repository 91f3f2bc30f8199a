package ringspec.boot;

/**
 * A part of an image and where it goes.
 *
 * @param physical address of its first byte
 * @param offset where its bytes begin in the file
 * @param fileSize bytes that come from the file
 * @param memorySize bytes in memory, at least 1 and at least {@code fileSize}; the rest are zeroes
 */
public record LoadSegment(long physical, int offset, int fileSize, long memorySize) {

    /** The address after its last byte. */
    public long end() {
        return physical + memorySize;
    }

    boolean overlaps(LoadSegment other) {
        return physical < other.end() && other.physical < end();
    }
}
