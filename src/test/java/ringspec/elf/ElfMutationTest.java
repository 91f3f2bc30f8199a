package ringspec.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ringspec.fixture.Fixtures;

/** A valid file, damaged in every way at random: the answer is always an image or a refusal, and never costs much. */
final class ElfMutationTest {
    private static final int MUTATIONS = 100_000;
    /**
     * Bytes that one call may take, per byte of file and besides. The first is for tables that fill the file (a symbol is
     * 24 bytes there, and an object in the parser and another in the image here), the second for a refusal's text.
     */
    private static final int PER_BYTE = 10;
    private static final int BESIDES = 64 * 1024;
    private static final long[] EXTREMES = {0, 1, 2, 7, 8, 0x3F, 0x40, 0xFF, 0x100, 0xFFF, 0x1000, 0x1001, 0x7FFF,
            0x8000,
            0xFFFE, 0xFFFF, 0x10000, 0x400000, 0x7FFFFFFF, 0x80000000L, 0xFFFFFFFFL, 0x100000000L, 0x100000040L,
            0x7FFFFFFFEFFFL, 0x7FFFFFFFF000L, 0x800000000000L, 0xFFFF800000000000L, 0xFFFFFFFF80200000L, Long.MAX_VALUE,
            Long.MIN_VALUE, Long.MIN_VALUE + 0x40, -0x1000, -0x40, -2, -1};

    private final Random random = new Random(20);

    @Test
    void everyMutationIsAcceptedOrRefused() {
        byte[] original = Fixtures.read(MalformedElfGenerator.FIXTURES, "minimal").bytes();
        byte[] other = Fixtures.read(MalformedElfGenerator.FIXTURES, "hello").bytes();
        ElfFields fields = new ElfFields(original);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = original.clone();
            for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
                mutant = mutate(mutant, other, fields);
            }
            byte[] untouched = mutant.clone();
            LoadPolicy policy = i % 4 == 0 ? LoadPolicy.WITH_ASLR : LoadPolicy.DEFAULT;
            accepted += answer(ElfImage.parse(mutant, policy)) ? 1 : 0;
            assertThat(mutant).isEqualTo(untouched);
        }
        assertThat(accepted).as("accepted of %d", MUTATIONS).isBetween(MUTATIONS / 100, MUTATIONS / 2);
    }

    /** Uses what the answer holds, since damage could also show there. */
    private static boolean answer(ElfResult result) {
        assertThat(ElfDescription.of("mutant", result)).isNotEmpty();
        if (result instanceof ElfResult.Accepted(ElfImage image)) {
            for (Segment segment : image.segments()) {
                ByteBuffer content = image.content(segment);
                assertThat((long) content.remaining()).isEqualTo(segment.fileSize());
                assertThat(segment.end()).isBetween(segment.vaddr(), LoadPolicy.DEFAULT.userMax());
            }
            assertThat(image.accessAt(image.entry())).contains(Access.READ_EXECUTE);
            image.symbols().locate(image.entry());
            if (image.type() == ElfImage.Type.POSITION_INDEPENDENT) {
                assertThat(image.slid(0x1000_0000)).isNotNull();
            }
            return true;
        }
        return false;
    }

    private byte[] mutate(byte[] file, byte[] other, ElfFields fields) {
        int at = file.length == 0 ? 0 : random.nextInt(file.length);
        return switch (random.nextInt(12)) {
            case 0 -> Arrays.copyOf(file, at);
            case 1 -> Arrays.copyOf(file, file.length + random.nextInt(4096));
            case 2, 3 -> splice(file, other, at);
            case 4, 5, 6 -> flip(file, at);
            default -> overwriteField(file, fields.all());
        };
    }

    private byte[] flip(byte[] file, int at) {
        if (file.length > 0) {
            // Half of them in the file header and the program headers, which come first.
            int where = random.nextBoolean() ? at : Math.min(at, random.nextInt(64 + 4 * 56));
            file[where] ^= (byte) (1 << random.nextInt(8));
        }
        return file;
    }

    private byte[] splice(byte[] file, byte[] other, int at) {
        int length = Math.min(random.nextInt(1, 128), file.length - at);
        System.arraycopy(other, random.nextInt(other.length - 128), file, at, length);
        return file;
    }

    private byte[] overwriteField(byte[] file, List<ElfFields.Field> fields) {
        // Half of the time a field of the two tables that the loader reads, which come first.
        int bound = random.nextBoolean() ? 20 + 4 * 8 : fields.size();
        long value = EXTREMES[random.nextInt(EXTREMES.length)] + random.nextInt(-1, 2);
        ElfFields.write(file, fields.get(random.nextInt(bound)), value);
        return file;
    }

    /** The files of the list try hardest to be expensive, and so do three that are made of one table each. */
    @Test
    void noAnswerTakesMemoryInProportionToANumberInTheFile() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MalformedElfTest.malformed().forEach(m -> assertFrugal(threads, m.name(), MalformedElfGenerator.generate(m)));
        assertFrugal(threads, "program headers", HostileElf.manyProgramHeaders());
        assertFrugal(threads, "symbol tables", HostileElf.manySymbolTables());
        assertFrugal(threads, "long names", HostileElf.oneLongName());
        assertFrugal(threads, "dynamic sections", HostileElf.manyDynamicSections());
    }

    private static void assertFrugal(ThreadMXBean threads, String name, byte[] file) {
        ElfImage.parse(file, LoadPolicy.WITH_ASLR);
        long before = threads.getCurrentThreadAllocatedBytes();
        ElfImage.parse(file, LoadPolicy.WITH_ASLR);
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(taken).as("bytes for %s of %d bytes", name, file.length)
                .isLessThan(BESIDES + (long) PER_BYTE * file.length);
    }
}
