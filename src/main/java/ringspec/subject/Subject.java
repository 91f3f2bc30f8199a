package ringspec.subject;

import java.util.List;
import java.util.Set;

/** A kernel that scenarios can be run against. */
public interface Subject {

    /** Its name on the command line and in reports. */
    String name();

    /** What scenarios may ask of it; the others don't apply. */
    Set<Offer> offers();

    /**
     * A machine whose ring 3 has not executed anything yet. Every call gives another, independent machine.
     *
     * @param programs what is to run in ring 3, init first; empty if the subject does not offer {@link Offer#PROGRAM}
     * @throws SubjectFailure if the subject does not get that far
     */
    BootedMachine start(Configuration configuration, List<NamedElf> programs);
}
