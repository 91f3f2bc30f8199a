package ringspec.isa.assembler;

/** Widths of numbers. */
final class Bits {

    private Bits() {
    }

    /** Whether a number of so many bits, signed or unsigned, can say the value. */
    static boolean fits(long value, int bits) {
        return bits >= 64 || value >= -(1L << bits - 1) && value < 1L << bits;
    }

    static boolean fitsSigned(long value, int bits) {
        return bits >= 64 || value >= -(1L << bits - 1) && value < 1L << bits - 1;
    }

    static long signExtend(long value, int bits) {
        return value << 64 - bits >> 64 - bits;
    }

    /** The numbers that fit, for messages. */
    static String range(int bits) {
        return show(-(1L << bits - 1)) + " to " + show((1L << bits) - 1);
    }

    static String signedRange(int bits) {
        return show(-(1L << bits - 1)) + " to " + show((1L << bits - 1) - 1);
    }

    /** Small numbers in decimal, others in hex; kernel addresses unsigned. */
    static String show(long value) {
        if (value > -0x1000 && value < 0x1000) {
            return Long.toString(value);
        }
        return value < 0 && value >= -(1L << 40) && (value >>> 31) != 0x1FFFFFFFFL
                ? "-0x" + Long.toHexString(-value)
                : "0x" + Long.toHexString(value);
    }

    /** Little-endian. */
    static void store(byte[] bytes, int at, long value, int count) {
        for (int i = 0; i < count; i++) {
            bytes[at + i] = (byte) (value >>> i * 8);
        }
    }
}
