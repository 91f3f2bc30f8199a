package ringspec.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * One scenario, or one row of an outline, on one processor model. A text that isn't there is empty, never null.
 *
 * @param id lasting name, the same on every model and whatever its line: {@code 10-msr/flag_mask: IOPL 3 is 0 at LSTAR}
 * @param feature path of the feature from the project's folder, such as {@code features/10-msr/flag_mask.feature}
 * @param line line of the scenario or of the row
 * @param clauses ids of the clauses it checks, sorted
 * @param outcome how it ended
 * @param step the step that did not pass, as the feature words it
 * @param message why it did not pass
 * @param durationMillis how long it took
 * @param traceHash hash of everything that its machine did
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ScenarioResult(String id, String feature, int line, List<String> clauses, Outcome outcome, String step,
        String message, long durationMillis, String traceHash) {

    /** Puts the empty text or list where none was given. */
    public ScenarioResult {
        clauses = clauses == null ? List.of() : List.copyOf(clauses);
        step = step == null ? "" : step;
        message = message == null ? "" : message;
        traceHash = traceHash == null ? "" : traceHash;
    }
}
