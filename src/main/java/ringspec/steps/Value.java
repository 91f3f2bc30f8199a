package ringspec.steps;

/**
 * A number as a scenario writes it.
 *
 * @param text what stands in the scenario
 * @param values how to evaluate it, once the machine exists
 */
public record Value(String text, Values values) {

    /** The number. */
    long get() {
        return values.of(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
