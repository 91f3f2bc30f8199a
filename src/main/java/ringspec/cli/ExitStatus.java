package ringspec.cli;

/** What the commands that judge a subject exit with; a script can tell the cases apart. */
final class ExitStatus {

    /** Every clause that was selected holds, but for what is expected to fail. */
    static final int CONFORMS = 0;
    /** Some clause fails, or one that is expected to fail passes, or such an expectation has expired. */
    static final int FAILS = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;
    /** Nothing was selected: no scenario ran, so nothing was shown. */
    static final int NOTHING_SELECTED = 3;
    /** A clause, chapter, mutant or subject of that name doesn't exist. */
    static final int UNKNOWN_NAME = 4;
    /** The harness itself failed: the verdicts can't be relied on. */
    static final int HARNESS_ERROR = 5;

    private ExitStatus() {
    }
}
