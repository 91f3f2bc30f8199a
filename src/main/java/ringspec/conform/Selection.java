package ringspec.conform;

import io.cucumber.core.gherkin.Pickle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import ringspec.spec.Chapter;
import ringspec.spec.Level;
import ringspec.spec.Specification;

/**
 * Which scenarios run. Each list that isn't empty must let a scenario through, by one of its entries.
 *
 * @param clauses ids
 * @param chapters folders such as {@code 40-return}, or families such as {@code RET}
 * @param levels of a clause that the scenario checks
 * @param tags with or without {@code @}
 * @param shard the part of what is left
 */
public record Selection(List<String> clauses, List<String> chapters, List<Level> levels, List<String> tags,
        Shard shard) {

    /** All scenarios. */
    public static final Selection ALL = new Selection(List.of(), List.of(), List.of(), List.of(), Shard.WHOLE);

    /**
     * Checks the names.
     *
     * @throws ringspec.spec.UnknownClauseException if there is no such clause
     * @throws IllegalArgumentException if there is no such chapter
     */
    public Selection {
        clauses = clauses.stream().map(id -> Specification.get().clause(id.toUpperCase(Locale.ROOT)).id()).toList();
        chapters = chapters.stream().map(Selection::folder).toList();
        levels = List.copyOf(levels);
        tags = tags.stream().map(tag -> tag.startsWith("@") ? tag : "@" + tag).toList();
    }

    private static String folder(String name) {
        Set<String> folders = new TreeSet<>(Set.of("90-processor"));
        for (Chapter chapter : Specification.get().chapters()) {
            folders.add(chapter.chapter());
            if (chapter.family().equalsIgnoreCase(name)) {
                return chapter.chapter();
            }
        }
        if (!folders.contains(name)) {
            throw new IllegalArgumentException("there is no chapter %s; there are %s".formatted(name, folders));
        }
        return name;
    }

    /** What is selected of some features. */
    public Features of(Features features) {
        AtomicInteger number = new AtomicInteger();
        return features.where(this::isWanted).where(pickle -> shard.has(number.getAndIncrement()));
    }

    /** The same without a division into parts. */
    public Selection whole() {
        return new Selection(clauses, chapters, levels, tags, Shard.WHOLE);
    }

    private boolean isWanted(Pickle pickle) {
        List<String> ids = Features.clauses(pickle);
        String path = pickle.getUri().getSchemeSpecificPart();
        return (clauses.isEmpty() || clauses.stream().anyMatch(ids::contains))
                && (chapters.isEmpty() || chapters.stream().anyMatch(folder -> path.contains("/" + folder + "/")))
                && (levels.isEmpty() || ids.stream().anyMatch(id -> levels.contains(Specification.get().clause(id)
                        .level())))
                && (tags.isEmpty() || tags.stream().anyMatch(pickle.getTags()::contains));
    }

    /** For the report; empty if everything is selected. A part of a whole counts as the whole, since parts are merged. */
    public String text() {
        List<String> parts = new ArrayList<>();
        add(parts, "clauses", clauses);
        add(parts, "chapters", chapters);
        add(parts, "levels", levels);
        add(parts, "tags", tags);
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, String name, List<?> values) {
        if (!values.isEmpty()) {
            parts.add(name + " " + String.join(" ", values.stream().map(Object::toString).toList()));
        }
    }
}
