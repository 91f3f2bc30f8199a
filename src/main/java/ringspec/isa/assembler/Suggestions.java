package ringspec.isa.assembler;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what a misspelt name was probably meant to be. */
final class Suggestions {

    private static final int MOST = 4;

    private Suggestions() {
    }

    /** {@code "; did you mean a or b?"}, or nothing if no candidate is near. */
    static String didYouMean(String name, Collection<String> candidates) {
        List<String> near = nearest(name, candidates);
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    /** The candidates within a third of the name's length in edits (at least one, at most three), nearest first. */
    static List<String> nearest(String name, Collection<String> candidates) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int limit = Math.clamp(wanted.length() / 3, 1, 3);
        return candidates.stream().filter(candidate -> distance(wanted, candidate.toLowerCase(Locale.ROOT)) <= limit)
                .sorted(Comparator.comparingInt((String candidate) -> distance(wanted, candidate.toLowerCase(
                        Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST).toList();
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + replace);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    best = Math.min(best, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = best;
            }
        }
        return cost[a.length()][b.length()];
    }
}
