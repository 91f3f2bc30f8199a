package ringspec.isa.assembler;

/** A problem within one line, on its way to the {@link Diagnostics}. */
final class Mistake extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final int column;

    /**
     * @param column from 1, where in the line
     */
    Mistake(int column, String message) {
        super(message, null, false, false);
        this.column = column;
    }

    int column() {
        return column;
    }
}
