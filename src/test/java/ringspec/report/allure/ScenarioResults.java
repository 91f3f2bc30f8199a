package ringspec.report.allure;

import io.qameta.allure.AllureResultsWriter;
import io.qameta.allure.model.FixtureResult;
import io.qameta.allure.model.Label;
import io.qameta.allure.model.Link;
import io.qameta.allure.model.Parameter;
import io.qameta.allure.model.Status;
import io.qameta.allure.model.StatusDetails;
import io.qameta.allure.model.StepResult;
import io.qameta.allure.model.TestResult;
import io.qameta.allure.model.TestResultContainer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ringspec.spec.Chapter;
import ringspec.spec.Clause;
import ringspec.spec.Level;
import ringspec.spec.Specification;

/** Completes each scenario's result from the specification, then hands it to the writer behind. */
final class ScenarioResults implements AllureResultsWriter {

    /** From reports/allure/index.html to the clause's own place in the conformance report. */
    private static final String CLAUSE_PAGE = "../index.html#";

    private final String model;
    private final AllureResultsWriter writer;
    private final ScenarioOutlook outlook;
    private final Set<String> identities = ConcurrentHashMap.newKeySet();

    /**
     * @param model name of the processor model that the scenarios run on
     */
    ScenarioResults(String model, AllureResultsWriter writer, ScenarioOutlook outlook) {
        this.model = model;
        this.writer = writer;
        this.outlook = outlook;
    }

    @Override
    public void write(TestResult result) {
        complete(result);
        writer.write(result);
    }

    /** A hook that passed and shows nothing would be a file to write and a line to skip for every scenario. */
    @Override
    public void write(TestResultContainer container) {
        if (Stream.concat(container.getBefores().stream(), container.getAfters().stream())
                .anyMatch(ScenarioResults::isWorthReading)) {
            writer.write(container);
        }
    }

    private static boolean isWorthReading(FixtureResult hook) {
        return hook.getStatus() != Status.PASSED || !hook.getAttachments().isEmpty() || !hook.getSteps().isEmpty();
    }

    @Override
    public void write(String name, InputStream attachment) {
        writer.write(name, attachment);
    }

    private void complete(TestResult result) {
        String file = fileOf(result.getFullName());
        Optional<ScenarioOutlook.Place> place = outlook.at(result.getFullName());
        String chapter = chapterTitle(file);
        set(result, "epic", chapter);
        set(result, "parentSuite", chapter);
        // One story for all rows of an outline.
        place.map(p -> p.rule().orElse(p.scenario())).ifPresent(story -> set(result, "story", story));
        place.flatMap(ScenarioOutlook.Place::rule).ifPresent(rule -> set(result, "subSuite", rule));
        // The name of this machine and the thread's number are of no use to a reader.
        result.getLabels().removeIf(label -> Set.of("host", "thread", "gherkin_uri").contains(label.getName()));
        addClauses(result);
        identify(result, file, place);
        addModel(result);
        if (result.getStatus() == null) {
            result.setStatus(Status.BROKEN);
            result.setStatusDetails(new StatusDetails().setMessage("A step is undefined, pending or ambiguous."));
        }
        result.getSteps().forEach(ScenarioResults::giveStatus);
    }

    private static void addClauses(TestResult result) {
        List<Clause> clauses = labels(result, "tag").stream()
                .filter(tag -> Specification.CLAUSE_ID.matcher(tag).matches())
                .distinct().map(Specification.get()::clause).toList();
        if (clauses.isEmpty()) {
            return;
        }
        for (Clause clause : clauses) {
            result.getLinks().add(new Link().setName(clause.id()).setType("clause").setUrl(CLAUSE_PAGE + clause.id()));
            result.getLabels().add(new Label().setName("clause").setValue(clause.id()));
        }
        if (labels(result, "severity").isEmpty()) {
            boolean must = clauses.stream().anyMatch(clause -> clause.level() == Level.MUST);
            set(result, "severity", must ? "critical" : "minor");
        }
        String statements = clauses.stream()
                .map(clause -> "- **%s** (%s) %s".formatted(clause.id(), clause.level(), clause.statement()))
                .collect(Collectors.joining("\n"));
        String before = result.getDescription() == null ? "" : result.getDescription().strip();
        result.setDescription(before.isEmpty() ? statements : before + "\n\n" + statements);
    }

    /** The same scenario runs on every model: each run is a test with a name and a history of its own. */
    private void addModel(TestResult result) {
        set(result, "model", model);
        List<Parameter> parameters = new ArrayList<>(result.getParameters());
        parameters.add(new Parameter().setName("model").setValue(model));
        result.setParameters(parameters);
        result.setName(result.getName() + " (" + model + ")");
        result.setFullName(result.getFullName() + " (" + model + ")");
    }

    /**
     * Allure follows a test from run to run by its history id, and shows two results of one id as a retry. The adapter's
     * id holds the line number, which moves; this one holds only names and the values of the row.
     */
    private void identify(TestResult result, String file, Optional<ScenarioOutlook.Place> place) {
        String scenario = model + " | " + file + " | " + place.flatMap(ScenarioOutlook.Place::rule).orElse("") + " | "
                + place.map(ScenarioOutlook.Place::scenario).orElse(result.getName());
        String row = place.flatMap(ScenarioOutlook.Place::examples).orElse("") + " | " + result.getParameters().stream()
                .map((Parameter p) -> p.getName() + "=" + p.getValue()).collect(Collectors.joining(" | "));
        String identity = scenario + " | " + row;
        if (!identities.add(identity)) {
            // Two scenarios of one name: rather a history that ends when lines move than one result hidden by the other.
            identity = model + " | " + result.getFullName();
        }
        result.setTestCaseId(digest(scenario));
        result.setHistoryId(digest(identity));
    }

    /** The adapter gives undefined steps and their scenarios no status, which the report would show as unknown. */
    private static void giveStatus(StepResult step) {
        if (step.getStatus() == null) {
            step.setStatus(Status.BROKEN);
        }
        step.getSteps().forEach(ScenarioResults::giveStatus);
    }

    /** {@code features/10-msr/star.feature} is in the chapter "10 Model-specific registers and control registers". */
    private static String chapterTitle(String file) {
        String[] parts = file.split("/");
        String folder = parts.length > 1 ? parts[parts.length - 2] : "";
        String titles = Specification.get().chapters().stream().filter(chapter -> chapter.chapter().equals(folder))
                .map(Chapter::title).collect(Collectors.joining(", "));
        int dash = folder.indexOf('-');
        return titles.isEmpty() || dash < 0 ? folder : folder.substring(0, dash) + " " + titles;
    }

    private static String fileOf(String fullName) {
        int colon = fullName.lastIndexOf(':');
        return colon < 0 ? fullName : fullName.substring(0, colon);
    }

    private static List<String> labels(TestResult result, String name) {
        return result.getLabels().stream().filter(label -> name.equals(label.getName())).map(Label::getValue).toList();
    }

    private static void set(TestResult result, String name, String value) {
        List<Label> labels = new ArrayList<>(result.getLabels());
        labels.removeIf(label -> name.equals(label.getName()));
        labels.add(new Label().setName(name).setValue(value));
        result.setLabels(labels);
    }

    private static String digest(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString().replace("-", "");
    }
}
