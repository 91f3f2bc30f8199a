package ringspec.silicon;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ringspec.cpu.Vector;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;
import ringspec.silicon.Comparison.Difference;

/**
 * The guarded child: runs its share of the cases and prints what differs. Whatever a case does to this process, the parent goes on behind
 * it.
 */
final class Worker {

    /** Cases of a row that are shrunk and printed; more are only counted. */
    private static final int SHOWN_PER_ROW = 1;

    /** How often a case that differs must differ again. */
    private static final int CONFIRMATIONS = 3;

    private final Options options;
    private final RealProcessor silicon = new RealProcessor();
    private final Host host = Host.of(silicon);
    private final Bench bench = new Bench(silicon, host);
    private final Generator generator = new Generator();
    private final Map<InstructionForm, Integer> shown = new HashMap<>();

    Worker(Options options) {
        this.options = options;
    }

    /** Arguments: the board's file, this worker's number, how many there are, first round, first position in it, then the options. */
    public static void main(String[] arguments) {
        String[] rest = java.util.Arrays.copyOfRange(arguments, 5, arguments.length);
        Worker worker = new Worker(Options.parse(rest));
        if (worker.options.caseId() != null) {
            System.exit(worker.show(worker.options.caseId()) ? 0 : 1);
        }
        worker.run(new Board(Path.of(arguments[0]), InstructionTable.get().forms().size() + 1), Integer.parseInt(
                arguments[1]), Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]), Integer.parseInt(
                        arguments[4]));
    }

    private void run(Board board, int self, int workers, long firstRound, int firstPosition) {
        Schedule schedule = new Schedule(options.only(), host);
        board.setHost(host);
        int perRound = schedule.perRound();
        if (perRound == 0) {
            return;
        }
        long rounds = (options.cases() + perRound - 1) / perRound * options.shards();
        int stride = workers * options.shards();
        int position = firstPosition;
        // Rounds go to the shards in turn and within a shard to its workers
        for (long round = firstRound; round < rounds; round++) {
            if (round % stride == (long) self * options.shards() + options.shard()) {
                for (; position < perRound; position++) {
                    board.enter(round, position);
                    one(board, schedule, round, position);
                }
            }
            position = 0;
        }
        board.enter(rounds, 0);
    }

    private void one(Board board, Schedule schedule, long round, int position) {
        InstructionForm form = schedule.row(position);
        TestCase test = generator.make(form, options.seed(), schedule.number(round, position));
        List<Difference> differences = bench.run(test);
        if (differences == null) {
            return;
        }
        for (int again = 0; again < CONFIRMATIONS && !differences.isEmpty(); again++) {
            differences = bench.run(test);
            if (differences.isEmpty()) {
                board.countUnconfirmed();
            }
        }
        int row = form == null ? InstructionTable.get().forms().size() : form.index();
        boolean fault = bench.real.vector != Vector.BP && bench.real.vector != Vector.DB;
        board.count(row, fault, !differences.isEmpty());
        if (!differences.isEmpty() && shown.merge(form, 1, Integer::sum) <= SHOWN_PER_ROW) {
            System.out.println(Dump.brief(test, shrink(test, differences)));
            System.out.flush();
        }
    }

    /** Shrinks a case towards a difference in the same thing; what then differs. */
    private List<Difference> shrink(TestCase test, List<Difference> original) {
        String what = original.getFirst().what();
        new Shrinker(test, candidate -> {
            List<Difference> now = bench.run(candidate);
            return now != null && !now.isEmpty() && now.getFirst().what().equals(what);
        }).shrink();
        return bench.run(test);
    }

    /** Prints a case whole; true if nothing differs. */
    private boolean show(String id) {
        String[] parts = id.split("-");
        int hash = Integer.parseUnsignedInt(parts[0], 16);
        InstructionForm form = InstructionTable.get().forms().stream().filter(row -> TestCase.hash(row) == hash)
                .findFirst().orElse(null);
        if (form == null && hash != 0 || parts.length != 3) {
            throw new IllegalArgumentException("\"%s\" is no case: expected ROW-SEED-NUMBER as a difference prints it,"
                    .formatted(id) + " with the hash of a row that the table still has");
        }
        TestCase test = generator.make(form, Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        List<Difference> differences = bench.run(test);
        if (differences == null) {
            System.out.println("this case is not compared: it touches memory outside the test's pages");
            return true;
        }
        System.out.println(Dump.full(test, bench.real, bench.emulated, differences));
        return differences.isEmpty();
    }
}
