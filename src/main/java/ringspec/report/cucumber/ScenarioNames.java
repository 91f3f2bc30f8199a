package ringspec.report.cucumber;

import io.cucumber.messages.types.Examples;
import io.cucumber.messages.types.Feature;
import io.cucumber.messages.types.FeatureChild;
import io.cucumber.messages.types.GherkinDocument;
import io.cucumber.messages.types.RuleChild;
import io.cucumber.messages.types.Scenario;
import io.cucumber.messages.types.TableCell;
import io.cucumber.messages.types.TableRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives every scenario and every row of an outline a lasting id, made of names and of the row's values, without line
 * numbers: {@code 10-msr/flag_mask: DF set by ring 3 is clear at LSTAR [bit=0x400]}. Columns that the name shows are not
 * repeated.
 */
final class ScenarioNames {

    private final Map<String, String> ids = new HashMap<>();

    /** The part of the path that names a feature: {@code features/10-msr/star.feature} is {@code 10-msr/star}. */
    static String feature(String path) {
        return path.replaceFirst("^features/", "").replaceFirst("\\.feature$", "");
    }

    /**
     * Names everything in a feature.
     *
     * @param path of the feature from the project's folder
     */
    void add(String path, GherkinDocument document) {
        Map<String, Integer> seen = new HashMap<>();
        Feature feature = document.getFeature().orElse(null);
        if (feature == null) {
            return;
        }
        String prefix = feature(path) + ": ";
        for (FeatureChild child : feature.getChildren()) {
            child.getScenario().ifPresent(scenario -> add(path, prefix, scenario, seen));
            child.getRule().ifPresent(rule -> {
                for (RuleChild inner : rule.getChildren()) {
                    inner.getScenario().ifPresent(scenario -> add(path, prefix + rule.getName() + ": ", scenario,
                            seen));
                }
            });
        }
    }

    /**
     * The id of a scenario or a row.
     *
     * @throws IllegalArgumentException if the feature was not added or has nothing at the line
     */
    String id(String path, long line) {
        String id = ids.get(path + ":" + line);
        if (id == null) {
            throw new IllegalArgumentException("no scenario is known at " + path + ":" + line);
        }
        return id;
    }

    private void add(String path, String prefix, Scenario scenario, Map<String, Integer> seen) {
        if (scenario.getExamples().isEmpty()) {
            put(path, scenario.getLocation().getLine(), prefix + scenario.getName(), seen);
        }
        for (Examples examples : scenario.getExamples()) {
            List<String> columns = examples.getTableHeader().map(ScenarioNames::cells).orElse(List.of());
            for (TableRow row : examples.getTableBody()) {
                put(path, row.getLocation().getLine(), prefix + filled(scenario.getName(), columns, cells(row)), seen);
            }
        }
    }

    /** Two scenarios of one name are told apart by a number, in the order of the file. */
    private void put(String path, long line, String id, Map<String, Integer> seen) {
        int count = seen.merge(id, 1, Integer::sum);
        ids.put(path + ":" + line, count == 1 ? id : id + " (" + count + ")");
    }

    private static String filled(String name, List<String> columns, List<String> values) {
        String text = name;
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String placeholder = "<" + columns.get(i) + ">";
            if (name.contains(placeholder)) {
                text = text.replace(placeholder, values.get(i));
            } else {
                rest.add(columns.get(i) + "=" + values.get(i));
            }
        }
        return rest.isEmpty() ? text : text + " [" + String.join(", ", rest) + "]";
    }

    private static List<String> cells(TableRow row) {
        return row.getCells().stream().map(TableCell::getValue).toList();
    }
}
