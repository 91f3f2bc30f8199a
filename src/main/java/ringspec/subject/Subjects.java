package ringspec.subject;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ringspec.cpu.exec.OperationBinder;
import ringspec.mutant.Controls;
import ringspec.mutant.Mutant;
import ringspec.mutant.Mutants;

/** What can be named as the subject of a run. */
public final class Subjects {

    private static final Map<String, Subject> ALL = new LinkedHashMap<>();

    static {
        add(DesignedKernel.REFERENCE);
        Controls.all().forEach((name, design) -> add(new DesignedKernel(name, design, OperationBinder.FAITHFUL)));
        Mutants.all().forEach(mutant -> add(of(mutant)));
    }

    private Subjects() {
    }

    private static void add(Subject subject) {
        ALL.put(subject.name(), subject);
    }

    /** A mutant as a subject, not yet booted. */
    public static Subject of(Mutant mutant) {
        return new DesignedKernel(mutant.id(), mutant.design(), mutant.semantics());
    }

    /** Whether a subject is one that was broken on purpose: a control or a mutant. */
    public static boolean isBroken(Subject subject) {
        return ALL.containsKey(subject.name()) && !subject.name().equals(DesignedKernel.REFERENCE.name());
    }

    /** Names of all subjects, the reference kernel first. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * The subject of a name.
     *
     * @throws UnknownSubjectException if there is none
     */
    public static Subject named(String name) {
        Subject subject = ALL.get(name);
        if (subject == null) {
            throw new UnknownSubjectException("there is no subject \"%s\"; there are %s".formatted(name, names()));
        }
        return subject;
    }
}
