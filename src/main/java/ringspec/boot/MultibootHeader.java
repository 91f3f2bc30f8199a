package ringspec.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header by which an image says that it is one (Multiboot specification 0.6.96, 3.1).
 *
 * @param offset where it stands in the file
 * @param flags its demands and wishes
 */
record MultibootHeader(int offset, int flags) {

    static final int MAGIC = 0x1BAD_B002;
    private static final int MAGIC_OF_2 = 0xE852_50D6;
    static final int SEARCHED = 8192;
    private static final int SIZE = 12;
    private static final int ADDRESSES_SIZE = 32;

    private static final int WANTS_VIDEO = 1 << 2;
    private static final int HAS_ADDRESSES = 1 << 16;
    /** Bits 15:0 are demands; 0 and 1, page-aligned modules and the memory map, are always met. */
    private static final int UNKNOWN_DEMANDS = 0xFFF8;

    /**
     * Finds the header.
     *
     * @throws MultibootException if there is none, or one that asks for what isn't there
     */
    static MultibootHeader find(byte[] file) throws MultibootException {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int wrongChecksum = -1;
        for (int at = 0; at + SIZE <= Math.min(SEARCHED, file.length); at += 4) {
            if (bytes.getInt(at) == MAGIC) {
                int flags = bytes.getInt(at + 4);
                if (MAGIC + flags + bytes.getInt(at + 8) == 0) {
                    return new MultibootHeader(at, flags).checked(file.length);
                }
                wrongChecksum = wrongChecksum < 0 ? at : wrongChecksum;
            }
        }
        if (wrongChecksum >= 0) {
            int expected = -(MAGIC + bytes.getInt(wrongChecksum + 4));
            throw new MultibootException(MultibootRule.CHECKSUM, "checksum", bytes.getInt(wrongChecksum + 8),
                    "the header at 0x%x has checksum 0x%08x, expected 0x%08x for flags 0x%x".formatted(wrongChecksum,
                            bytes
                                    .getInt(wrongChecksum + 8), expected, bytes.getInt(wrongChecksum + 4)));
        }
        throw missing(bytes);
    }

    /** Looks for what was probably meant. */
    private static MultibootException missing(ByteBuffer bytes) {
        for (int at = 0; at + 4 <= bytes.limit(); at++) {
            int value = bytes.getInt(at);
            if (value == MAGIC) {
                String why = at % 4 != 0 ? "not 4-byte aligned" : at + SIZE > bytes.limit()
                        ? "cut off by the end of the file"
                        : "not within the first %d bytes: let the linker place its section first".formatted(SEARCHED);
                return new MultibootException(MultibootRule.HEADER, "magic", at, "the header's magic stands at 0x%x, %s"
                        .formatted(at, why));
            }
            if (value == MAGIC_OF_2 && at % 8 == 0 && at < 32768) {
                return new MultibootException(MultibootRule.HEADER, "magic", at,
                        "at 0x%x there is a header of Multiboot 2: give it one of Multiboot 1 (0x%08x) as well"
                                .formatted(
                                        at, MAGIC));
            }
        }
        return new MultibootException(MultibootRule.HEADER, "magic", -1,
                "no Multiboot header: 0x%08x, flags and checksum are not in the first %d bytes".formatted(MAGIC,
                        SEARCHED));
    }

    private MultibootHeader checked(int fileSize) throws MultibootException {
        if ((flags & UNKNOWN_DEMANDS) != 0) {
            throw new MultibootException(MultibootRule.UNKNOWN_DEMAND, "flags", flags,
                    "flags 0x%x of the header at 0x%x: bits 0x%x are demands that no version of the specification explains"
                            .formatted(flags, offset, flags & UNKNOWN_DEMANDS));
        }
        if ((flags & WANTS_VIDEO) != 0) {
            throw new MultibootException(MultibootRule.VIDEO, "flags", flags,
                    "flags 0x%x of the header at 0x%x demand a video mode (bit 2): this machine has the serial console only"
                            .formatted(flags, offset));
        }
        int size = hasAddresses() ? ADDRESSES_SIZE : SIZE;
        if (offset + size > Math.min(SEARCHED, fileSize)) {
            throw new MultibootException(MultibootRule.HEADER_TRUNCATED, "flags", offset,
                    "the header at 0x%x has address fields (bit 16), but its %d bytes don't end by 0x%x".formatted(
                            offset,
                            size,
                            Math.min(SEARCHED, fileSize)));
        }
        return this;
    }

    boolean hasAddresses() {
        return (flags & HAS_ADDRESSES) != 0;
    }
}
