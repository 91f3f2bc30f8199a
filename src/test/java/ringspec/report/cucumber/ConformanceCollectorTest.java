package ringspec.report.cucumber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.cucumber.core.feature.FeatureWithLines;
import io.cucumber.core.feature.GluePath;
import io.cucumber.core.options.RuntimeOptionsBuilder;
import io.cucumber.core.runtime.Runtime;
import io.cucumber.plugin.ConcurrentEventListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringspec.report.Outcome;
import ringspec.report.ScenarioResult;
import ringspec.report.SuiteRun;

/** The collector in a real run of Cucumber over a small feature. */
final class ConformanceCollectorTest {

    @TempDir
    private Path folder;

    @Test
    void everyEndingIsRecorded() throws IOException {
        SuiteRun run = run("""
                Feature: endings
                  @SYS-07 @slow @MSR-01
                  Scenario: good
                    Given a step that passes with 1
                  @SYS-07
                  Scenario Outline: row <name>
                    Given a step that passes with <value>
                    Given a step that passes with 0
                    Examples:
                      | name | value | note |
                      | one  | 1     | a    |
                      | two  | -1    | b    |
                  Scenario: broken
                    Given a step that breaks
                  Scenario: skipped
                    Given a step that does not apply because "CPUID lacks it"
                  Scenario: skipped for nothing
                    Given a step that does not apply because ""
                  Scenario: undefined
                    Given a step that nobody wrote
                  Scenario: good
                    Given a step that passes with 2
                """);

        assertThat(run.model()).isEqualTo("INTEL");
        assertThat(run.scenarios()).extracting(ConformanceCollectorTest::name, ScenarioResult::outcome,
                ScenarioResult::step,
                ScenarioResult::message, ScenarioResult::traceHash).containsExactly(
                        tuple("broken", Outcome.ERROR, "Given a step that breaks",
                                "java.lang.IllegalStateException: no machine", "cafe"),
                        tuple("good", Outcome.PASSED, "", "", "cafe"),
                        tuple("good (2)", Outcome.PASSED, "", "", "cafe"),
                        tuple("row one [value=1, note=a]", Outcome.PASSED, "", "", "cafe"),
                        tuple("row two [value=-1, note=b]", Outcome.FAILED, "Given a step that passes with -1",
                                "expected 0 or more, was -1", "cafe"),
                        tuple("skipped", Outcome.SKIPPED, "Given a step that does not apply because \"CPUID lacks it\"",
                                "CPUID lacks it", "cafe"),
                        tuple("skipped for nothing", Outcome.ERROR, "Given a step that does not apply because \"\"",
                                "skipped without a reason", "cafe"),
                        tuple("undefined", Outcome.ERROR, "Given a step that nobody wrote",
                                "no step definition matches this step", "cafe"));
        assertThat(run.scenarios().get(1).clauses()).containsExactly("MSR-01", "SYS-07");
        assertThat(run.scenarios().get(1).line()).isEqualTo(3);
    }

    @Test
    void aTagThatNamesNoClauseFailsTheRun() throws IOException {
        Runtime runtime = runtime("""
                Feature: tags
                  @SYS-99
                  Scenario: wrong
                    Given a step that passes with 1
                """);
        // Cucumber would print the exception that the test wants to see.
        Logger cucumber = Logger.getLogger(Runtime.class.getName());
        cucumber.setLevel(Level.OFF);
        assertThatThrownBy(runtime::run).hasStackTraceContaining("there is no clause SYS-99");
        cucumber.setLevel(null);

        assertThat(SuiteRun.read(folder.resolve("INTEL.json")).scenarios()).singleElement().satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
            assertThat(result.message()).startsWith("there is no clause SYS-99; this family has SYS-01");
        });
    }

    private SuiteRun run(String feature) throws IOException {
        runtime(feature).run();
        return SuiteRun.read(folder.resolve("INTEL.json"));
    }

    private Runtime runtime(String feature) throws IOException {
        Path file = Files.writeString(folder.resolve("sample.feature"), feature);
        ConcurrentEventListener collector = new ConformanceCollector("INTEL", folder);
        return Runtime.builder().withAdditionalPlugins(collector)
                .withRuntimeOptions(new RuntimeOptionsBuilder().addFeature(FeatureWithLines.create(file.toUri(), List
                        .of()))
                        .addGlue(GluePath.parse("ringspec.report.cucumber.sample")).build())
                .build();
    }

    /** What follows the path of the feature, which lies in a folder of this run. */
    private static String name(ScenarioResult result) {
        return result.id().substring(result.id().indexOf("sample: ") + "sample: ".length());
    }
}
