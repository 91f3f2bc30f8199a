package ringspec.isa.assembler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the problems of all lines, so that one run tells them all. */
final class Diagnostics {

    private static final int MOST = 100;
    private final Set<AssemblyException.Problem> problems = new LinkedHashSet<>();

    void add(Place place, Mistake mistake) {
        if (problems.size() < MOST) {
            problems.add(new AssemblyException.Problem(place.source(), place.line(), mistake.column(), place.text(),
                    mistake.getMessage(),
                    place.expansions().stream().map(Place::toString).toList()));
        }
    }

    /** Throws if there are problems. */
    void check() {
        if (!problems.isEmpty()) {
            List<String> sources = problems.stream().map(AssemblyException.Problem::sourceName).distinct().toList();
            List<AssemblyException.Problem> sorted = new ArrayList<>(problems);
            sorted.sort(Comparator.comparing((AssemblyException.Problem problem) -> sources.indexOf(problem
                    .sourceName()))
                    .thenComparing(AssemblyException.Problem::line));
            throw new AssemblyException(sorted);
        }
    }
}
