package ringspec.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringspec.cpu.ProcessorModels;
import ringspec.mutant.Controls;
import ringspec.mutant.Controls.Control;
import ringspec.subject.Configuration;

/** Whoever does nothing passes nothing. */
final class ControlsIT {

    private static Stream<Control> controls() {
        return Controls.list().stream();
    }

    @ParameterizedTest
    @MethodSource("controls")
    void hardlyAnyClauseHoldsForIt(Control control) {
        ControlRun.Result result = ControlRun.of(List.of(control), new Configuration(ProcessorModels.INTEL, true),
                Features.shipped(), 2, _ -> {
                }).getFirst();

        assertThat(result.clauses()).hasSizeGreaterThan(40);
        assertThat(result.isTolerable()).as("%s passes %s", control.name(), result.passed()).isTrue();
    }
}
