package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.syscall.Syscall;
import ringspec.machine.Stop;

/**
 * Four processes in ring 3 make 10,000 system calls at random, and every frame, count and translation stays right.
 *
 * <p>{@code mvn test -Dtest=RandomCallsTest -Dringspec.random.seeds=100} runs the seeds 1 to 100 on every configuration, and
 * tells what the calls answered; without the property it is one seed on each.
 */
@Execution(ExecutionMode.CONCURRENT)
final class RandomCallsTest {

    private static final int SEEDS = Integer.getInteger("ringspec.random.seeds", 1);

    @ParameterizedTest
    @MethodSource("ringspec.subject.GuestPrograms#configurations")
    void everythingAddsUpAndHappensAgain(Configuration configuration) {
        Map<Syscall, Map<Long, Integer>> results = new EnumMap<>(Syscall.class);
        long calls = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomRun run = new RandomRun(configuration, seed);
            String what = "%s, seed %d".formatted(configuration, seed);
            try {
                run.goWatched();
            } catch (AssertionError e) {
                throw new AssertionError(what + ": " + e.getMessage(), e);
            }
            // A child that waits for ever, and whose parent has ended, keeps the machine from its exit.
            if (!(run.stop() instanceof Stop.Halted)) {
                assertThat(run.stop()).as("%s; it said: %s", what, run.said()).isEqualTo(new Stop.Exited(
                        KernelLayout.EXIT_ALL_ENDED));
                assertThat(run.frames()).as(what).containsOnlyKeys(FrameKind.FREE, FrameKind.RESERVED,
                        FrameKind.PAGE_TABLE);
            }
            assertThat(run.isComplete()).as("%s: %s; it said: %s", what, run.stop(), run.said()).isTrue();
            assertThat(run.calls()).as(what).isGreaterThan(4 * RandomRun.CALLS);
            assertThat(new RandomRun(configuration, seed).go().hash()).as(what).isEqualTo(run.hash());
            calls += run.calls();
            run.results().forEach((syscall, counts) -> counts.forEach((result, count) -> results.computeIfAbsent(
                    syscall, any -> new TreeMap<>()).merge(result, count, Integer::sum)));
        }
        assertThat(results).as("a call that never succeeded would test little").hasSize(Syscall.values().length)
                .allSatisfy((syscall, counts) -> assertThat(counts.keySet()).containsAnyOf(0L, RandomRun.WAITS));
        if (SEEDS > 1) {
            System.out.println(results.entrySet().stream().map(entry -> "  " + entry.getKey().contractName() + " "
                    + entry.getValue()).collect(Collectors.joining("\n", "%s: %d seeds, %d calls%n".formatted(
                            configuration, SEEDS, calls), "")));
        }
    }
}
