package ringspec.silicon;

/** Byte strings that may or may not be instructions. */
final class RandomBytes {

    private static final int[] PREFIXES = {0x66, 0x66, 0xF2, 0xF3, 0xF0, 0x67, 0x2E, 0x64, 0x65, 0x36};

    private final Values values;

    RandomBytes(Values values) {
        this.values = values;
    }

    byte[] make() {
        while (true) {
            byte[] bytes = candidate();
            if (!Exclusions.refuses(bytes)) {
                return bytes;
            }
        }
    }

    private byte[] candidate() {
        byte[] bytes = new byte[15];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values.any();
        }
        int at = 0;
        while (at < 5 && values.chance(25)) {
            bytes[at++] = (byte) values.oneOf(PREFIXES);
        }
        if (values.chance(25)) {
            bytes[at++] = (byte) (0x40 | values.below(16));
        }
        int map = values.below(10);
        if (map < 3) {
            bytes[at] = 0x0F;
        } else if (map < 4) {
            bytes[at++] = 0x0F;
            bytes[at] = 0x38;
        } else if (map < 5) {
            bytes[at++] = 0x0F;
            bytes[at] = 0x3A;
        } else if (map < 6) {
            bytes[at++] = (byte) 0xC4;
            bytes[at] = (byte) (values.any() & 0xE0 | 1 + values.below(3));
        } else if (map < 7) {
            bytes[at] = (byte) 0xC5;
        }
        return bytes;
    }
}
