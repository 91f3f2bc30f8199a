package ringspec.conform;

import io.cucumber.core.feature.GluePath;
import io.cucumber.core.options.RuntimeOptions;
import io.cucumber.core.options.RuntimeOptionsBuilder;
import io.cucumber.core.runtime.Runtime;
import io.cucumber.plugin.Plugin;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import ringspec.report.SuiteRun;
import ringspec.report.cucumber.ConformanceCollector;
import ringspec.steps.CurrentSubject;

/** Runs scenarios on one subject, on the calling thread. */
public final class ScenarioRunner {

    /**
     * For how many instructions a kernel that is known to be broken may run before it is taken for one that never gets anywhere:
     * more than ten times what the longest scenario takes.
     */
    static final long PATIENCE = 6_000_000;

    private static final String GLUE = "ringspec.steps";
    private static final String VACUITY_GLUE = "ringspec.conform.vacuity";

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
        run(subject, features, new ConformanceCollector(subject.configuration().label(), subject.subject().name(),
                selection, result::set));
        return result.get();
    }

    /**
     * Runs scenarios that were changed, of which several may have the same name.
     *
     * @return how each ended, in their order
     */
    static List<Ending> endings(CurrentSubject subject, Features features) {
        Endings endings = new Endings();
        run(subject, features, endings);
        return endings.inOrder();
    }

    private static void run(CurrentSubject subject, Features features, Plugin plugin) {
        RuntimeOptions options = new RuntimeOptionsBuilder().addGlue(GluePath.parse(GLUE))
                .addGlue(GluePath.parse(VACUITY_GLUE)).setThreads(1)
                .setPickleOrder(pickles -> pickles).build();
        subject.during(() -> Runtime.builder().withRuntimeOptions(options).withFeatureSupplier(features::all)
                .withAdditionalPlugins(plugin).build().run());
    }
}
