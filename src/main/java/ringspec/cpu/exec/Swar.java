package ringspec.cpu.exec;

/**
 * Arithmetic on all elements of 64 bits at once: elements are kept apart by their top bits, given as a mask h (0x8080.. for bytes,
 * 0x8000_8000.. for words), which take part only by exclusive OR. No carry crosses into the next element.
 */
final class Swar {

    static final long BYTES = 0x8080_8080_8080_8080L;
    static final long WORDS = 0x8000_8000_8000_8000L;
    static final long DWORDS = 0x8000_0000_8000_0000L;
    static final long QWORDS = 0x8000_0000_0000_0000L;

    private Swar() {
    }

    /** The mask h of an element width of 8, 16, 32 or 64 bits. */
    static long tops(int width) {
        return switch (width) {
            case 8 -> BYTES;
            case 16 -> WORDS;
            case 32 -> DWORDS;
            default -> QWORDS;
        };
    }

    /** The lowest {@code bits} bits of every element, 0 to width. */
    static long lowest(int width, int bits) {
        long ones = tops(width) >>> width - 1;
        return bits == 64 ? -1 : ones * ((1L << bits) - 1);
    }

    static long add(long h, long a, long b) {
        return (a & ~h) + (b & ~h) ^ (a ^ b) & h;
    }

    static long subtract(long h, long a, long b) {
        return (a | h) - (b & ~h) ^ (a ^ ~b) & h;
    }

    /** All ones in the elements whose top bit is set in m, which has no other bits. */
    static long fill(long h, long m) {
        int below = Long.numberOfTrailingZeros(h);
        return m - (m >>> below) | m;
    }

    /** All ones in the elements whose top bit is set. */
    static long signs(long h, long a) {
        return fill(h, a & h);
    }

    static long equal(long h, long a, long b) {
        long x = a ^ b;
        return fill(h, ~((x & ~h) + ~h | x) & h);
    }

    /** a &gt; b, unsigned. */
    static long aboveUnsigned(long h, long a, long b) {
        long difference = subtract(h, b, a);
        return fill(h, (~b & a | ~(b ^ a) & difference) & h);
    }

    /** a &gt; b, signed. */
    static long greater(long h, long a, long b) {
        return aboveUnsigned(h, a ^ h, b ^ h);
    }

    /** Elements of a where the mask is set, else of b. */
    static long select(long mask, long a, long b) {
        return a & mask | b & ~mask;
    }

    static long addUnsignedSaturated(long h, long a, long b) {
        long sum = add(h, a, b);
        return sum | fill(h, (a & b | (a | b) & ~sum) & h);
    }

    static long subtractUnsignedSaturated(long h, long a, long b) {
        long difference = subtract(h, a, b);
        return difference & ~fill(h, (~a & b | ~(a ^ b) & difference) & h);
    }

    static long addSaturated(long h, long a, long b) {
        long sum = add(h, a, b);
        return select(fill(h, ~(a ^ b) & (a ^ sum) & h), limit(h, a), sum);
    }

    static long subtractSaturated(long h, long a, long b) {
        long difference = subtract(h, a, b);
        return select(fill(h, (a ^ b) & (a ^ difference) & h), limit(h, a), difference);
    }

    /** The greatest positive or the least negative number, by the sign of a. */
    private static long limit(long h, long a) {
        return ~h ^ signs(h, a);
    }

    /** The mean, rounded up, unsigned. */
    static long average(long h, long a, long b) {
        return (a | b) - ((a ^ b) >>> 1 & ~h);
    }

    static long absolute(long h, long a) {
        long negative = signs(h, a);
        return subtract(h, a ^ negative, negative);
    }

    /** a, negated or cleared by the sign of b (PSIGNB). */
    static long withSign(long h, long a, long b) {
        long negative = signs(h, b);
        return subtract(h, a ^ negative, negative) & ~equal(h, b, 0);
    }

    static long shiftLeft(int width, long a, int count) {
        return count >= width ? 0 : a << count & ~lowest(width, count);
    }

    static long shiftRight(int width, long a, int count) {
        return count >= width ? 0 : a >>> count & lowest(width, width - count);
    }

    static long shiftRightSigned(int width, long a, int count) {
        int bits = Math.min(count, width - 1);
        return a >>> bits & lowest(width, width - bits) | signs(tops(width), a) & ~lowest(width, width - bits);
    }
}
