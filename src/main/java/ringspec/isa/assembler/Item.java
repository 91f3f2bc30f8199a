package ringspec.isa.assembler;

/** A statement that takes its place in a section. Its address and size change until the layout has converged. */
abstract sealed class Item permits DataItem, SpaceItem, TimesItem, InstructionItem {

    private final Place place;
    private final Section section;
    private long address;
    private long size;

    Item(Place place, Section section) {
        this.place = place;
        this.section = section;
    }

    Place place() {
        return place;
    }

    Section section() {
        return section;
    }

    long address() {
        return address;
    }

    /** In bytes, as last measured. */
    long size() {
        return size;
    }

    void setSize(long newSize) {
        size = newSize;
    }

    void moveTo(long newAddress) {
        address = newAddress;
    }

    /** How many bytes it takes at its address, going by what the symbols are now. Values out of range don't matter yet. */
    abstract long measure(Symbols symbols, Symbols.Stage stage);

    /**
     * The bytes, of the measured size.
     *
     * @throws Mistake if a value doesn't fit
     */
    abstract byte[] bytes(Symbols symbols);
}
