package ringspec.subject;

/** What a subject may have for scenarios besides a boundary between ring 0 and ring 3, which every kernel has. */
public enum Offer {

    /** It runs the scenario's own program in ring 3. */
    PROGRAM("runs a ring-3 program of its own, and this scenario needs ringspec's (--own-program was given)"),
    /** It is built by the specification: selectors, addresses, system calls and boot options as features/README.md has them. */
    CONTRACT(
            "is a kernel from a file; this scenario is about what the specification's own kernel promises besides: the "
                    + "system calls, selectors, addresses or options of features/README.md"),
    /** Its objects and code can be looked up by name. */
    STRUCTURES("is a kernel from a file, whose structures and symbols ringspec doesn't know");

    private final String absence;

    Offer(String absence) {
        this.absence = absence;
    }

    /** Why a scenario that needs it doesn't apply to a subject without it; the subject's name goes before. */
    public String absence() {
        return absence;
    }
}
