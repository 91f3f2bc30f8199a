package ringspec.spec;

import java.util.List;

/**
 * A family of clauses and the folder under {@code features/} that checks them.
 *
 * @param family prefix of the ids, such as {@code SYS}
 * @param chapter folder, such as {@code 30-dispatch}
 * @param title for readers
 * @param clauses in the order of their ids
 */
public record Chapter(String family, String chapter, String title, List<Clause> clauses) {

    /** Makes the list immutable. */
    public Chapter {
        clauses = List.copyOf(clauses);
    }
}
