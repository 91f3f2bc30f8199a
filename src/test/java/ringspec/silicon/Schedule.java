package ringspec.silicon;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import ringspec.isa.CodeSize;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;

/**
 * Which cases there are: in each round every testable row once, and random byte strings for a twentieth. A worker takes every so-manieth
 * round.
 */
final class Schedule {

    private final List<InstructionForm> rows;
    private final int bytesPerRound;

    Schedule(Set<String> only, Host host) {
        rows = InstructionTable.get().forms().stream()
                .filter(form -> form.existsIn(CodeSize.BITS_64) && (only.isEmpty() || only.contains(form.mnemonic()))
                        && host.reasonAgainst(form) == null)
                .toList();
        bytesPerRound = only.isEmpty() ? rows.size() / 20 : only.contains("BYTES") ? 100 : 0;
    }

    /** Cases in each round; 0 if nothing is to be tested. */
    int perRound() {
        return rows.size() + bytesPerRound;
    }

    /** The rows that are tested. */
    List<InstructionForm> rows() {
        return new ArrayList<>(rows);
    }

    /** The row of a position in a round, or null for random bytes. */
    InstructionForm row(int position) {
        return position < rows.size() ? rows.get(position) : null;
    }

    /** The number of the case at a position, unique among those of its row. */
    long number(long round, int position) {
        return position < rows.size() ? round : round * bytesPerRound + position - rows.size();
    }
}
