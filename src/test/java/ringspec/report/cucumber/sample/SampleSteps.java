package ringspec.report.cucumber.sample;

import io.cucumber.java.After;
import io.cucumber.java.Scenario;
import io.cucumber.java.en.Given;
import org.opentest4j.TestAbortedException;
import ringspec.report.cucumber.ConformanceCollector;

/** One step for each ending. */
public final class SampleSteps {

    @Given("a step that passes with {int}")
    public void passes(int value) {
        if (value < 0) {
            throw new AssertionError("expected 0 or more, was " + value);
        }
    }

    @Given("a step that breaks")
    public void breaks() {
        throw new IllegalStateException("no machine");
    }

    @Given("a step that does not apply because {string}")
    public void doesNotApply(String reason) {
        throw new TestAbortedException(reason);
    }

    @After
    public void attach(Scenario scenario) {
        ConformanceCollector.keepTraceHash(scenario.getId(), "cafe");
    }
}
