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
 */
public record CurrentSubject(Subject subject, Configuration configuration) {

    private static final ThreadLocal<CurrentSubject> CURRENT = new ThreadLocal<>();

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
