package ringspec.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Multiboot images for tests: those of the fixtures, and small ones with chosen fields. */
final class Images {

    /** Where the header stands in {@link #bare}. */
    static final int HEADER = 0x100;

    private Images() {
    }

    static byte[] fixture(String name) {
        try {
            return Files.readAllBytes(Path.of("fixtures/multiboot", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A file of 0x4000 bytes with the magic, flags and their checksum at an offset. */
    static byte[] withHeader(int offset, int flags) {
        byte[] file = new byte[0x4000];
        buffer(file).putInt(offset, MultibootHeader.MAGIC).putInt(offset + 4, flags)
                .putInt(offset + 8, -(MultibootHeader.MAGIC + flags));
        return file;
    }

    /** A file whose header has address fields: header_addr, load_addr, load_end_addr, bss_end_addr, entry_addr. */
    static byte[] bare(long... fields) {
        byte[] file = withHeader(HEADER, 0x10003);
        for (int i = 0; i < fields.length; i++) {
            buffer(file).putInt(HEADER + 12 + 4 * i, (int) fields[i]);
        }
        return file;
    }
}
