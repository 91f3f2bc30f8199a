package ringspec.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import ringspec.cpu.ProcessorModels;
import ringspec.machine.Board;
import ringspec.machine.Machine;

/** Images damaged at random: each is taken, with all its parts in bounds, or refused; never anything else. */
final class MultibootMutationTest {

    private static final int MUTATIONS = 100_000;
    private static final long[] EXTREMES = {0, 1, 2, 3, 4, 0x1F, 0x20, 0x38, 0x40, 0xFFF, 0x1000, 0x10003, 0x9FC00,
            0xA0000, 0xFFFFF, 0x100000, 0x200000, 0x7FFFFFFF, 0x80000000L, 0xFFFFF000L, 0xFFFFFFFFL, 0x1_0000_0000L,
            0x1BADB002L, Long.MAX_VALUE, Long.MIN_VALUE, -0x1000, -1};

    private final Random random = new Random(96);

    @Test
    void everyMutationIsTakenOrRefused() {
        List<byte[]> originals = List.of(Images.fixture("rings.elf"), Images.fixture("rings64.elf"), Images.fixture(
                "rings.bin"));
        Set<MultibootRule> seen = EnumSet.noneOf(MultibootRule.class);
        int taken = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = originals.get(i % originals.size()).clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                mutant = mutate(mutant);
            }
            try {
                check(MultibootImage.parse(mutant), mutant);
                taken++;
            } catch (MultibootException e) {
                assertThat(e.error().message()).isNotBlank();
                seen.add(e.error().rule());
            }
        }
        assertThat(taken).isBetween(MUTATIONS / 100, MUTATIONS / 2);
        assertThat(seen).as("rules that only a machine can break, and overlap, which wants two segments")
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(MultibootRule.NO_RAM_THERE,
                        MultibootRule.NO_ROOM, MultibootRule.SEGMENTS_OVERLAP)));
    }

    @Test
    void whatIsTakenIsLoadedOrRefusedForItsPlace() {
        byte[] original = Images.fixture("rings.bin");
        List<MultibootRule> refusals = new ArrayList<>();
        int loaded = 0;
        for (int i = 0; i < 500; i++) {
            byte[] mutant = original.clone();
            ByteBuffer fields = Images.buffer(mutant);
            long shift = random.nextInt(40) * 0x1_0000L - 0x10_0000L;
            for (int field = 12; field < 32; field += 4) {
                fields.putInt(field, (int) (fields.getInt(field) + shift));
            }
            Machine machine = new Machine(Machine.Config.of(ProcessorModels.AMD).with(new Board.Pc()));
            try {
                MultibootLoader.load(machine, MultibootImage.parse(mutant), "", List.of());
                assertThat(machine.cpu().rip).isEqualTo(fields.getInt(28) & 0xFFFF_FFFFL);
                loaded++;
            } catch (MultibootException e) {
                refusals.add(e.error().rule());
            }
        }
        assertThat(loaded).isGreaterThan(50);
        assertThat(refusals).hasSizeGreaterThan(50).containsOnly(MultibootRule.NO_RAM_THERE);
    }

    private static void check(MultibootImage image, byte[] file) {
        assertThat(image.segments()).isNotEmpty();
        boolean entered = false;
        for (LoadSegment segment : image.segments()) {
            assertThat(segment.offset()).isBetween(0, file.length);
            assertThat(segment.fileSize()).isBetween(0, file.length - segment.offset());
            assertThat(segment.memorySize()).isGreaterThanOrEqualTo(Math.max(1, segment.fileSize()));
            assertThat(segment.physical()).isBetween(0L, (1L << 32) - segment.memorySize());
            entered |= image.entry() >= segment.physical() && image.entry() < segment.end();
        }
        assertThat(entered).isTrue();
    }

    private byte[] mutate(byte[] file) {
        int headers = Math.min(file.length, 0x1020);
        int at = file.length == 0 ? 0 : random.nextInt(4) == 0 ? random.nextInt(headers) : random.nextInt(Math.min(
                headers,
                128));
        return switch (random.nextInt(10)) {
            case 0 -> Arrays.copyOf(file, random.nextInt(random.nextBoolean() ? file.length + 1 : headers + 1));
            case 1, 2, 3 -> flip(file, at);
            case 4 -> retouchFlags(file);
            default -> overwrite(file, at & ~3);
        };
    }

    private byte[] flip(byte[] file, int at) {
        if (file.length > 0) {
            file[at] ^= (byte) (1 << random.nextInt(8));
        }
        return file;
    }

    private byte[] overwrite(byte[] file, int at) {
        long value = EXTREMES[random.nextInt(EXTREMES.length)] + random.nextInt(-1, 2);
        int size = new int[]{2, 4, 8}[random.nextInt(3)];
        for (int i = 0; i < size && at + i < file.length; i++) {
            file[at + i] = (byte) (value >>> 8 * i);
        }
        return file;
    }

    /** Other flags, with the checksum to them: else most damage to flags would be damage to the checksum. */
    private byte[] retouchFlags(byte[] file) {
        ByteBuffer bytes = Images.buffer(file);
        for (int at = 0; at + 12 <= Math.min(file.length, 8192); at += 4) {
            if (bytes.getInt(at) == MultibootHeader.MAGIC) {
                int flags = bytes.getInt(at + 4) ^ 1 << random.nextInt(20);
                bytes.putInt(at + 4, flags).putInt(at + 8, -(MultibootHeader.MAGIC + flags));
            }
        }
        return file;
    }
}
