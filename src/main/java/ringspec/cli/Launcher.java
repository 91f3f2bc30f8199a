package ringspec.cli;

/**
 * The jar's main class. Compiled for Java 8, unlike everything else, so that an old Java gets a sentence instead of an
 * {@code UnsupportedClassVersionError}.
 */
public final class Launcher {

    private static final int REQUIRED = 25;

    private Launcher() {
    }

    /**
     * Runs {@link Main}, or exits with status 2 on a Java that can't load it.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        String running = System.getProperty("java.specification.version", "unknown");
        if (feature(running) < REQUIRED) {
            System.err.println("ringspec needs Java " + REQUIRED + " or newer; this is Java " + running + " ("
                    + System.getProperty("java.home") + ").");
            System.exit(2);
        }
        Main.main(args);
    }

    /** {@code "1.8"} is 8, {@code "17"} is 17, and what is neither counts as too old. */
    private static int feature(String version) {
        try {
            return Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
