package ringspec.cpu.exec;

/** Operand sizes in bits: 8, 16, 32, 64. */
final class Widths {

    private Widths() {
    }

    /** The low {@code bits} bits, zero-extended. */
    static long truncate(int bits, long value) {
        return value << 64 - bits >>> 64 - bits;
    }

    /** The low {@code bits} bits, sign-extended. */
    static long signExtend(int bits, long value) {
        return value << 64 - bits >> 64 - bits;
    }
}
