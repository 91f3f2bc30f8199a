package ringspec.report.allure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qameta.allure.AllureResultsWriter;
import io.qameta.allure.model.Attachment;
import io.qameta.allure.model.FixtureResult;
import io.qameta.allure.model.Label;
import io.qameta.allure.model.Parameter;
import io.qameta.allure.model.Status;
import io.qameta.allure.model.TestResult;
import io.qameta.allure.model.TestResultContainer;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringspec.spec.UnknownClauseException;

final class ScenarioResultsTest {

    private final List<TestResult> written = new ArrayList<>();
    private final List<TestResultContainer> hooks = new ArrayList<>();
    private final ScenarioResults results = run();

    @Test
    void aScenarioKeepsItsHistoryWhenItsLineMoves() {
        results.write(scenario("features/10-msr/star.feature:12"));
        run().write(scenario("features/10-msr/star.feature:40"));

        assertThat(written.get(0).getHistoryId()).isEqualTo(written.get(1).getHistoryId());
    }

    @Test
    void rowsOfAnOutlineAreOneTestWithAHistoryEach() {
        results.write(scenario("features/10-msr/star.feature:12").setParameters(parameter("vendor", "INTEL")));
        results.write(scenario("features/10-msr/star.feature:13").setParameters(parameter("vendor", "AMD")));

        assertThat(written.get(0).getTestCaseId()).isEqualTo(written.get(1).getTestCaseId());
        assertThat(written.get(0).getHistoryId()).isNotEqualTo(written.get(1).getHistoryId());
    }

    /** Allure would show the second result as a retry of the first and count only one. */
    @Test
    void twoScenariosOfOneNameDoNotHideEachOther() {
        results.write(scenario("features/10-msr/star.feature:12"));
        results.write(scenario("features/10-msr/star.feature:40"));

        assertThat(written.get(0).getHistoryId()).isNotEqualTo(written.get(1).getHistoryId());
    }

    @Test
    void aClauseTagBecomesALinkALabelASeverityAndASentence() {
        results.write(scenario("features/10-msr/star.feature:12", "MSR-01", "slow"));

        TestResult result = written.getFirst();
        assertThat(result.getLinks()).singleElement().satisfies(link -> {
            assertThat(link.getName()).isEqualTo("MSR-01");
            assertThat(link.getUrl()).isEqualTo("../index.html#MSR-01");
        });
        assertThat(values(result, "clause")).containsExactly("MSR-01");
        assertThat(values(result, "severity")).containsExactly("critical");
        assertThat(values(result, "epic")).singleElement().asString().startsWith("10 ");
        assertThat(result.getDescription()).contains("**MSR-01** (MUST) ");
    }

    @Test
    void aTagThatNamesNoClauseIsAnError() {
        assertThatThrownBy(() -> results.write(scenario("features/10-msr/star.feature:12", "MSR-999")))
                .isInstanceOf(UnknownClauseException.class);
    }

    @Test
    void anUndefinedScenarioIsBrokenNotUnknown() {
        results.write(scenario("features/10-msr/star.feature:12").setStatus(null));

        assertThat(written.getFirst().getStatus()).isEqualTo(Status.BROKEN);
    }

    @Test
    void theSameScenarioOnAnotherModelIsAnotherTest() {
        results.write(scenario("features/10-msr/star.feature:12"));
        run("AMD").write(scenario("features/10-msr/star.feature:12"));

        assertThat(written).extracting(TestResult::getHistoryId).doesNotHaveDuplicates();
        assertThat(written).extracting(TestResult::getTestCaseId).doesNotHaveDuplicates();
        assertThat(written).extracting(TestResult::getFullName).doesNotHaveDuplicates();
        assertThat(written).extracting(TestResult::getName).containsExactly("STAR names the selectors (INTEL)",
                "STAR names the selectors (AMD)");
        assertThat(values(written.getLast(), "model")).containsExactly("AMD");
    }

    @Test
    void aHookIsWrittenOnlyIfItFailedOrShowsSomething() {
        FixtureResult silent = new FixtureResult().setStatus(Status.PASSED);
        FixtureResult failed = new FixtureResult().setStatus(Status.FAILED);
        FixtureResult showing = new FixtureResult().setStatus(Status.PASSED).setAttachments(List.of(new Attachment()));
        List.of(silent, failed, showing).forEach(hook -> results.write(new TestResultContainer().setAfters(List.of(
                hook))));

        assertThat(hooks).extracting(container -> container.getAfters().getFirst()).containsExactly(failed, showing);
    }

    private ScenarioResults run() {
        return run("INTEL");
    }

    private ScenarioResults run(String model) {
        return new ScenarioResults(model, new AllureResultsWriter() {

            @Override
            public void write(TestResult result) {
                written.add(result);
            }

            @Override
            public void write(TestResultContainer container) {
                hooks.add(container);
            }

            @Override
            public void write(String name, InputStream attachment) {
                throw new AssertionError("no attachment was written");
            }
        }, new ScenarioOutlook());
    }

    private static TestResult scenario(String fullName, String... tags) {
        TestResult result = new TestResult().setName("STAR names the selectors").setFullName(fullName)
                .setStatus(Status.PASSED);
        for (String tag : tags) {
            result.getLabels().add(new Label().setName("tag").setValue(tag));
        }
        return result;
    }

    private static List<Parameter> parameter(String name, String value) {
        return List.of(new Parameter().setName(name).setValue(value));
    }

    private static List<String> values(TestResult result, String label) {
        return result.getLabels().stream().filter(l -> label.equals(l.getName())).map(Label::getValue).toList();
    }
}
