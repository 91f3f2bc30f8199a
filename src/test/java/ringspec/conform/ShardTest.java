package ringspec.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardTest {

    @Test
    void aPartIsNamedByItsNumberAndHowManyThereAre() {
        assertThat(Shard.parse("2/5", Map.of())).isEqualTo(new Shard(2, 5)).hasToString("2/5");
        assertThat(Shard.parse("1/1", Map.of())).isEqualTo(Shard.WHOLE);
    }

    @ParameterizedTest
    @CsvSource({"JOB_COMPLETION_INDEX, 0, JOB_COMPLETIONS, 3, 1/3", "JOB_COMPLETION_INDEX, 2, JOB_COMPLETIONS, 3, 3/3",
            "CI_NODE_INDEX, 1, CI_NODE_TOTAL, 4, 1/4", "CI_NODE_INDEX, 4, CI_NODE_TOTAL, 4, 4/4",
            "CIRCLE_NODE_INDEX, 0, CIRCLE_NODE_TOTAL, 2, 1/2", "CIRCLE_NODE_INDEX, 1, CIRCLE_NODE_TOTAL, 2, 2/2",
            "BUILDKITE_PARALLEL_JOB, 0, BUILDKITE_PARALLEL_JOB_COUNT, 7, 1/7",
            "BUILDKITE_PARALLEL_JOB, 6, BUILDKITE_PARALLEL_JOB_COUNT, 7, 7/7"})
    void theVariablesOfACiSystemSayWhichPart(String index, String number, String count, String total, String part) {
        assertThat(Shard.parse("auto", Map.of(index, number, count, total))).hasToString(part);
    }

    /** Kubernetes tells an indexed job its index, but not how many there are. */
    @Test
    void theNumberOfPartsMayBeSaidBesideTheVariable() {
        assertThat(Shard.parse("auto/5", Map.of("JOB_COMPLETION_INDEX", "4"))).hasToString("5/5");
    }

    @Test
    void aNumberBeyondTheLastIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Shard.parse("auto/4", Map.of("JOB_COMPLETION_INDEX",
                "4"))).withMessageContaining("there is no part 5 of 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0/3", "4/3", "0/0", "1/0"})
    void aPartThatThereIsNotIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Shard.parse(text, Map.of())).withMessageContaining(
                "there is no part");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "2/", "/3", "-1/3", "2 of 3", "1/9999999", "auto/", "auto/x", "Auto"})
    void anythingElseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Shard.parse(text, Map.of())).withMessageContaining(
                "expected I/N");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "auto/3"})
    void withoutAVariableNothingIsGuessed(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Shard.parse(text, Map.of("CI_NODE_INDEX", "one",
                "PATH", "/bin"))).withMessageContaining("no variable says which part this is");
    }

    @Test
    void everythingIsInExactlyOnePart() {
        List<Integer> whole = IntStream.range(0, 101).boxed().toList();
        for (int count = 1; count <= 7; count++) {
            List<Integer> together = new ArrayList<>();
            for (int index = 1; index <= count; index++) {
                List<Integer> part = new Shard(index, count).of(whole);
                assertThat(part.size()).isBetween(101 / count, 101 / count + 1);
                together.addAll(part);
            }
            assertThat(together).containsExactlyInAnyOrderElementsOf(whole);
        }
    }
}
