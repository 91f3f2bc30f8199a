package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ringspec.trace.Trace.Stamped;

class EnginesAgreeTest {

    private static final int SEEDS = 40;
    private static final long TIME = 1200;
    private static final int BREAKPOINTS = 200;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void onRandomPrograms(Mode mode) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            compare("%s, seed %d".formatted(mode, seed), RandomGuest.of(mode, seed), TIME);
        }
    }

    static void compare(String what, Guest guest, long time) {
        long end = guest.machine().cpu().instructions + time;
        Way.Outcome reference = Way.DETAIL.drive(guest.fork(), end, new long[0]);
        long[] places = Way.places(reference, BREAKPOINTS);
        List<String> processor = MachineState.processor(reference.machine());
        for (Way way : Way.values()) {
            Way.Outcome outcome = way.drive(guest.fork(), end, places);
            String description = "%s, %s against %s".formatted(what, way, Way.DETAIL);
            assertThat(firstDifference(reference.plainEvents(), outcome.plainEvents())).as(description).isEqualTo("none");
            assertThat(MachineState.processor(outcome.machine())).as(description).isEqualTo(processor);
            assertThat(outcome.stop()).as(description).isEqualTo(reference.stop());
            assertThat(MachineState.differingFrames(outcome.machine(), reference.machine())).as(description).isEmpty();
            if (outcome.remembers()) {
                assertThat(outcome.machine().recentInstructions(12)).as(description).hasToString(reference.machine()
                        .recentInstructions(12).toString());
            }
        }
    }

    private static String firstDifference(List<Stamped> expected, List<Stamped> actual) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            Object one = i < expected.size() ? expected.get(i) : "no event";
            Object other = i < actual.size() ? actual.get(i) : "no event";
            if (!one.equals(other)) {
                return "event %d is %s instead of %s".formatted(i, other, one);
            }
        }
        return "none";
    }
}
