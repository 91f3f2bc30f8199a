package ringspec.firmware;

/**
 * A range of the memory map.
 *
 * @param base physical address of its first byte
 * @param length bytes, at least 1
 * @param type what it may be used for
 */
public record MemoryRange(long base, long length, Type type) {

    /** Address range types (ACPI specification 6.5, table 15.5). */
    public enum Type {
        /** RAM for the kernel. */
        AVAILABLE(1),
        /** Not to be touched, though it may be read. */
        RESERVED(2);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        /** The type's number in an E820 or Multiboot memory map. */
        public int number() {
            return number;
        }
    }

    /** The address after its last byte. */
    public long end() {
        return base + length;
    }
}
