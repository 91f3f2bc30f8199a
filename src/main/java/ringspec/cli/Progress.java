package ringspec.cli;

import java.io.PrintWriter;

/** A line that grows on a terminal; nothing where the output isn't one, so that logs stay readable. */
final class Progress {

    private static final int WIDTH = 40;

    private final PrintWriter out;
    private final String what;
    private final int total;
    private final boolean terminal = System.console() != null && System.console().isTerminal();

    Progress(PrintWriter out, String what, int total) {
        this.out = out;
        this.what = what;
        this.total = total;
    }

    /** Shows how many are done. */
    synchronized void show(int done) {
        if (terminal) {
            int filled = (int) ((long) WIDTH * done / Math.max(1, total));
            out.printf("\r[%s%s] %d of %d %s", "#".repeat(filled), ".".repeat(WIDTH - filled), done, total, what);
            out.flush();
        }
    }

    /** Clears the line. */
    synchronized void end() {
        if (terminal) {
            out.print("\r" + " ".repeat(WIDTH + 40) + "\r");
            out.flush();
        }
    }
}
