package ringspec.silicon;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import ringspec.isa.InstructionTable;

/** The command: starts the workers, starts them again behind cases that killed them, and sums up. */
public final class Silicon {

    private static final int HANG_SECONDS = 60;
    /** So many crashes in one run are a broken host rather than broken cases. */
    private static final int MAX_CRASHES = 50;

    private final Options options;
    private final String[] arguments;
    private final PrintStream out;
    private final int rowCount = InstructionTable.get().forms().size() + 1;
    private final List<Board> boards = new ArrayList<>();
    private int crashes;

    Silicon(PrintStream out, String... arguments) {
        this.out = out;
        this.arguments = arguments;
        this.options = Options.parse(arguments);
    }

    /** Exit code 0 if nothing differed, 1 if something did, 2 for a wrong command line. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0 && arguments[0].equals("--help")) {
            System.out.print(Options.HELP);
            return;
        }
        String reason = Host.reasonAgainst();
        if (reason != null) {
            System.out.println("skipped: " + reason);
            return;
        }
        Silicon silicon;
        try {
            silicon = new Silicon(System.out, arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(silicon.run().isClean() ? 0 : 1);
    }

    /** Runs everything and prints the summary. */
    Summary run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("ringspec-silicon");
        try {
            if (options.caseId() != null) {
                int code = start(directory.resolve("case"), 0, 0, 0).waitFor();
                return new Summary(boards, code == 0 ? 0 : 1);
            }
            long start = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < options.jobs(); i++) {
                int self = i;
                Path file = directory.resolve("board-" + i);
                boards.add(new Board(file, rowCount));
                threads.add(Thread.ofPlatform().start(() -> guard(file, self)));
            }
            for (Thread thread : threads) {
                while (!thread.join(java.time.Duration.ofSeconds(1))) {
                    progress(start);
                }
            }
            Summary summary = new Summary(boards, crashes);
            summary.print(out, (System.nanoTime() - start) / 1e9);
            if (options.results() != null) {
                summary.write(options.results(), options.seed(), boards.getFirst().host());
            }
            return summary;
        } finally {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private void progress(long start) {
        if (System.console() == null || !System.console().isTerminal()) {
            return;
        }
        long done = new Summary(boards, 0).cases();
        double seconds = (System.nanoTime() - start) / 1e9;
        int width = (int) Math.min(40, done * 40 / Math.max(1, options.cases()));
        synchronized (out) {
            out.printf("\r[%s%s] %,d of %,d, %,.0f a second ", "#".repeat(width), ".".repeat(40 - width), done, options
                    .cases(), done / seconds);
            out.flush();
        }
    }

    /** Keeps one worker going until its share is done. */
    private void guard(Path file, int self) {
        Board board = boards.get(self);
        long round = 0;
        int position = 0;
        try {
            while (true) {
                Process process = start(file, self, round, position);
                Thread relay = Thread.ofPlatform().start(() -> relay(process));
                int code = await(process, board);
                relay.join();
                if (code == 0) {
                    return;
                }
                synchronized (out) {
                    out.printf("%nDIFFERENCE the worker ended with %d in round %d at position %d%n", code, board
                            .round(),
                            board.position());
                    crashes++;
                    if (crashes > MAX_CRASHES) {
                        return;
                    }
                }
                round = board.round();
                position = board.position() + 1;
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The exit code; a worker that stays at one case for too long is killed. */
    private static int await(Process process, Board board) throws InterruptedException {
        long round = -1;
        int position = -1;
        for (int seconds = 0; !process.waitFor(1, TimeUnit.SECONDS); seconds++) {
            if (board.round() != round || board.position() != position) {
                round = board.round();
                position = board.position();
                seconds = 0;
            } else if (seconds > HANG_SECONDS) {
                process.destroyForcibly().waitFor();
            }
        }
        return process.exitValue();
    }

    private void relay(Process process) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(),
                StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (out) {
                    out.println(line);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Process start(Path board, int self, long round, int position) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "--enable-native-access=ALL-UNNAMED", "-XX:HeapBaseMinAddress=64g",
                "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0", "-XX:+UseSerialGC",
                "-Xmx512m", "-Xrs", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + File.separator + "dev"
                        + File.separator + "null", "-cp", System.getProperty("java.class.path"), Worker.class
                                .getName(), board.toString(), String.valueOf(self), String.valueOf(options.jobs()),
                String.valueOf(round), String.valueOf(position)));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (options.caseId() != null) {
            builder.inheritIO();
        }
        return builder.start();
    }
}
