package ringspec.elf;

/**
 * Why a file is refused: the first rule that it breaks, in the order file header, program headers as they stand in the
 * table, relations between segments, entry point.
 *
 * @param rule the rule, which knows its clauses
 * @param field the field with its gABI name, or a sum of fields such as {@code p_vaddr+p_memsz}; {@code file size}
 *     where the file is too short to have the field
 * @param programHeader index of the program header that the field belongs to, or -1 for the file header
 * @param value what the file says there, as an unsigned 64-bit number
 * @param message what was found, what was expected and what to do, in one line
 */
public record ElfError(ElfRule rule, String field, int programHeader, long value, String message) {
    /** One line: where, what and by which clause. */
    @Override
    public String toString() {
        String where = programHeader < 0 ? "" : "program header " + programHeader + ": ";
        return where + message + " [" + String.join(", ", rule.clauses()) + "]";
    }
}
