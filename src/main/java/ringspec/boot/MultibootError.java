package ringspec.boot;

/**
 * Why an image is refused.
 *
 * @param rule what it breaks
 * @param field which field, by the specification's name
 * @param value what the field holds, or where it leads
 * @param message what was expected, what came, and what to do
 */
public record MultibootError(MultibootRule rule, String field, long value, String message) {

    @Override
    public String toString() {
        return "%s [%s]".formatted(message, rule.sentence());
    }
}
