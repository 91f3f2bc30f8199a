package ringspec.conform;

import io.cucumber.core.feature.FeatureParser;
import io.cucumber.core.feature.FeatureWithLines;
import io.cucumber.core.gherkin.Feature;
import io.cucumber.core.gherkin.FeatureParserException;
import io.cucumber.core.gherkin.Pickle;
import io.cucumber.core.options.RuntimeOptionsBuilder;
import io.cucumber.core.runtime.FeaturePathFeatureSupplier;
import io.cucumber.plugin.event.Location;
import io.cucumber.plugin.event.Node;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import ringspec.report.ReportException;
import ringspec.spec.Specification;

/** The features that this build carries along, parsed once; views of them hold some of their scenarios, or changed ones. */
public final class Features {

    private static final String SHIPPED = "classpath:ringspec/features";

    private final List<Feature> features;

    private Features(List<Feature> features) {
        this.features = List.copyOf(features);
    }

    /** The features of the product. */
    public static Features shipped() {
        return from(SHIPPED);
    }

    /**
     * Features from elsewhere.
     *
     * @param path a folder or file, or {@code classpath:..}
     * @throws ReportException if one of them isn't Gherkin
     */
    public static Features from(String path) {
        AtomicLong ids = new AtomicLong();
        try {
            return new Features(new FeaturePathFeatureSupplier(Features.class::getClassLoader,
                    new RuntimeOptionsBuilder().addFeature(FeatureWithLines.parse(path)).build(),
                    new FeatureParser(() -> new UUID(0, ids.incrementAndGet()))).get());
        } catch (FeatureParserException e) {
            throw new ReportException("%s: %s".formatted(e.getMessage().strip(), e.getCause() == null ? ""
                    : e.getCause().getMessage().strip()));
        }
    }

    /** These with only the scenarios for which the condition holds; features without any are left out. */
    public Features where(Predicate<Pickle> condition) {
        return map(pickle -> condition.test(pickle) ? pickle : null);
    }

    /** The same features with other scenarios, in the order of the features. */
    Features replacedBy(List<Pickle> scenarios) {
        Map<URI, List<Pickle>> byFile = new LinkedHashMap<>();
        scenarios.forEach(scenario -> byFile.computeIfAbsent(scenario.getUri(), _ -> new ArrayList<>()).add(scenario));
        List<Feature> changed = new ArrayList<>();
        for (Feature feature : features) {
            List<Pickle> own = byFile.remove(feature.getUri());
            if (own != null) {
                changed.add(new View(feature, own));
            }
        }
        if (!byFile.isEmpty()) {
            throw new IllegalArgumentException("scenarios of other features: " + byFile.keySet());
        }
        return new Features(changed);
    }

    /** These with each scenario changed; null leaves it out. */
    private Features map(UnaryOperator<Pickle> change) {
        List<Feature> changed = new ArrayList<>();
        for (Feature feature : features) {
            List<Pickle> pickles = new ArrayList<>();
            feature.getPickles().forEach(pickle -> {
                Pickle result = change.apply(pickle);
                if (result != null) {
                    pickles.add(result);
                }
            });
            if (!pickles.isEmpty()) {
                changed.add(new View(feature, pickles));
            }
        }
        return new Features(changed);
    }

    /** All scenarios, an outline's rows each for itself, in the order of files and lines. */
    public List<Pickle> scenarios() {
        return features.stream().flatMap(feature -> feature.getPickles().stream()).toList();
    }

    /** Ids of the clauses that a scenario's tags name. */
    static List<String> clauses(Pickle pickle) {
        return pickle.getTags().stream().map(tag -> tag.substring(1))
                .filter(tag -> Specification.CLAUSE_ID.matcher(tag).matches()).toList();
    }

    List<Feature> all() {
        return features;
    }

    /** A feature with other scenarios; its text stays what it is. */
    private record View(io.cucumber.core.gherkin.Feature feature, List<Pickle> pickles)
            implements
                io.cucumber.core.gherkin.Feature {

        @Override
        public List<Pickle> getPickles() {
            return pickles;
        }

        @Override
        public Pickle getPickleAt(Node node) {
            return feature.getPickleAt(node);
        }

        @Override
        public URI getUri() {
            return feature.getUri();
        }

        @Override
        public String getSource() {
            return feature.getSource();
        }

        @Override
        public Iterable<?> getParseEvents() {
            return feature.getParseEvents();
        }

        @Override
        public Location getLocation() {
            return feature.getLocation();
        }

        @Override
        public Optional<String> getKeyword() {
            return feature.getKeyword();
        }

        @Override
        public Optional<String> getName() {
            return feature.getName();
        }

        @Override
        public Optional<Node> getParent() {
            return feature.getParent();
        }

        @Override
        public Collection<Node> elements() {
            return feature.elements();
        }
    }
}
