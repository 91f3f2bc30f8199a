package ringspec.cpu;

/**
 * What RDRAND and RDSEED read: a generator (SplitMix64) in the place of the processor's entropy source, so that runs can be repeated.
 * Its state belongs to the processor's and goes with forks.
 */
public final class RandomSource {

    /** The seed of processors that aren't given one. */
    public static final long DEFAULT_SEED = 0x52_494E_4753_5045L;

    private static final long GAMMA = 0x9E37_79B9_7F4A_7C15L;

    private long state = DEFAULT_SEED;

    /** Starts the sequence of a seed. */
    public void seed(long seed) {
        state = seed;
    }

    /** The next 64 bits. */
    public long next() {
        state += GAMMA;
        long z = state;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }

    /** Goes on where another source is. */
    void copyFrom(RandomSource other) {
        state = other.state;
    }
}
