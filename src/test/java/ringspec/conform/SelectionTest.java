package ringspec.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cucumber.core.gherkin.Pickle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringspec.spec.Level;
import ringspec.spec.Specification;
import ringspec.spec.UnknownClauseException;

final class SelectionTest {

    private static final Features SHIPPED = Features.shipped();

    private static List<Pickle> selected(List<String> clauses, List<String> chapters, List<Level> levels,
            List<String> tags) {
        return new Selection(clauses, chapters, levels, tags, Shard.WHOLE).of(SHIPPED).scenarios();
    }

    @Test
    void everythingIsSelectedIfNothingIsSaid() {
        assertThat(Selection.ALL.of(SHIPPED).scenarios()).hasSameSizeAs(SHIPPED.scenarios()).hasSizeGreaterThan(500);
        assertThat(Selection.ALL.text()).isEmpty();
    }

    @Test
    void byClauseInEitherCase() {
        assertThat(selected(List.of("sys-07", "RET-03"), List.of(), List.of(), List.of())).isNotEmpty().allMatch(
                scenario -> scenario.getTags().contains("@SYS-07") || scenario.getTags().contains("@RET-03"));
        assertThat(new Selection(List.of("sys-07", "RET-03"), List.of(), List.of(), List.of(), Shard.WHOLE).text())
                .isEqualTo("clauses SYS-07 RET-03");
    }

    @Test
    void byChapterFolderOrFamily() {
        List<Pickle> folder = selected(List.of(), List.of("40-return"), List.of(), List.of());

        assertThat(folder).isNotEmpty().allMatch(scenario -> scenario.getUri().toString().contains("/40-return/"));
        assertThat(ids(selected(List.of(), List.of("ret"), List.of(), List.of()))).isEqualTo(ids(folder));
        assertThat(selected(List.of(), List.of("90-processor"), List.of(), List.of())).isNotEmpty().allMatch(
                scenario -> scenario.getTags().contains("@processor"));
    }

    @Test
    void byLevelOfAClause() {
        assertThat(selected(List.of(), List.of(), List.of(Level.SHOULD), List.of())).isNotEmpty().allMatch(
                scenario -> Features.clauses(scenario).stream().anyMatch(id -> Specification.get().clause(id)
                        .level() == Level.SHOULD));
    }

    @Test
    void byTagWithOrWithoutItsSign() {
        List<Pickle> tagged = selected(List.of(), List.of(), List.of(), List.of("@KPTI"));

        assertThat(tagged).isNotEmpty().allMatch(scenario -> scenario.getTags().contains("@KPTI"));
        assertThat(ids(selected(List.of(), List.of(), List.of(), List.of("KPTI")))).isEqualTo(ids(tagged));
    }

    @Test
    void severalConditionsMustHoldAtOnce() {
        List<Pickle> both = selected(List.of(), List.of("SEC"), List.of(Level.MUST), List.of("KPTI"));

        assertThat(both).isNotEmpty().hasSizeLessThan(selected(List.of(), List.of("SEC"), List.of(), List.of()).size());
        assertThat(selected(List.of("SYS-07"), List.of("RET"), List.of(), List.of())).isEmpty();
    }

    @Test
    void partsTogetherAreTheWhole() {
        List<String> together = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Selection part = new Selection(List.of(), List.of("SYS"), List.of(), List.of(), new Shard(i, 3));
            together.addAll(ids(part.of(SHIPPED).scenarios()));
            assertThat(part.text()).isEqualTo("chapters 30-dispatch");
            assertThat(part.whole().of(SHIPPED).scenarios()).hasSizeGreaterThan(part.of(SHIPPED).scenarios().size());
        }
        assertThat(together).containsExactlyInAnyOrderElementsOf(ids(selected(List.of(), List.of("SYS"), List.of(),
                List.of())));
    }

    @Test
    void whatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> selected(List.of("SYS-99"), List.of(), List.of(), List.of()))
                .isInstanceOf(UnknownClauseException.class).hasMessageContaining("no clause SYS-99");
        assertThatIllegalArgumentException().isThrownBy(() -> selected(List.of(), List.of("99-none"), List.of(), List
                .of())).withMessageContaining("no chapter 99-none").withMessageContaining("40-return");
    }

    private static List<String> ids(List<Pickle> scenarios) {
        return scenarios.stream().map(Pickle::getId).toList();
    }
}
