package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/**
 * AESENC and its kin (FIPS 197; SDM vol. 1, 12.13). The state's sixteen bytes are a matrix of four columns, the first the lowest four
 * bytes: byte r of column c is byte 4c + r of the register.
 */
final class Aes {

    private static final byte[] SBOX = new byte[256];
    private static final byte[] INVERSE = new byte[256];

    static {
        // The S-box is inversion in GF(2^8), which the powers of the generator 3 and of its inverse walk, then an affine map.
        int p = 1;
        int q = 1;
        do {
            p = p ^ twice(p);
            q ^= q << 1;
            q ^= q << 2;
            q ^= q << 4;
            q &= 0xFF;
            q ^= (q & 0x80) != 0 ? 0x09 : 0;
            setBox(p, affine(q));
        } while (p != 1);
        setBox(0, 0x63);
    }

    private Aes() {
    }

    private static void setBox(int from, int to) {
        SBOX[from] = (byte) to;
        INVERSE[to] = (byte) from;
    }

    private static int affine(int q) {
        int spread = q * 0x101;
        return (q ^ spread >>> 7 ^ spread >>> 6 ^ spread >>> 5 ^ spread >>> 4 ^ 0x63) & 0xFF;
    }

    /** The product by x in GF(2^8). */
    private static int twice(int a) {
        return a << 1 & 0xFF ^ ((a & 0x80) != 0 ? 0x1B : 0);
    }

    static void register(Registry registry) {
        LaneOperation.lanes(registry, "AESENC", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = mixColumns(substitute(SBOX, aLow, aHigh, 1)) ^ bLow;
            out[at + 1] = mixColumns(substitute(SBOX, aHigh, aLow, 1)) ^ bHigh;
        });
        LaneOperation.lanes(registry, "AESENCLAST", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = substitute(SBOX, aLow, aHigh, 1) ^ bLow;
            out[at + 1] = substitute(SBOX, aHigh, aLow, 1) ^ bHigh;
        });
        LaneOperation.lanes(registry, "AESDEC", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = inverseMixColumns(substitute(INVERSE, aLow, aHigh, 3)) ^ bLow;
            out[at + 1] = inverseMixColumns(substitute(INVERSE, aHigh, aLow, 3)) ^ bHigh;
        });
        LaneOperation.lanes(registry, "AESDECLAST", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = substitute(INVERSE, aLow, aHigh, 3) ^ bLow;
            out[at + 1] = substitute(INVERSE, aHigh, aLow, 3) ^ bHigh;
        });
        LaneOperation.unaryHalves(registry, "AESIMC", (a, b) -> inverseMixColumns(b));
        LaneOperation.both(registry, "AESKEYGENASSIST", Aes::keygenassist);
    }

    /**
     * ShiftRows and SubBytes, or their inverses, for two columns of the result.
     *
     * @param own the state's half that the columns stand in
     * @param other the other half: the columns that follow cyclically
     * @param rotation by how many columns row 1 moves: 1 to encrypt, 3 to decrypt
     */
    private static long substitute(byte[] box, long own, long other, int rotation) {
        long result = 0;
        for (int i = 7; i >= 0; i--) {
            int row = i & 3;
            int column = (i >>> 2) + row * rotation & 3;
            long half = column < 2 ? own : other;
            int from = (int) (half >>> 32 * (column & 1) + 8 * row) & 0xFF;
            result = result << 8 | box[from] & 0xFF;
        }
        return result;
    }

    /** Each byte of the elements twice, in GF(2^8). */
    private static long twice(long bytes) {
        long carry = bytes >>> 7 & 0x0101_0101_0101_0101L;
        return (bytes & ~Swar.BYTES) << 1 ^ carry * 0x1B;
    }

    /** Both columns rotated: byte r of the result is byte r + count of the column. */
    private static long rotate(long columns, int count) {
        int bits = 8 * count;
        return Integer.rotateRight((int) columns, bits) & 0xFFFF_FFFFL
                | (long) Integer.rotateRight((int) (columns >>> 32), bits) << 32;
    }

    /** Multiplies two columns by 2 + x + x^2 + 3x^3: b_r = 2 a_r + 3 a_(r+1) + a_(r+2) + a_(r+3). */
    private static long mixColumns(long columns) {
        long next = columns ^ rotate(columns, 1);
        return twice(next) ^ rotate(columns, 1) ^ rotate(columns, 2) ^ rotate(columns, 3);
    }

    /** Multiplication by 14, 11, 13, 9 is that by 2, 3, 1, 1 after one by 5, 0, 4, 0. */
    private static long inverseMixColumns(long columns) {
        long four = twice(twice(columns ^ rotate(columns, 2)));
        return mixColumns(columns ^ four);
    }

    /** Of columns 1 and 3: SubWord, and RotWord of that with the round constant. */
    private static Operation keygenassist(Instruction instruction, int offset) {
        int constant = VectorOperands.immediate(instruction);
        return LaneOperation.lanes(instruction, VectorOperands.unary(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> {
                    out[at] = assist((int) (bLow >>> 32), constant);
                    out[at + 1] = assist((int) (bHigh >>> 32), constant);
                });
    }

    private static long assist(int word, int constant) {
        int substituted = 0;
        for (int shift = 24; shift >= 0; shift -= 8) {
            substituted = substituted << 8 | SBOX[word >>> shift & 0xFF] & 0xFF;
        }
        return substituted & 0xFFFF_FFFFL | (long) (Integer.rotateRight(substituted, 8) ^ constant) << 32;
    }
}
