package ringspec.isa.assembler;

import java.util.List;
import ringspec.isa.CodeSize;

/**
 * An instruction. Its encoding is chosen anew in each pass: the shortest that says the numbers, and the table's
 * first among equals.
 */
final class InstructionItem extends Item {

    private final CodeSize codeSize;
    private final List<Slot> slots;
    private final List<Candidate> first;
    private final List<Candidate> second;
    private final Prefixes prefixes;
    private final int column;

    /**
     * @param first  the rows to choose from
     * @param second the rows to fall back on
     */
    InstructionItem(Place place, Section section, CodeSize codeSize, List<Slot> slots, List<Candidate> first,
            List<Candidate> second,
            Prefixes prefixes,
            int column) {
        super(place, section);
        this.codeSize = codeSize;
        this.slots = slots;
        this.first = first;
        this.second = second;
        this.prefixes = prefixes;
        this.column = column;
    }

    @Override
    long measure(Symbols symbols, Symbols.Stage stage) {
        for (Slot slot : slots) {
            slot.evaluate(symbols, new Symbols.Context(this, stage));
        }
        try {
            Encoder best = choose();
            if (stage == Symbols.Stage.LAID_OUT) {
                best.settle();
            }
            return best.length();
        } catch (Mistake notYet) {
            return Math.max(size(), 1);
        }
    }

    @Override
    byte[] bytes(Symbols symbols) {
        for (Slot slot : slots) {
            slot.evaluate(symbols, new Symbols.Context(this, Symbols.Stage.LAID_OUT));
        }
        return choose().bytes();
    }

    private Encoder choose() {
        Encoder best = null;
        Mistake reason = null;
        int widest = -1;
        for (List<Candidate> candidates : List.of(first, second)) {
            for (Candidate candidate : candidates) {
                if (candidates == second && candidate.offsetOfLabel()) {
                    continue; // MOV with a 64-bit offset is for numbers: who names a label is told of [rel label]
                }
                Encoder encoder = new Encoder(codeSize, candidate, prefixes, address(), column);
                try {
                    encoder.encode();
                    best = best == null || better(encoder, best) ? encoder : best;
                } catch (Mistake mistake) {
                    if (encoder.immediateLength() > widest) {
                        widest = encoder.immediateLength();
                        reason = mistake;
                    }
                }
            }
            if (best != null) {
                return best;
            }
        }
        throw reason;
    }

    /** Shorter; or as long with a smaller immediate, or without REX.W or VEX.W: the GNU assembler's choice for {@code add ax, 5} and MOVQ. */
    private static boolean better(Encoder encoder, Encoder best) {
        if (encoder.length() != best.length()) {
            return encoder.length() < best.length();
        }
        if (encoder.immediateLength() != best.immediateLength()) {
            return encoder.immediateLength() < best.immediateLength();
        }
        return best.isWide() && !encoder.isWide();
    }
}
