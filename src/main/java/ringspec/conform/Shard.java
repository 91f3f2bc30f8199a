package ringspec.conform;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * One of several parts of the same run, so that machines can share it: scenario number n, counted from 0 over what is selected, is
 * in part n modulo count.
 *
 * @param index 1 to count
 * @param count how many parts there are, 1 or more
 */
public record Shard(int index, int count) {

    /** All of it. */
    public static final Shard WHOLE = new Shard(1, 1);

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})/(\\d{1,6})");
    private static final Pattern AUTOMATIC = Pattern.compile("auto(?:/(\\d{1,6}))?");

    /** Variables by which a CI system tells a job of a matrix its number, that of all jobs, and the number of the first. */
    private enum Origin {
        KUBERNETES("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0),
        GITLAB("CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
        CIRCLECI("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
        BUILDKITE("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0);

        private final String index;
        private final String count;
        private final int first;

        Origin(String index, String count, int first) {
            this.index = index;
            this.count = count;
            this.first = first;
        }
    }

    /** Checks the range. */
    public Shard {
        if (count < 1 || index < 1 || index > count) {
            throw new IllegalArgumentException(
                    "there is no part %d of %d: expected I/N with I from 1 to N".formatted(index, count));
        }
    }

    /**
     * A part as a command line names it.
     *
     * @param text {@code 2/5}; {@code auto/5} or {@code auto} for what the environment says
     * @param environment the variables of the process
     * @throws IllegalArgumentException if it is neither, or the environment says nothing
     */
    public static Shard parse(String text, Map<String, String> environment) {
        Matcher numbers = NUMBERS.matcher(text);
        if (numbers.matches()) {
            return new Shard(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
        }
        Matcher automatic = AUTOMATIC.matcher(text);
        if (automatic.matches()) {
            return fromEnvironment(automatic.group(1), environment);
        }
        throw new IllegalArgumentException("--shard %s: expected I/N, such as 2/5, or auto".formatted(text));
    }

    private static Shard fromEnvironment(String count, Map<String, String> environment) {
        for (Origin origin : Origin.values()) {
            OptionalInt index = number(environment.get(origin.index));
            OptionalInt total = number(count != null ? count : environment.get(origin.count));
            if (index.isPresent() && total.isPresent()) {
                return new Shard(index.getAsInt() - origin.first + 1, total.getAsInt());
            }
        }
        throw new IllegalArgumentException(
                "--shard auto: no variable says which part this is; known are JOB_COMPLETION_INDEX (with --shard auto/N or "
                        + "JOB_COMPLETIONS), CI_NODE_INDEX with CI_NODE_TOTAL, CIRCLE_NODE_INDEX with CIRCLE_NODE_TOTAL, and "
                        + "BUILDKITE_PARALLEL_JOB with BUILDKITE_PARALLEL_JOB_COUNT");
    }

    private static OptionalInt number(String text) {
        return text != null && text.matches("\\d{1,6}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    /** Whether a scenario is in this part. */
    boolean has(int number) {
        return number % count == index - 1;
    }

    /** The entries of a list that are in this part. */
    public <T> List<T> of(List<T> whole) {
        return IntStream.range(0, whole.size()).filter(this::has).mapToObj(whole::get).toList();
    }

    @Override
    public String toString() {
        return index + "/" + count;
    }
}
