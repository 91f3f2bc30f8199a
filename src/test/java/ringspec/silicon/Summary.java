package ringspec.silicon;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import ringspec.isa.CodeSize;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;

/** What the workers counted, by row. */
final class Summary {

    private final List<InstructionForm> forms = InstructionTable.get().forms();
    private final long[][] rows = new long[forms.size() + 1][3];
    private final int crashes;
    private final long unconfirmed;

    /** @param crashes workers that a case killed, each a difference */
    Summary(List<Board> boards, int crashes) {
        this.crashes = crashes;
        this.unconfirmed = boards.stream().mapToLong(Board::unconfirmed).sum();
        for (Board board : boards) {
            for (int row = 0; row < rows.length; row++) {
                rows[row][0] += board.cases(row);
                rows[row][1] += board.faults(row);
                rows[row][2] += board.differences(row);
            }
        }
    }

    private long sum(int column) {
        long sum = 0;
        for (long[] row : rows) {
            sum += row[column];
        }
        return sum;
    }

    long cases() {
        return sum(0);
    }

    long differences() {
        return sum(2) + crashes;
    }

    boolean isClean() {
        return differences() == 0;
    }

    void print(PrintStream out, double seconds) {
        Map<String, long[]> byMnemonic = new TreeMap<>();
        for (int row = 0; row < rows.length; row++) {
            long[] total = byMnemonic.computeIfAbsent(row < forms.size() ? forms.get(row).mnemonic()
                    : "random bytes", name -> new long[3]);
            for (int i = 0; i < 3; i++) {
                total[i] += rows[row][i];
            }
        }
        out.printf("%n%-20s %12s %12s %12s%n", "instruction", "cases", "faults", "differences");
        byMnemonic.forEach((name, counts) -> {
            if (counts[0] > 0) {
                out.printf("%-20s %,12d %,12d %,12d%s%n", name, counts[0], counts[1], counts[2], counts[2] > 0 ? "  <--"
                        : "");
            }
        });
        if (unconfirmed > 0) {
            out.printf("%,d cases differed at first and not again: the host's kernel came between%n",
                    unconfirmed);
        }
        out.printf("%,d cases, %,d of them faults, %,d differences, %.1f s, %,.0f cases a second%n", cases(), sum(1),
                differences(), seconds, cases() / seconds);
    }

    /** Writes the counts of each row, for the coverage page. */
    void write(Path file, long seed, Host host) throws IOException {
        List<Map<String, Object>> list = new ArrayList<>();
        for (InstructionForm form : forms) {
            long[] counts = rows[form.index()];
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("row", form.id());
            if (counts[0] > 0) {
                entry.put("cases", counts[0]);
                entry.put("faults", counts[1]);
                entry.put("differences", counts[2]);
            }
            String reason = !form.existsIn(CodeSize.BITS_64) ? "64-bit mode doesn't have it" : host.reasonAgainst(form);
            if (reason != null) {
                entry.put("untested", reason);
            } else if (Exclusions.onlyRefusal(form)) {
                entry.put("refusal", "ring 3 has no right to it: only the fault can be compared");
            }
            list.add(entry);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("processor", host.name());
        document.put("model", host.model().name());
        document.put("seed", seed);
        document.put("cases", cases());
        document.put("differences", differences());
        document.put("randomBytes", rows[forms.size()][0]);
        document.put("rows", list);
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Files.writeString(file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document)
                + "\n");
    }
}
