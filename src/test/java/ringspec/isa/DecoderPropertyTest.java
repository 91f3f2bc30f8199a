package ringspec.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for any bytes whatever. */
class DecoderPropertyTest {

    /** How many byte strings of each code size: {@code -Dringspec.fuzz=50000000} for a long run. */
    private static final int RUNS = Integer.getInteger("ringspec.fuzz", 600_000);
    private static final int WINDOW = 24;
    private static final byte[] PREFIXES = {0x66, 0x67, (byte) 0xF0, (byte) 0xF2, (byte) 0xF3, 0x2E, 0x64, 0x48, 0x41,
            0x0F, 0x0F, (byte) 0xC4, (byte) 0xC5, (byte) 0xC4};

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void anyBytesGiveAnAnswerThatDependsOnTheBytesBeforeTheLimitOnly(CodeSize codeSize) {
        SplittableRandom random = new SplittableRandom(2_000_000 + codeSize.ordinal());
        byte[] bytes = new byte[WINDOW];
        int[] outcomes = new int[4];
        for (int run = 0; run < RUNS; run++) {
            random.nextBytes(bytes);
            int start = random.nextInt(4);
            int prefixes = random.nextInt(64) == 0 ? 16 : random.nextInt(6);
            for (int i = 0; i < prefixes; i++) {
                bytes[start + i] = PREFIXES[random.nextInt(prefixes == 16 ? 9 : PREFIXES.length)];
            }
            int limit = random.nextInt(4) > 0 ? WINDOW : start + random.nextInt(WINDOW - start + 1);
            Decoded decoded = Decoder.decode(codeSize, bytes, start, limit);
            // An array that ends at the limit, and after 15 bytes at most: reading on would throw
            byte[] alone = Arrays.copyOfRange(bytes, start, Math.min(limit, start + 15));
            outcomes[check(decoded, Decoder.decode(codeSize, alone, 0, alone.length), bytes, start, limit)]++;
            if ((run & 31) == 0 && decoded instanceof Instruction instruction) {
                assertThat(Disassembler.format(instruction, run)).isNotEmpty();
            }
        }
        System.out.printf("decoder, %s: %,d byte strings: %,d instructions, %,d invalid, %,d truncated, %,d too long%n",
                codeSize, RUNS, outcomes[0], outcomes[1], outcomes[2], outcomes[3]);
        assertThat(outcomes[0]).isGreaterThan(RUNS / 4);
        assertThat(outcomes).as("every outcome occurs").doesNotContain(0);
    }

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void everyShorterLimitTruncatesAnInstruction(CodeSize codeSize) {
        EncodingSamples samples = new EncodingSamples(3);
        for (InstructionForm form : InstructionTable.get().forms(codeSize)) {
            byte[] bytes = samples.sample(form, codeSize);
            for (int limit = 0; limit < bytes.length; limit++) {
                Decoded decoded = Decoder.decode(codeSize, bytes, 0, limit);
                assertThat(decoded).as("%s cut to %d", HexFormat.of().formatHex(bytes), limit).isInstanceOf(
                        Decoded.Truncated.class);
                assertThat(((Decoded.Truncated) decoded).needed()).isBetween(1, bytes.length - limit);
            }
        }
    }

    /** Returns the number of the outcome. */
    private static int check(Decoded decoded, Decoded alone, byte[] bytes, int start, int limit) {
        int available = limit - start;
        boolean good = switch (decoded) {
            case Instruction i -> i.length() >= 1 && i.length() <= Math.min(15, available)
                    && alone instanceof Instruction other && other.form() == i.form() && other.operands().equals(i
                            .operands()) && other.length() == i.length();
            case Decoded.Invalid invalid -> invalid.length() <= Math.min(15, available) && invalid.equals(alone);
            case Decoded.Truncated truncated -> truncated.needed() >= 1 && available + truncated.needed() <= 15
                    && truncated.equals(alone);
            case Decoded.TooLong tooLong -> tooLong.equals(alone);
        };
        if (!good) {
            throw new AssertionError(HexFormat.of().formatHex(bytes, start, limit) + ": " + decoded + ", alone "
                    + alone);
        }
        return switch (decoded) {
            case Instruction i -> 0;
            case Decoded.Invalid invalid -> 1;
            case Decoded.Truncated truncated -> 2;
            case Decoded.TooLong tooLong -> 3;
        };
    }
}
