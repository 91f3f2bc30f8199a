package ringspec.isa.assembler;

import java.util.List;

/** {@code db}, {@code dw}, {@code dd} and {@code dq}; with no elements also the place that a label or constant marks. */
final class DataItem extends Item {

    /** One comma-separated element. */
    sealed interface Element {
        /** A number of the directive's unit. */
        record Number(Expression expression) implements Element {
        }

        /** A string, filled with zeros to a multiple of the unit. */
        record Text(byte[] bytes) implements Element {
        }
    }

    private final int unit;
    private final List<Element> elements;
    private final int length;

    DataItem(Place place, Section section, int unit, List<Element> elements) {
        super(place, section);
        this.unit = unit;
        this.elements = elements;
        this.length = elements.stream().mapToInt(this::length).sum();
    }

    /** A place that takes no bytes. */
    static DataItem marker(Place place, Section section) {
        return new DataItem(place, section, 1, List.of());
    }

    private int length(Element element) {
        return element instanceof Element.Text text ? (text.bytes().length + unit - 1) / unit * unit : unit;
    }

    @Override
    long measure(Symbols symbols, Symbols.Stage stage) {
        if (stage == Symbols.Stage.FIRST_PASS) {
            for (Element element : elements) {
                if (element instanceof Element.Number number) {
                    symbols.evaluate(number.expression(), new Symbols.Context(this, stage)); // finds undefined symbols
                }
            }
        }
        return length;
    }

    @Override
    byte[] bytes(Symbols symbols) {
        byte[] bytes = new byte[length];
        int at = 0;
        for (Element element : elements) {
            switch (element) {
                case Element.Text text -> System.arraycopy(text.bytes(), 0, bytes, at, text.bytes().length);
                case Element.Number number -> {
                    long value = symbols.evaluate(number.expression(), new Symbols.Context(this,
                            Symbols.Stage.LAID_OUT)).value();
                    if (!Bits.fits(value, unit * 8)) {
                        throw new Mistake(number.expression().column(), "%s doesn't fit in %d bits: expected %s"
                                .formatted(Bits.show(value), unit * 8, Bits.range(unit * 8)));
                    }
                    Bits.store(bytes, at, value, unit);
                }
            }
            at += length(element);
        }
        return bytes;
    }
}
