package ringspec.steps;

import java.util.Optional;
import ringspec.subject.Configuration;
import ringspec.subject.Subject;

/**
 * What the scenarios of a thread run on. Cucumber makes the step definitions itself, so whoever starts it says here beforehand
 * which subject they are to drive; without that, the suite's hooks choose the processor model and the subject is the reference kernel.
 *
 * @param subject the kernel
 * @param configuration its machine and options
 * @param patience instructions that may pass before a machine that runs is taken for one that will never get anywhere
 */
public record CurrentSubject(Subject subject, Configuration configuration, long patience) {

    private static final ThreadLocal<CurrentSubject> CURRENT = new ThreadLocal<>();

    /** With all the time that a scenario allows. */
    public CurrentSubject(Subject subject, Configuration configuration) {
        this(subject, configuration, Long.MAX_VALUE);
    }

    /** How many instructions a machine may take where a scenario allows it so many. */
    static long patience(long usual) {
        return get().map(current -> Math.min(usual, current.patience)).orElse(usual);
    }

    /** Whether a machine may take fewer instructions than scenarios allow. */
    static boolean isHurried() {
        return get().map(current -> current.patience < Long.MAX_VALUE).orElse(false);
    }

    /** The subject of this thread, if one was set. */
    static Optional<CurrentSubject> get() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** Runs something, all of it on this thread, with this subject. */
    public void during(Runnable action) {
        CurrentSubject before = CURRENT.get();
        CURRENT.set(this);
        try {
            action.run();
        } finally {
            CURRENT.set(before);
        }
    }
}
