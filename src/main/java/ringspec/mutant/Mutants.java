package ringspec.mutant;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The catalogue. */
public final class Mutants {

    private static final Map<String, Mutant> ALL = collect();

    private Mutants() {
    }

    private static Map<String, Mutant> collect() {
        Map<String, Mutant> all = new LinkedHashMap<>();
        Stream.of(TextMutants.all(), ProcessorMutants.all(), BootMutants.all(), AccessMutants.all(), CopyMutants.all(),
                ElfMutants.all(), LoaderMutants.all(), SystemCallMutants.all(), CapabilityMutants.all(), MemoryMutants
                        .all(),
                TableMutants.all(), ComponentMutants.all(), PlacementMutants.all()).flatMap(List::stream)
                .sorted(Comparator.comparing(Mutant::id)).forEach(mutant -> {
                    if (all.put(mutant.id(), mutant) != null) {
                        throw new IllegalStateException("two mutants are called " + mutant.id());
                    }
                });
        return all;
    }

    /** All of them, by id. */
    public static List<Mutant> all() {
        return List.copyOf(ALL.values());
    }
}
