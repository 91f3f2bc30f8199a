package ringspec.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Images that say in their header where they go, whatever their format (Multiboot specification 0.6.96, 3.1.3). */
final class AddressFields {

    private AddressFields() {
    }

    static MultibootImage read(byte[] file, MultibootHeader header) throws MultibootException {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long headerAddress = unsigned(bytes, header.offset() + 12);
        long load = unsigned(bytes, header.offset() + 16);
        long loadEnd = unsigned(bytes, header.offset() + 20);
        long bssEnd = unsigned(bytes, header.offset() + 24);
        long entry = unsigned(bytes, header.offset() + 28);
        long offset = header.offset() - (headerAddress - load);
        if (load > headerAddress || offset < 0) {
            throw new MultibootException(MultibootRule.LOAD_ADDRESS, "load_addr", load,
                    "load_addr 0x%x and header_addr 0x%x: the header stands at 0x%x in the file, so load_addr must be 0x%x to 0x%x"
                            .formatted(load, headerAddress, header.offset(), Math.max(0, headerAddress - header
                                    .offset()),
                                    headerAddress));
        }
        long available = file.length - offset;
        if (loadEnd != 0 && (loadEnd <= load || loadEnd - load > available)) {
            throw new MultibootException(MultibootRule.LOAD_END, "load_end_addr", loadEnd,
                    "load_end_addr 0x%x: expected 0 or an address above load_addr 0x%x and up to 0x%x, where the file ends"
                            .formatted(loadEnd, load, load + available));
        }
        long end = loadEnd != 0 ? loadEnd : load + available;
        if (bssEnd != 0 && bssEnd < end) {
            throw new MultibootException(MultibootRule.BSS_END, "bss_end_addr", bssEnd,
                    "bss_end_addr 0x%x: expected 0 or an address not below 0x%x, where the loaded part ends".formatted(
                            bssEnd, end));
        }
        long memoryEnd = Math.max(end, bssEnd);
        if (memoryEnd > 1L << 32) {
            throw new MultibootException(MultibootRule.SEGMENT_ADDRESS, "load_addr", load,
                    "the image from load_addr 0x%x on ends at 0x%x, above 4 GBytes".formatted(load, memoryEnd));
        }
        if (entry < load || entry >= end) {
            throw new MultibootException(MultibootRule.ENTRY, "entry_addr", entry,
                    "entry_addr 0x%x: expected an address in what is loaded, 0x%x to 0x%x".formatted(entry, load, end
                            - 1));
        }
        return new MultibootImage(file, entry, List.of(new LoadSegment(load, (int) offset, (int) (end - load), memoryEnd
                - load)));
    }

    private static long unsigned(ByteBuffer bytes, int at) {
        return bytes.getInt(at) & 0xFFFF_FFFFL;
    }
}
