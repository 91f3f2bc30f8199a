package ringspec.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PhysicalMemoryTest {

    private static final int SIZE = 8 * Frame.SIZE;

    @Test
    void forksOfForksAgreeWithPlainArrays() {
        Random random = new Random(20);
        List<PhysicalMemory> memories = new ArrayList<>(List.of(new PhysicalMemory(SIZE)));
        List<byte[]> models = new ArrayList<>(List.of(new byte[SIZE]));
        for (int i = 0; i < 5000; i++) {
            int which = random.nextInt(memories.size());
            PhysicalMemory memory = memories.get(which);
            byte[] model = models.get(which);
            int at = random.nextInt(SIZE - 5000);
            int action = random.nextInt(100);
            if (action == 0 && memories.size() < 8) {
                memories.add(memory.fork());
                models.add(model.clone());
            } else if (action == 1) {
                int from = random.nextInt(memories.size());
                memory.shareFrom(memories.get(from));
                System.arraycopy(models.get(from), 0, model, 0, SIZE);
            } else if (action < 50) {
                long value = random.nextLong();
                memory.write64(at, value);
                Frame.LONG.set(model, at, value);
            } else if (action < 60) {
                int length = random.nextInt(5000);
                memory.fill(at, length, i);
                Arrays.fill(model, at, at + length, (byte) i);
            } else {
                assertThat(memory.read64(at)).isEqualTo((long) Frame.LONG.get(model, at));
            }
        }
        for (int i = 0; i < memories.size(); i++) {
            assertThat(memories.get(i).read(0, SIZE)).isEqualTo(models.get(i));
        }
    }

    @Test
    void theWatcherHearsWhatItMust() {
        PhysicalMemory memory = new PhysicalMemory(SIZE);
        List<String> heard = new ArrayList<>();
        memory.watchWith(new PhysicalMemory.Watcher() {
            @Override
            public void frameReplaced(int frameNumber) {
                heard.add("replaced " + frameNumber);
            }

            @Override
            public void framesShared() {
                heard.add("shared");
            }

            @Override
            public void beforeWrite(int frameNumber, int offset, int length, int watch) {
                heard.add("write %d %d+%d watch %d, still %d".formatted(frameNumber, offset, length, watch, memory
                        .read8(
                                0x1005)));
            }
        });
        memory.write8(0x1000, 1);
        memory.write8(0x1005, 2);
        memory.frame(1).watch = Frame.WATCH_CODE | Frame.WATCH_TABLE;
        memory.frame(1).decoded = "code";
        memory.write8(0x1005, 3);
        assertThat(memory.frame(1).decoded).isNull();
        memory.fork();
        memory.write8(0x1005, 4);
        assertThat(heard).containsExactly("replaced 1", "write 1 5+1 watch 3, still 2", "shared", "replaced 1",
                "write 1 5+1 watch 2, still 3");
    }

    @Test
    void impossibleSizesAndRangesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PhysicalMemory(4097)).withMessageContaining("0x1001");
        assertThatIllegalArgumentException().isThrownBy(() -> new PhysicalMemory(0));
        PhysicalMemory memory = new PhysicalMemory(SIZE);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> memory.read(SIZE - 1, 2));
        assertThat(memory.contains(SIZE - 8, 8)).isTrue();
        assertThat(memory.contains(SIZE - 7, 8)).isFalse();
        assertThat(memory.contains(-1, 1)).isFalse();
    }
}
