package ringspec.spec;

import java.util.List;

/**
 * One statement that a machine can check.
 *
 * @param id permanent id, such as {@code SYS-07}
 * @param level how binding it is
 * @param statement what holds
 * @param check how it is checked
 * @param decisions ids of the decisions it rests on, such as {@code D13}; may be empty
 */
public record Clause(String id, Level level, String statement, String check, List<String> decisions) {

    /** Makes the list of decisions immutable; a missing one is empty. */
    public Clause {
        decisions = decisions == null ? List.of() : List.copyOf(decisions);
    }
}
