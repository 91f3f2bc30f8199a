package ringspec.isa.assembler;

import java.util.ArrayList;
import java.util.List;

/** The statements of a section in order, and where the layout put them. */
final class Section {

    private final String name;
    private final List<Item> items = new ArrayList<>();
    private long address;
    private boolean code;

    Section(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    List<Item> items() {
        return items;
    }

    void add(Item item) {
        items.add(item);
        code |= item instanceof InstructionItem;
    }

    /** Whether it holds an instruction: then alignment fills with NOPs. */
    boolean isCode() {
        return code;
    }

    long address() {
        return address;
    }

    void moveTo(long newAddress) {
        address = newAddress;
    }
}
