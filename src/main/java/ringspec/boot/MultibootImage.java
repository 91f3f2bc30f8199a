package ringspec.boot;

import java.util.List;

/**
 * An image that can be loaded (Multiboot specification 0.6.96, 3.1).
 *
 * @param file the whole file
 * @param entry physical address of the first instruction
 * @param segments what goes where; at least one
 */
public record MultibootImage(byte[] file, long entry, List<LoadSegment> segments) {

    /**
     * Reads an image.
     *
     * @param file the whole file, which must not change any more
     * @throws MultibootException with the first rule that it breaks
     */
    public static MultibootImage parse(byte[] file) throws MultibootException {
        MultibootHeader header = MultibootHeader.find(file);
        return header.hasAddresses() ? AddressFields.read(file, header) : ElfKernel.read(file);
    }

    /** True if the bytes have a Multiboot header, whatever else is wrong with them. */
    public static boolean hasHeader(byte[] file) {
        try {
            MultibootHeader.find(file);
            return true;
        } catch (MultibootException e) {
            return e.error().rule() != MultibootRule.HEADER;
        }
    }
}
