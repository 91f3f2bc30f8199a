package ringspec.spec;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The whole specification, read from {@code clauses.yaml} and {@code decisions.yaml}, the only places where ids, statements
 * and decisions are written down.
 */
public final class Specification {

    /** What a clause id looks like; a scenario's tag of this form must name a clause. */
    public static final Pattern CLAUSE_ID = Pattern.compile("[A-Z][A-Z0-9]*-\\d+");

    private static final Specification INSTANCE = new Specification();

    private final List<Chapter> chapters = read("clauses.yaml", new TypeReference<>() {
    });
    private final List<Decision> decisions = read("decisions.yaml", new TypeReference<>() {
    });
    private final Map<String, Clause> clausesById = new LinkedHashMap<>();
    private final Map<String, Decision> decisionsById = new LinkedHashMap<>();

    private Specification() {
        for (Decision decision : decisions) {
            if (decisionsById.put(decision.id(), decision) != null) {
                throw new IllegalStateException("decisions.yaml has " + decision.id() + " twice");
            }
        }
        for (Chapter chapter : chapters) {
            for (Clause clause : chapter.clauses()) {
                add(chapter, clause);
            }
        }
    }

    private void add(Chapter chapter, Clause clause) {
        if (!CLAUSE_ID.matcher(clause.id()).matches() || !clause.id().startsWith(chapter.family() + "-")) {
            throw new IllegalStateException("clauses.yaml: id is \"%s\", expected %s- and a number".formatted(clause
                    .id(),
                    chapter.family()));
        }
        if (clausesById.put(clause.id(), clause) != null) {
            throw new IllegalStateException("clauses.yaml has " + clause.id() + " twice; an id is never reused");
        }
        for (String decision : clause.decisions()) {
            if (!decisionsById.containsKey(decision)) {
                throw new IllegalStateException("%s names decision %s, which decisions.yaml doesn't have"
                        .formatted(clause.id(), decision));
            }
        }
    }

    /** The specification. */
    public static Specification get() {
        return INSTANCE;
    }

    /** Chapters in reading order. */
    public List<Chapter> chapters() {
        return chapters;
    }

    /** All clauses in reading order. */
    public List<Clause> clauses() {
        return List.copyOf(clausesById.values());
    }

    /** All decisions, by id. */
    public List<Decision> decisions() {
        return decisions;
    }

    /**
     * The clause with an id.
     *
     * @throws UnknownClauseException if there is none
     */
    public Clause clause(String id) {
        Clause clause = clausesById.get(id);
        if (clause == null) {
            String family = id.contains("-") ? id.substring(0, id.indexOf('-')) : id;
            String near = clausesById.keySet().stream().filter(known -> known.startsWith(family + "-"))
                    .collect(Collectors.joining(", "));
            String hint = near.isEmpty() ? "the families are "
                    + chapters.stream().map(Chapter::family).collect(Collectors.joining(", "))
                    : "this family has " + near;
            throw new UnknownClauseException("there is no clause " + id + "; " + hint);
        }
        return clause;
    }

    /** The chapter that a clause belongs to. */
    public Chapter chapterOf(Clause clause) {
        return chapters.stream().filter(chapter -> chapter.clauses().contains(clause)).findFirst().orElseThrow();
    }

    private static <T> List<T> read(String name, TypeReference<List<T>> type) {
        try (InputStream in = Specification.class.getResourceAsStream(name)) {
            return List.copyOf(new YAMLMapper().readValue(in, type));
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in " + name + " can't be read", e);
        }
    }
}
