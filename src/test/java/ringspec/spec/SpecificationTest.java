package ringspec.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SpecificationTest {

    private final Specification specification = Specification.get();

    @Test
    void hasEveryClauseOnceAndInOrder() {
        assertThat(specification.clauses()).hasSize(113).doesNotHaveDuplicates();
        assertThat(specification.clauses().getFirst().id()).isEqualTo("MSR-01");
        assertThat(specification.clause("SEC-13").level()).isEqualTo(Level.SHOULD);
        assertThat(specification.clause("SYS-07").level()).isEqualTo(Level.MUST);
        assertThat(specification.chapterOf(specification.clause("RET-04")).chapter()).isEqualTo("40-return");
    }

    @Test
    void anUnknownIdIsAnErrorThatNamesTheFamily() {
        assertThatThrownBy(() -> specification.clause("RET-99")).isInstanceOf(UnknownClauseException.class)
                .hasMessageContaining("there is no clause RET-99").hasMessageContaining("RET-01, RET-02");
        assertThatThrownBy(() -> specification.clause("FOO-1")).hasMessageContaining("the families are MSR, ENTRY");
    }

    @Test
    void aFailureOutweighsAPassAndAPassWhatDoesNotApply() {
        assertThat(Verdict.PASS.and(Verdict.FAIL)).isEqualTo(Verdict.FAIL);
        assertThat(Verdict.NOT_APPLICABLE.and(Verdict.PASS)).isEqualTo(Verdict.PASS);
        assertThat(Verdict.NOT_COVERED.and(Verdict.NOT_APPLICABLE)).isEqualTo(Verdict.NOT_APPLICABLE);
        assertThat(Verdict.NOT_COVERED.and(Verdict.NOT_COVERED)).isEqualTo(Verdict.NOT_COVERED);
    }
}
