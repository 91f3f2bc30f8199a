package ringspec.isa.assembler;

import java.io.ByteArrayOutputStream;

/** {@code times N statement}: repeats data or an instruction; N may depend on addresses. */
final class TimesItem extends Item {

    private final Expression count;
    private final Item inner;

    TimesItem(Place place, Section section, Expression count, Item inner) {
        super(place, section);
        this.count = count;
        this.inner = inner;
    }

    @Override
    long measure(Symbols symbols, Symbols.Stage stage) {
        Value value = symbols.evaluate(count, new Symbols.Context(this, stage));
        inner.moveTo(address());
        inner.setSize(inner.measure(symbols, stage));
        boolean unknown = stage == Symbols.Stage.FIRST_PASS && !value.fixed();
        return unknown || !valid(value.value()) ? 0 : value.value() * inner.size();
    }

    private boolean valid(long times) {
        return times >= 0 && times <= SpaceItem.MOST / Math.max(inner.size(), 1);
    }

    @Override
    byte[] bytes(Symbols symbols) {
        long times = symbols.evaluate(count, new Symbols.Context(this, Symbols.Stage.LAID_OUT)).value();
        if (!valid(times)) {
            throw new Mistake(count.column(), "repeated " + Bits.show(times) + " times: expected 0 to "
                    + Bits.show(SpaceItem.MOST) + " bytes in all");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (long i = 0; i < times; i++) {
            inner.moveTo(address() + i * inner.size());
            bytes.writeBytes(inner.bytes(symbols));
        }
        return bytes.toByteArray();
    }
}
