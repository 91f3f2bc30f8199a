package ringspec.report.allure;

import io.cucumber.plugin.event.Node;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where each scenario of the parsed features stands: under which rule, and under which name before placeholders are filled. */
final class ScenarioOutlook {

    /**
     * The place of a scenario or of one row of an outline.
     *
     * @param rule name of the rule around it, if there is one
     * @param scenario its name as written, placeholders included
     * @param examples name of the examples table of its row, if it has one
     */
    record Place(Optional<String> rule, String scenario, Optional<String> examples) {
    }

    /** By file and line, {@code features/10-msr/star.feature:12}, as Allure's adapter names scenarios. */
    private final Map<String, Place> places = new ConcurrentHashMap<>();

    void add(URI feature, Collection<Node> nodes) {
        String file = relative(feature);
        for (Node node : nodes) {
            visit(file, node, new ArrayList<>());
        }
    }

    /** The place of the scenario at {@code file:line}, if such a feature was parsed. */
    Optional<Place> at(String fileAndLine) {
        return Optional.ofNullable(places.get(fileAndLine));
    }

    private void visit(String file, Node node, List<Node> above) {
        if (node instanceof Node.Container<?> container) {
            above.add(node);
            container.elements().forEach(child -> visit(file, child, above));
            above.removeLast();
        } else {
            places.put(file + ":" + node.getLocation().getLine(), place(node, above));
        }
    }

    private static Place place(Node node, List<Node> above) {
        Optional<String> rule = nameOf(above, Node.Rule.class);
        Optional<String> outline = nameOf(above, Node.ScenarioOutline.class);
        return new Place(rule, outline.or(node::getName).orElse(""), nameOf(above, Node.Examples.class));
    }

    private static Optional<String> nameOf(List<Node> nodes, Class<? extends Node> kind) {
        return nodes.stream().filter(kind::isInstance).findFirst().flatMap(Node::getName)
                .filter(name -> !name.isBlank());
    }

    /** A feature's path below the working directory, as Allure's adapter writes it. */
    private static String relative(URI feature) {
        return Path.of("").toUri().relativize(feature).getSchemeSpecificPart();
    }
}
