package ringspec.device;

import java.util.Arrays;

/** One of the local APIC's 256-bit registers, ISR, TMR or IRR: a bit for each vector (SDM vol. 3A, 12.8.4). */
final class VectorRegister {

    private static final int WORDS = 8;

    private final int[] words = new int[WORDS];
    /** Kept, since the processor asks for it between any two blocks. */
    private int highest = -1;

    void set(int vector) {
        words[vector >>> 5] |= 1 << vector;
        highest = Math.max(highest, vector);
    }

    void clear(int vector) {
        words[vector >>> 5] &= ~(1 << vector);
        if (vector == highest) {
            highest = findHighest();
        }
    }

    void assign(int vector, boolean value) {
        if (value) {
            set(vector);
        } else {
            clear(vector);
        }
    }

    boolean has(int vector) {
        return (words[vector >>> 5] >>> vector & 1) != 0;
    }

    /** The highest vector whose bit is 1; -1 if there is none. */
    int highest() {
        return highest;
    }

    /** Bits 32 * index to 32 * index + 31. */
    int word(int index) {
        return words[index];
    }

    void reset() {
        Arrays.fill(words, 0);
        highest = -1;
    }

    void copyFrom(VectorRegister other) {
        System.arraycopy(other.words, 0, words, 0, WORDS);
        highest = other.highest;
    }

    private int findHighest() {
        for (int i = WORDS - 1; i >= 0; i--) {
            if (words[i] != 0) {
                return 32 * i + 31 - Integer.numberOfLeadingZeros(words[i]);
            }
        }
        return -1;
    }
}
