package ringspec.report.cucumber;

import io.cucumber.messages.types.Envelope;
import io.cucumber.plugin.ConcurrentEventListener;
import io.cucumber.plugin.event.EventPublisher;
import io.cucumber.plugin.event.HookTestStep;
import io.cucumber.plugin.event.PickleStepTestStep;
import io.cucumber.plugin.event.Result;
import io.cucumber.plugin.event.Status;
import io.cucumber.plugin.event.TestCase;
import io.cucumber.plugin.event.TestCaseFinished;
import io.cucumber.plugin.event.TestCaseStarted;
import io.cucumber.plugin.event.TestRunFinished;
import io.cucumber.plugin.event.TestStep;
import io.cucumber.plugin.event.TestStepFinished;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import ringspec.report.Outcome;
import ringspec.report.ScenarioResult;
import ringspec.report.SuiteRun;
import ringspec.spec.Clause;
import ringspec.spec.Specification;
import ringspec.spec.UnknownClauseException;

/**
 * The Cucumber plugin that writes one {@link SuiteRun} for the processor model named by its argument
 * ({@code ConformanceCollector:INTEL}) into the folder named by the system property {@code conformance.directory}, by default
 * {@code target/conformance}.
 *
 * <p>A tag that looks like a clause id and names no clause fails its scenario and so the run.
 */
public final class ConformanceCollector implements ConcurrentEventListener {

    /** By scenario; told by the hooks, since an attachment would be one more file for each scenario. */
    private static final Map<String, String> TRACE_HASHES = new ConcurrentHashMap<>();

    /** What narrows a run down; Maven hands its own properties on to the JVM of the tests. */
    private static final List<String> SELECTORS = List.of("groups", "excludedGroups", "cucumber.features",
            "cucumber.filter.name", "cucumber.filter.tags", "it.test");

    private static final String FOLDER = "features/";

    private final String model;
    private final String subject;
    private final String chosen;
    private final Consumer<SuiteRun> receiver;
    private final ScenarioNames names = new ScenarioNames();
    private final Map<UUID, TestStepFinished> culprits = new ConcurrentHashMap<>();
    private final Queue<ScenarioResult> results = new ConcurrentLinkedQueue<>();

    /**
     * Called by Cucumber.
     *
     * @param model name of the processor model
     */
    public ConformanceCollector(String model) {
        this(model, Path.of(System.getProperty("conformance.directory", "target/conformance")));
    }

    ConformanceCollector(String model, Path folder) {
        this(model, "reference", "", run -> run.writeTo(folder));
    }

    /**
     * A collector that hands the results over.
     *
     * @param model name of the configuration
     * @param subject what is under test
     * @param selection how the scenarios were chosen, empty for all
     * @param receiver gets the results once, when the run has ended
     */
    public ConformanceCollector(String model, String subject, String selection, Consumer<SuiteRun> receiver) {
        this.model = model;
        this.subject = subject;
        this.chosen = selection;
        this.receiver = receiver;
    }

    @Override
    public void setEventPublisher(EventPublisher publisher) {
        publisher.registerHandlerFor(Envelope.class, this::nameScenarios);
        publisher.registerHandlerFor(TestCaseStarted.class, event -> checkTags(event.getTestCase()));
        publisher.registerHandlerFor(TestStepFinished.class, this::keepCulprit);
        publisher.registerHandlerFor(TestCaseFinished.class, this::record);
        publisher.registerHandlerFor(TestRunFinished.class, _ -> receiver.accept(run()));
    }

    private void nameScenarios(Envelope envelope) {
        envelope.getGherkinDocument().ifPresent(document -> {
            synchronized (names) {
                names.add(relative(URI.create(document.getUri().orElseThrow())), document);
            }
        });
    }

    /** Throws for an unknown clause, which ends the scenario before its first step; no other event comes after that. */
    private void checkTags(TestCase scenario) {
        try {
            clauses(scenario);
        } catch (UnknownClauseException e) {
            add(scenario, List.of(), Outcome.ERROR, "tags " + String.join(" ", scenario.getTags()), e.getMessage(), 0);
            throw e;
        }
    }

    /**
     * Tells the hash of all that a scenario's machines did.
     *
     * @param scenario {@link io.cucumber.java.Scenario#getId()}
     */
    public static void keepTraceHash(String scenario, String hash) {
        TRACE_HASHES.put(scenario, hash);
    }

    /** Keeps the first step that did not pass; those after it are skipped because of it. */
    private void keepCulprit(TestStepFinished event) {
        if (event.getResult().getStatus() != Status.PASSED) {
            culprits.putIfAbsent(event.getTestCase().getId(), event);
        }
    }

    private void record(TestCaseFinished event) {
        TestCase scenario = event.getTestCase();
        Result result = event.getResult();
        Outcome outcome = outcome(result);
        boolean passed = outcome == Outcome.PASSED;
        TestStepFinished culprit = passed ? null : culprits.get(scenario.getId());
        add(scenario, clauses(scenario), outcome, culprit == null ? "" : text(culprit.getTestStep()),
                passed ? "" : message(result), result.getDuration().toMillis());
    }

    private void add(TestCase scenario, List<String> clauses, Outcome outcome, String step, String message,
            long millis) {
        String feature = relative(scenario.getUri());
        int line = scenario.getLocation().getLine();
        String id;
        synchronized (names) {
            id = names.id(feature, line);
        }
        results.add(new ScenarioResult(id, feature, line, clauses, outcome, step, message, millis,
                TRACE_HASHES.remove(scenario.getId().toString())));
    }

    private SuiteRun run() {
        String selection = !chosen.isEmpty() ? chosen : SELECTORS.stream().filter(name -> !System.getProperty(name, "")
                .isBlank())
                .map(name -> name + "=" + System.getProperty(name)).collect(Collectors.joining(", "));
        return new SuiteRun(model, subject, selection, List.copyOf(results));
    }

    /** A skip that gives no reason has no right to be one: it would hide a scenario that nobody ran. */
    private static Outcome outcome(Result result) {
        return switch (result.getStatus()) {
            case PASSED -> Outcome.PASSED;
            case SKIPPED -> hasMessage(result) ? Outcome.SKIPPED : Outcome.ERROR;
            case FAILED -> result.getError() instanceof AssertionError ? Outcome.FAILED : Outcome.ERROR;
            case PENDING, UNDEFINED, AMBIGUOUS, UNUSED -> Outcome.ERROR;
        };
    }

    private static boolean hasMessage(Result result) {
        return result.getError() != null && result.getError().getMessage() != null
                && !result.getError().getMessage().isBlank();
    }

    private static String message(Result result) {
        Throwable error = result.getError();
        return switch (result.getStatus()) {
            case SKIPPED -> hasMessage(result) ? error.getMessage().strip() : "skipped without a reason";
            case UNDEFINED -> "no step definition matches this step";
            default -> error == null ? result.getStatus().name().toLowerCase()
                    : error instanceof AssertionError && hasMessage(result) ? error.getMessage().strip() : error
                            .toString();
        };
    }

    private static String text(TestStep step) {
        return switch (step) {
            case PickleStepTestStep sentence -> sentence.getStep().getKeyword() + sentence.getStep().getText();
            case HookTestStep hook -> "hook " + hook.getHookType() + " " + hook.getCodeLocation();
            default -> step.getCodeLocation();
        };
    }

    /** Ids of the clauses that the tags name; an unknown one is an error. */
    private static List<String> clauses(TestCase scenario) {
        return scenario.getTags().stream().map(tag -> tag.substring(1))
                .filter(tag -> Specification.CLAUSE_ID.matcher(tag).matches())
                .map(Specification.get()::clause).map(Clause::id).distinct().sorted().toList();
    }

    /** A feature's path from the folder of all features on, wherever that lies. */
    private static String relative(URI feature) {
        String path = feature.getSchemeSpecificPart();
        int folder = path.lastIndexOf(FOLDER);
        return folder < 0 ? Path.of("").toUri().relativize(feature).getSchemeSpecificPart() : path.substring(folder);
    }
}
