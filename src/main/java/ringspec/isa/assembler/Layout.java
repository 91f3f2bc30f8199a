package ringspec.isa.assembler;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Gives every statement its address, and the bytes. Starts with the shortest encodings and lets those grow that can't say their
 * numbers, until a pass changes nothing.
 */
final class Layout {

    /** Encodings only grow, so this is reached only by reservations that depend on each other in a circle. */
    private static final int MOST_PASSES = 1000;

    private final Program program;
    private final Options options;
    private final List<Assembled.Line> lines = new ArrayList<>();

    Layout(Program program, Options options) {
        this.program = program;
        this.options = options;
    }

    /**
     * Lays out.
     *
     * @throws AssemblyException with all problems found up to here
     */
    Assembled run() {
        pass(Symbols.Stage.FIRST_PASS);
        program.symbols().check(program.diagnostics(), Symbols.Stage.FIRST_PASS);
        program.diagnostics().check();
        int passes = 0;
        while (pass(Symbols.Stage.LAID_OUT)) {
            if (++passes == MOST_PASSES) {
                throw new AssemblyException(List.of(new AssemblyException.Problem("layout", 0, 1, "",
                        "addresses and sizes depend on each "
                                + "other in a circle: after " + passes + " passes they still change", List.of())));
            }
        }
        List<Assembled.Section> sections = new ArrayList<>();
        for (Section section : program.sections()) {
            sections.add(emit(section));
        }
        program.symbols().check(program.diagnostics(), Symbols.Stage.LAID_OUT);
        program.diagnostics().check();
        checkOverlaps(sections);
        lines.sort(Comparator.comparing(Assembled.Line::address, Long::compareUnsigned));
        return new Assembled(sections, program.symbols().values(), program.exported(), lines);
    }

    /** Places everything, then measures it against those addresses; returns whether anything changed. */
    private boolean pass(Symbols.Stage stage) {
        boolean changed = place(stage);
        for (Section section : program.sections()) {
            for (Item item : section.items()) {
                long size = measure(item, stage);
                changed |= size != item.size();
                item.setSize(size);
            }
        }
        return changed;
    }

    /**
     * Gives addresses by the sizes there are. Measuring waits until all have theirs: a distance between a new address and an old one
     * could make a branch grow for nothing. Only the padding of an alignment follows from its address at once.
     */
    private boolean place(Symbols.Stage stage) {
        boolean changed = stage == Symbols.Stage.FIRST_PASS;
        long next = options.origin();
        long alignment = 1;
        for (Section section : program.sections()) {
            Long given = options.sections().get(section.name());
            long start = given != null ? given : next + (-next & alignment - 1);
            alignment = options.sectionAlignment();
            changed |= start != section.address();
            section.moveTo(start);
            next = start;
            for (Item item : section.items()) {
                changed |= item.address() != next;
                item.moveTo(next);
                if (stage == Symbols.Stage.LAID_OUT && item instanceof SpaceItem space && !space.isReservation()) {
                    item.setSize(measure(item, stage));
                }
                next += item.size();
            }
        }
        return changed;
    }

    private long measure(Item item, Symbols.Stage stage) {
        try {
            return item.measure(program.symbols(), stage);
        } catch (Mistake mistake) {
            program.diagnostics().add(item.place(), mistake);
            return item.size();
        }
    }

    private Assembled.Section emit(Section section) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Item> items = section.items();
        int content = items.size();
        while (content > 0 && (items.get(content - 1).size() == 0
                || items.get(content - 1) instanceof SpaceItem space && space.isReservation())) {
            content--;
        }
        long zeroFill = 0;
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            try {
                byte[] encoded = item.bytes(program.symbols());
                if (i < content) {
                    bytes.writeBytes(encoded);
                } else {
                    zeroFill += encoded.length;
                }
            } catch (Mistake mistake) {
                program.diagnostics().add(item.place(), mistake);
            }
            if (item.size() > 0 && i < content) {
                Place place = item.place().outermost();
                lines.add(new Assembled.Line(item.address(), (int) item.size(), place.source(), place.line()));
            }
        }
        return new Assembled.Section(section.name(), section.address(), bytes.toByteArray(), zeroFill);
    }

    private static void checkOverlaps(List<Assembled.Section> sections) {
        for (int i = 0; i < sections.size(); i++) {
            for (int j = 0; j < i; j++) {
                Assembled.Section a = sections.get(j);
                Assembled.Section b = sections.get(i);
                boolean apart = Long.compareUnsigned(a.end(), b.address()) <= 0 || Long.compareUnsigned(b.end(), a
                        .address()) <= 0;
                if (!apart && a.size() > 0 && b.size() > 0) {
                    throw new AssemblyException(List.of(new AssemblyException.Problem("layout", 0, 1, "",
                            "the sections %s (0x%x to 0x%x) and %s (0x%x to 0x%x) overlap: give one of them another address"
                                    .formatted(
                                            a.name(), a.address(), a.end(), b.name(), b.address(), b.end()), List
                                                    .of())));
                }
            }
        }
    }
}
