package ringspec.isa.assembler;

import java.util.List;

/**
 * Where a line of text comes from.
 *
 * @param source     the source's name
 * @param line       from 1
 * @param text       the line, after macro substitution
 * @param expansions the places of the surrounding macro calls and repetitions, innermost first
 */
record Place(String source, int line, String text, List<Place> expansions) {

    /** This place with another text: what macro substitution made of the line. */
    Place withText(String substituted, List<Place> within) {
        return new Place(source, line, substituted, within);
    }

    /** The place that a reader of the source would look at: the outermost macro call. */
    Place outermost() {
        return expansions.isEmpty() ? this : expansions.getLast();
    }

    @Override
    public String toString() {
        return source + ":" + line;
    }
}
