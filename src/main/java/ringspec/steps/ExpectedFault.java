package ringspec.steps;

import java.util.OptionalLong;
import java.util.stream.IntStream;
import ringspec.cpu.Vector;

/**
 * An exception as a scenario writes it.
 *
 * @param vector 0 to 31
 * @param errorCode empty where the vector has none
 */
public record ExpectedFault(int vector, OptionalLong errorCode) {

    static ExpectedFault parse(String text) {
        int parenthesis = text.indexOf('(');
        String name = parenthesis < 0 ? text : text.substring(0, parenthesis);
        int vector = IntStream.range(0, 32).filter(v -> Vector.name(v).equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no exception " + name));
        if (Vector.hasErrorCode(vector) != parenthesis >= 0) {
            throw new IllegalArgumentException("%s %s an error code; the scenario says %s".formatted(name,
                    Vector.hasErrorCode(vector) ? "has" : "has not", text));
        }
        return new ExpectedFault(vector, parenthesis < 0 ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(text.substring(parenthesis + 3, text.length() - 1), 16)));
    }

    /** An exception that happened, as a scenario would write it. */
    static String text(int vector, long errorCode) {
        return new ExpectedFault(vector, Vector.hasErrorCode(vector) ? OptionalLong.of(errorCode)
                : OptionalLong.empty()).toString();
    }

    @Override
    public String toString() {
        return Vector.name(vector) + (errorCode.isPresent() ? "(0x%x)".formatted(errorCode.getAsLong()) : "");
    }
}
