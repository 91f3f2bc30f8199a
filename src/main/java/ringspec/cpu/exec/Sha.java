package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/**
 * The SHA extensions (FIPS 180-4; SDM vol. 2B, SHA1RNDS4 to SHA256RNDS2). The manual's words of a register are numbered from the
 * lowest, so that word 3 is the first in the order of the standard.
 */
final class Sha {

    private static final int[] SHA1_CONSTANTS = {0x5A82_7999, 0x6ED9_EBA1, 0x8F1B_BCDC, 0xCA62_C1D6};

    private Sha() {
    }

    static void register(Registry registry) {
        lanes(registry, "SHA1NEXTE", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = bLow;
            out[at + 1] = pair((int) bHigh, upper(bHigh) + Integer.rotateLeft(upper(aHigh), 30));
        });
        lanes(registry, "SHA1MSG1", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = aLow ^ bHigh;
            out[at + 1] = aHigh ^ aLow;
        });
        lanes(registry, "SHA1MSG2", Sha::sha1msg2);
        lanes(registry, "SHA256MSG1", (out, at, aLow, aHigh, bLow, bHigh) -> {
            out[at] = pair((int) aLow + sigma0(upper(aLow)), upper(aLow) + sigma0((int) aHigh));
            out[at + 1] = pair((int) aHigh + sigma0(upper(aHigh)), upper(aHigh) + sigma0((int) bLow));
        });
        lanes(registry, "SHA256MSG2", Sha::sha256msg2);
        registry.add("SHA1RNDS4", Sha::sha1rnds4);
        registry.add("SHA256RNDS2", Sha::sha256rnds2);
    }

    private static void lanes(Registry registry, String mnemonic, LaneOperation.Lane lane) {
        registry.add(mnemonic, (i, offset) -> LaneOperation.lanes(i, operands(i, offset), offset, lane));
    }

    /** Unlike all other legacy instructions, these take a misaligned operand on AMD processors. */
    private static VectorOperands operands(Instruction instruction, int offset) {
        return VectorOperands.binary(instruction, offset).alignedOnIntel();
    }

    private static int upper(long pair) {
        return (int) (pair >>> 32);
    }

    private static long pair(int low, int high) {
        return low & 0xFFFF_FFFFL | (long) high << 32;
    }

    /** W16 to W19: each needs the sum of three earlier words, the last one W16 itself. */
    private static void sha1msg2(long[] out, int at, long aLow, long aHigh, long bLow, long bHigh) {
        int w16 = Integer.rotateLeft(upper(aHigh) ^ (int) bHigh, 1);
        int w17 = Integer.rotateLeft((int) aHigh ^ upper(bLow), 1);
        int w18 = Integer.rotateLeft(upper(aLow) ^ (int) bLow, 1);
        int w19 = Integer.rotateLeft((int) aLow ^ w16, 1);
        out[at] = pair(w19, w18);
        out[at + 1] = pair(w17, w16);
    }

    private static void sha256msg2(long[] out, int at, long aLow, long aHigh, long bLow, long bHigh) {
        int w16 = (int) aLow + sigma1((int) bHigh);
        int w17 = upper(aLow) + sigma1(upper(bHigh));
        int w18 = (int) aHigh + sigma1(w16);
        int w19 = upper(aHigh) + sigma1(w17);
        out[at] = pair(w16, w17);
        out[at + 1] = pair(w18, w19);
    }

    private static int sigma0(int x) {
        return Integer.rotateRight(x, 7) ^ Integer.rotateRight(x, 18) ^ x >>> 3;
    }

    private static int sigma1(int x) {
        return Integer.rotateRight(x, 17) ^ Integer.rotateRight(x, 19) ^ x >>> 10;
    }

    /** Four rounds: A to D are the destination's words from the highest on, E is part of the source's first word. */
    private static Operation sha1rnds4(Instruction instruction, int offset) {
        int function = VectorOperands.immediate(instruction) & 3;
        return LaneOperation.lanes(instruction, operands(instruction, offset), offset,
                (out, at, aLow, aHigh, bLow, bHigh) -> {
                    int a = upper(aHigh);
                    int b = (int) aHigh;
                    int c = upper(aLow);
                    int d = (int) aLow;
                    int e = 0;
                    for (int round = 0; round < 4; round++) {
                        long words = round < 2 ? bHigh : bLow;
                        int word = (round & 1) == 0 ? upper(words) : (int) words;
                        int next = mix(function, b, c, d) + Integer.rotateLeft(a, 5) + word + e
                                + SHA1_CONSTANTS[function];
                        e = d;
                        d = c;
                        c = Integer.rotateLeft(b, 30);
                        b = a;
                        a = next;
                    }
                    out[at] = pair(d, c);
                    out[at + 1] = pair(b, a);
                });
    }

    private static int mix(int function, int b, int c, int d) {
        return switch (function) {
            case 0 -> b & c ^ ~b & d;
            case 2 -> b & c ^ b & d ^ c & d;
            default -> b ^ c ^ d;
        };
    }

    /** Two rounds: the destination holds C, D, G and H, the source A, B, E and F, and XMM0 the words with their constants. */
    private static Operation sha256rnds2(Instruction instruction, int offset) {
        VectorOperands operands = operands(instruction, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long at = operands.begin(cpu);
            long bLow = operands.b(cpu, at, 0);
            long bHigh = operands.b(cpu, at, 1);
            int[] s = {upper(bHigh), (int) bHigh, upper(operands.a(cpu, 1)), (int) operands.a(cpu, 1), upper(bLow),
                    (int) bLow, upper(operands.a(cpu, 0)), (int) operands.a(cpu, 0)};
            sha256round(s, (int) cpu.xmm[0]);
            sha256round(s, upper(cpu.xmm[0]));
            operands.write(cpu, pair(s[5], s[4]), pair(s[1], s[0]));
        });
    }

    /** One round on A to H. */
    private static void sha256round(int[] s, int word) {
        int a = s[0];
        int e = s[4];
        int choice = e & s[5] ^ ~e & s[6];
        int majority = a & s[1] ^ a & s[2] ^ s[1] & s[2];
        int sum1 = Integer.rotateRight(e, 6) ^ Integer.rotateRight(e, 11) ^ Integer.rotateRight(e, 25);
        int sum0 = Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22);
        int first = choice + sum1 + word + s[7];
        System.arraycopy(s, 0, s, 1, 7);
        s[0] = first + majority + sum0;
        s[4] += first;
    }
}
