package ringspec.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for any bytes whatever. */
class DecoderPropertyTest {

    private static final int RUNS = 2_000_000;
    private static final int WINDOW = 24;
    private static final byte[] PREFIXES = {0x66, 0x67, (byte) 0xF0, (byte) 0xF2, (byte) 0xF3, 0x2E, 0x64, 0x48, 0x41,
            0x0F, 0x0F};

    @Test
    void anyBytesGiveAnAnswerThatDependsOnTheBytesBeforeTheLimitOnly() {
        Random random = new Random(2_000_000);
        byte[] bytes = new byte[WINDOW];
        int instructions = 0;
        for (int run = 0; run < RUNS; run++) {
            random.nextBytes(bytes);
            int start = random.nextInt(4);
            int prefixes = random.nextInt(6);
            for (int i = 0; i < prefixes; i++) {
                bytes[start + i] = PREFIXES[random.nextInt(PREFIXES.length)];
            }
            int limit = start + random.nextInt(WINDOW - start + 1);
            Decoded decoded = Decoder.decode(bytes, start, limit);
            instructions += decoded instanceof Instruction ? 1 : 0;
            // An array that ends at the limit: reading on would throw
            Decoded alone = Decoder.decode(Arrays.copyOfRange(bytes, start, limit), 0, limit - start);
            check(decoded, alone, bytes, start, limit);
        }
        assertThat(instructions).isGreaterThan(RUNS / 4);
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

    private static void check(Decoded decoded, Decoded alone, byte[] bytes, int start, int limit) {
        int available = limit - start;
        boolean good = switch (decoded) {
            case Instruction i -> i.length() >= 1 && i.length() <= Math.min(15, available)
                    && alone instanceof Instruction other
                    && other.form() == i.form() && other.operands().equals(i.operands()) && other.length() == i.length()
                    && !Disassembler.format(i, 0).isEmpty();
            case Decoded.Invalid invalid -> invalid.length() <= available && invalid.equals(alone);
            case Decoded.Truncated truncated -> truncated.needed() >= 1 && available + truncated.needed() <= 15
                    && truncated.equals(alone);
            case Decoded.TooLong tooLong -> tooLong.equals(alone);
        };
        if (!good) {
            throw new AssertionError(HexFormat.of().formatHex(bytes, start, limit) + ": " + decoded + ", alone "
                    + alone);
        }
    }
}
