package ringspec.silicon;

import java.util.SplittableRandom;

/** Numbers that are worth a test: the edges of integer and floating-point formats, and random ones between them. */
final class Values {

    /** What the elements of a vector register or a piece of memory are. */
    enum Style {
        RANDOM, BYTES, WORDS, DOUBLEWORDS, QUADWORDS, SMALL, HALVES, SINGLES, DOUBLES, UNIFORM
    }

    private static final Style[] STYLES = Style.values();
    private static final long[] BYTE_EDGES = {0, 1, 2, 0x7E, 0x7F, 0x80, 0x81, 0xFE, 0xFF, 0x55, 0xAA, 0x10, 0x40, 0x0F,
            0xF0};
    /** Distances from the bias where conversions and roundings change their ways. */
    private static final int[] EXPONENT_EDGES = {-1, 0, 1, 2, 7, 8, 15, 16, 22, 23, 24, 30, 31, 32, 51, 52, 53, 62, 63,
            64, 65};

    private final SplittableRandom random;

    Values(SplittableRandom random) {
        this.random = random;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long any() {
        return random.nextLong();
    }

    int oneOf(int... values) {
        return values[random.nextInt(values.length)];
    }

    Style style() {
        return STYLES[random.nextInt(STYLES.length)];
    }

    /** An integer that looks interesting at some width. */
    long integer() {
        int bit = random.nextInt(64);
        return switch (random.nextInt(10)) {
            case 0 -> random.nextInt(5) - 2;
            case 1 -> 1L << bit;
            case 2 -> (1L << bit) - 1;
            case 3 -> -(1L << bit);
            case 4 -> (1L << bit) + 1;
            case 5 -> random.nextLong() >>> bit;
            case 6 -> random.nextLong() >> bit;
            case 7 -> bytes();
            case 8 -> random.nextInt(72);
            default -> random.nextLong();
        };
    }

    private long bytes() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | BYTE_EDGES[random.nextInt(BYTE_EDGES.length)];
        }
        return value;
    }

    /** Eight bytes in a style. */
    long element(Style style) {
        return switch (style) {
            case RANDOM -> random.nextLong();
            case BYTES -> bytes();
            case WORDS -> pack(16);
            case DOUBLEWORDS -> pack(32);
            case QUADWORDS -> integer();
            case SMALL -> random.nextInt(300) - 40;
            case HALVES -> half() | half() << 16 | half() << 32 | half() << 48;
            case SINGLES -> single() & 0xFFFF_FFFFL | single() << 32;
            case DOUBLES -> floating(11, 52);
            case UNIFORM -> random.nextInt(3) - 1;
        };
    }

    private long pack(int width) {
        long value = 0;
        for (int at = 0; at < 64; at += width) {
            value |= (integer() & (1L << width) - 1) << at;
        }
        return value;
    }

    private long half() {
        return floating(5, 10);
    }

    long single() {
        return floating(8, 23);
    }

    /** A number of a binary format, right-aligned. */
    long floating(int exponentBits, int fractionBits) {
        long sign = random.nextLong() & 1L << exponentBits + fractionBits;
        return sign | (long) exponent(exponentBits) << fractionBits | fraction(fractionBits);
    }

    int exponent(int bits) {
        int max = (1 << bits) - 1;
        int bias = max >> 1;
        return switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> max;
            case 3 -> max - 1;
            case 4, 5 -> Math.min(max, bias + EXPONENT_EDGES[random.nextInt(EXPONENT_EDGES.length)]);
            case 6, 7, 8 -> bias + random.nextInt(9) - 4;
            case 9 -> bias / 2 + random.nextInt(8) - 4;
            default -> random.nextInt(max + 1);
        };
    }

    long fraction(int bits) {
        long mask = (1L << bits) - 1;
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> mask;
            case 3 -> 1L << bits - 1;
            case 4 -> random.nextLong() << random.nextInt(bits) & mask;
            case 5 -> 1L << random.nextInt(bits);
            default -> random.nextLong() & mask;
        };
    }

    /** A significand of the 80-bit format for an exponent: now and then one that makes an unsupported number. */
    long significand(int exponent) {
        boolean integerBit = chance(8) != (exponent != 0);
        return fraction(63) | (integerBit ? Long.MIN_VALUE : 0);
    }

    /** Eight bytes of packed decimal digits, seldom with a digit above 9. */
    long decimal() {
        long value = 0;
        for (int i = 0; i < 16; i++) {
            value = value << 4 | random.nextInt(chance(1) ? 16 : 10);
        }
        return value;
    }
}
