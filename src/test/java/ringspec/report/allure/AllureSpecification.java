package ringspec.report.allure;

import io.cucumber.plugin.event.DocStringArgument;
import io.cucumber.plugin.event.EventPublisher;
import io.cucumber.plugin.event.PickleStepTestStep;
import io.cucumber.plugin.event.TestRunStarted;
import io.cucumber.plugin.event.TestSourceParsed;
import io.cucumber.plugin.event.TestStepStarted;
import io.qameta.allure.AllureLifecycle;
import io.qameta.allure.FileSystemResultsWriter;
import io.qameta.allure.cucumber7jvm.AllureCucumber7Jvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The Cucumber plugin that writes the results for the Allure report: Allure's own adapter, with doc strings attached to
 * their steps and with results {@linkplain ScenarioResults completed} from the specification.
 *
 * <p>Results go to the folder named by the system property {@code allure.results.directory}, by default
 * {@code target/allure-results}.
 */
public final class AllureSpecification extends AllureCucumber7Jvm {

    private static final Path RESULTS = Path.of(
            System.getProperty("allure.results.directory", "target/allure-results"));

    private final AllureLifecycle lifecycle;
    private final ScenarioOutlook outlook;

    /**
     * Called by Cucumber, which finds class and argument in the suite's list of plugins.
     *
     * @param model name of the processor model that the scenarios run on
     */
    public AllureSpecification(String model) {
        this(model, new ScenarioOutlook());
    }

    private AllureSpecification(String model, ScenarioOutlook outlook) {
        this(outlook, new AllureLifecycle(new ScenarioResults(model, new FileSystemResultsWriter(RESULTS), outlook)));
    }

    private AllureSpecification(ScenarioOutlook outlook, AllureLifecycle lifecycle) {
        super(lifecycle);
        this.outlook = outlook;
        this.lifecycle = lifecycle;
    }

    @Override
    public void setEventPublisher(EventPublisher publisher) {
        publisher.registerHandlerFor(TestRunStarted.class, _ -> describeRun());
        publisher.registerHandlerFor(TestSourceParsed.class, event -> outlook.add(event.getUri(), event.getNodes()));
        // Allure's handlers come first: a doc string is attached to the step that they have opened by then.
        super.setEventPublisher(publisher);
        publisher.registerHandlerFor(TestStepStarted.class, this::attachDocString);
    }

    private void attachDocString(TestStepStarted event) {
        if (event.getTestStep() instanceof PickleStepTestStep step
                && step.getStep().getArgument() instanceof DocStringArgument text) {
            String type = text.getMediaType() == null || text.getMediaType().isBlank() ? "text" : text.getMediaType();
            lifecycle.addAttachment(type, "text/plain", "txt", text.getContent().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What kinds of failure there are, and what ran; the report shows both on its first page. */
    private static void describeRun() {
        try {
            Files.createDirectories(RESULTS);
            Files.writeString(RESULTS.resolve("categories.json"), """
                    [
                      {"name": "The subject does not conform", "matchedStatuses": ["failed"]},
                      {"name": "The harness could not tell", "matchedStatuses": ["broken", "unknown"]},
                      {"name": "Not applicable to the processor model", "matchedStatuses": ["skipped"]}
                    ]
                    """);
            Files.writeString(RESULTS.resolve("environment.properties"), "Java=" + Runtime.version() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("can't write to " + RESULTS.toAbsolutePath()
                    + "; choose another folder with -Dallure.results.directory", e);
        }
    }
}
