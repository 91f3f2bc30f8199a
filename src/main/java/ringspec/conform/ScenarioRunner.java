package ringspec.conform;

import io.cucumber.core.feature.GluePath;
import io.cucumber.core.options.RuntimeOptions;
import io.cucumber.core.options.RuntimeOptionsBuilder;
import io.cucumber.core.runtime.Runtime;
import java.util.concurrent.atomic.AtomicReference;
import ringspec.report.SuiteRun;
import ringspec.report.cucumber.ConformanceCollector;
import ringspec.steps.CurrentSubject;

/** Runs scenarios on one subject, on the calling thread. */
public final class ScenarioRunner {

    private static final String GLUE = "ringspec.steps";

    private ScenarioRunner() {
    }

    /**
     * Runs all scenarios of some features.
     *
     * @param selection how the features were chosen, for the report; empty for all
     * @return what became of each
     */
    public static SuiteRun run(CurrentSubject subject, String selection, Features features) {
        AtomicReference<SuiteRun> result = new AtomicReference<>();
        RuntimeOptions options = new RuntimeOptionsBuilder().addGlue(GluePath.parse(GLUE)).setThreads(1).build();
        subject.during(() -> Runtime.builder().withRuntimeOptions(options).withFeatureSupplier(features::all)
                .withAdditionalPlugins(new ConformanceCollector(subject.configuration().label(),
                        subject.subject().name(), selection, result::set)).build().run());
        return result.get();
    }
}
