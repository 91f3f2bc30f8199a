package ringspec.subject;

/** A kernel that scenarios can be run against. */
public interface Subject {

    /** Its name on the command line and in reports. */
    String name();

    /**
     * A machine on which the kernel has initialised the processor and is about to start the first process. Every call gives
     * another, independent machine.
     */
    BootedMachine boot(Configuration configuration);
}
