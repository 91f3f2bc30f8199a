package ringspec.memory;

/** Physical addresses outside RAM: memory-mapped device registers. */
public interface MmioBus {

    /**
     * Reads device registers.
     *
     * @param physical an address outside RAM; the access does not cross a 4-KByte boundary
     * @param size 1, 2, 4 or 8 bytes
     * @return the value, zero-extended; all ones where nothing answers
     */
    long read(long physical, int size);

    /**
     * Writes device registers; nothing happens where nothing answers.
     *
     * @param physical an address outside RAM; the access does not cross a 4-KByte boundary
     * @param size 1, 2, 4 or 8 bytes
     * @param value the low {@code size} bytes count
     */
    void write(long physical, int size, long value);

    /** A bus on which nothing answers. */
    MmioBus NOTHING = new MmioBus() {
        @Override
        public long read(long physical, int size) {
            return -1L >>> 64 - 8 * size;
        }

        @Override
        public void write(long physical, int size, long value) {
            // Nothing answers.
        }
    };
}
