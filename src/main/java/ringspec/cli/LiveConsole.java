package ringspec.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.trace.Trace;

/**
 * Runs a machine with its serial line on standard output.
 *
 * @param err where events go
 * @param budget instructions to execute at most
 * @param trace whether to print events
 * @param input what arrives on the serial line, {@code \\n} being the end of a line; null for nothing
 */
record LiveConsole(PrintWriter err, long budget, boolean trace, String input) {

    /** Instructions between two looks at the serial line. */
    private static final long SLICE = 1_000_000;

    /** Instructions until serial input arrives: a kernel and its programs have started by then. */
    private static final long INPUT_AFTER = 100_000;

    private static final Pattern NUMBER = Pattern.compile("=(-?[0-9]+)");

    /**
     * Runs a machine until it stops or the budget is used up.
     *
     * @param run completes so many instructions at most
     */
    Stop run(Machine machine, LongFunction<Stop> run) {
        if (input != null) {
            machine.scheduleSerialInput(machine.cpu().instructions + INPUT_AFTER,
                    input.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8));
        }
        int printed = 0;
        long end = machine.cpu().instructions + budget;
        while (true) {
            Stop stop = run.apply(Math.min(SLICE, end - machine.cpu().instructions));
            byte[] serial = machine.serialOutput();
            PrintStream out = System.out;
            out.write(serial, printed, serial.length - printed);
            out.flush();
            printed = serial.length;
            if (trace) {
                machine.trace().events().forEach(this::print);
            }
            machine.trace().clear();
            if (!(stop instanceof Stop.BudgetExhausted) || machine.cpu().instructions >= end) {
                return stop;
            }
        }
    }

    private void print(Trace.Stamped stamped) {
        // Addresses are what there is most of, and nobody reads them in decimal.
        String event = NUMBER.matcher(stamped.event().toString())
                .replaceAll(match -> "=0x" + Long.toHexString(Long.parseLong(match.group(1))));
        err.printf("%10d  %s%n", stamped.time(), event);
    }
}
