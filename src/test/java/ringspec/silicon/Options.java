package ringspec.silicon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What to run.
 *
 * @param cases at least so many, over all workers of this shard
 * @param seed which cases
 * @param only mnemonics, upper-case, or empty for all; BYTES stands for random byte strings
 * @param shard this machine's part, from 0
 * @param shards how many machines share the cases
 * @param jobs workers at the same time
 * @param caseId one case to print instead, or null
 * @param results where the result of each row goes, or null
 */
record Options(long cases, long seed, Set<String> only, int shard, int shards, int jobs, String caseId, Path results) {

    static final String HELP = """
            Runs instructions made from the table on this machine's processor and on the emulated one and compares.
              --cases N         at least N cases (100000)
              --seed N          which cases (1)
              --only A,B,..     these mnemonics alone; BYTES are random byte strings
              --shard I/N       the I-th of N parts, to split a run over machines
              --jobs N          so many processes (one for each of this machine's processors)
              --results FILE    writes the result of each row as JSON
              --case ID         prints one case whole: the state before, both states after, the difference
            """;

    /**
     * Parses a command line.
     *
     * @throws IllegalArgumentException if it can't be understood; the message says what was expected
     */
    static Options parse(String... arguments) {
        Options options = new Options(100_000, 1, Set.of(), 0, 1, Runtime.getRuntime().availableProcessors(), null,
                null);
        List<String> rest = new ArrayList<>(List.of(arguments));
        while (!rest.isEmpty()) {
            String name = rest.removeFirst();
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("\"%s\" is no option or lacks its value. The options are:\n%s"
                        .formatted(name, HELP));
            }
            options = options.with(name, rest.removeFirst());
        }
        return options;
    }

    private Options with(String name, String value) {
        try {
            return switch (name) {
                case "--cases" -> new Options(Long.parseLong(value), seed, only, shard, shards, jobs, caseId, results);
                case "--seed" -> new Options(cases, Long.parseLong(value), only, shard, shards, jobs, caseId, results);
                case "--only" -> new Options(cases, seed, Set.of(value.toUpperCase(Locale.ROOT).split(",")), shard,
                        shards, jobs, caseId, results);
                case "--shard" -> withShard(value.split("/"));
                case "--jobs" -> new Options(cases, seed, only, shard, shards, Integer.parseInt(value), caseId,
                        results);
                case "--case" -> new Options(cases, seed, only, shard, shards, jobs, value, results);
                case "--results" -> new Options(cases, seed, only, shard, shards, jobs, caseId, Path.of(value));
                default -> throw new IllegalArgumentException("\"%s\" is no option. The options are:\n%s".formatted(
                        name,
                        HELP));
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s wants a number, not \"%s\"".formatted(name, value), e);
        }
    }

    private Options withShard(String[] parts) {
        int index = parts.length == 2 ? Integer.parseInt(parts[0]) : 0;
        int count = parts.length == 2 ? Integer.parseInt(parts[1]) : 0;
        if (index < 1 || index > count) {
            throw new IllegalArgumentException("--shard wants I/N with I from 1 to N, such as 2/4");
        }
        return new Options(cases, seed, only, index - 1, count, jobs, caseId, results);
    }
}
