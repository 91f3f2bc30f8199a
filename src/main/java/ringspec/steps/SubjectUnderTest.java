package ringspec.steps;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import ringspec.cpu.ProcessorModel;
import ringspec.kernel.KernelSymbols;
import ringspec.machine.Machine;
import ringspec.subject.BootedMachine;
import ringspec.subject.Configuration;
import ringspec.subject.DesignedKernel;
import ringspec.subject.Invariants;
import ringspec.subject.KernelView;
import ringspec.subject.NamedElf;
import ringspec.subject.Subject;

/**
 * The kernel that scenarios run against, on one processor model. It boots once; each machine is a fork.
 *
 * @param subject       who boots it
 * @param configuration processor and kernel options
 */
record SubjectUnderTest(Subject subject, Configuration configuration) {

    private static final Subject REFERENCE = DesignedKernel.REFERENCE;

    static SubjectUnderTest on(ProcessorModel model, boolean kpti, OptionalLong aslrSeed) {
        return new SubjectUnderTest(current(), new Configuration(model, kpti, aslrSeed));
    }

    /** Who is under test on this thread. */
    static Subject current() {
        return CurrentSubject.get().map(CurrentSubject::subject).orElse(REFERENCE);
    }

    boolean kpti() {
        return configuration.kpti();
    }

    /** A machine whose ring 3 has not executed anything yet, with files where a boot loader leaves them. */
    Started start(List<NamedElf> modules) {
        return new Started(subject.start(configuration, modules), configuration);
    }

    /**
     * A machine of the subject.
     *
     * @param booted the machine with its kernel
     */
    record Started(BootedMachine booted, Configuration configuration) {

        Machine machine() {
            return booted.machine();
        }

        /** Another machine in the same state. */
        Started fork() {
            return new Started(booted.fork(), configuration);
        }

        KernelSymbols symbols() {
            return booted.symbols();
        }

        KernelView view() {
            return new KernelView(machine(), symbols()::value);
        }

        Invariants invariants() {
            return new Invariants(machine(), view(), configuration.kpti());
        }

        /** Addresses of the kernel's labels by name. */
        Map<String, Long> names() {
            return booted.kernel().image().symbols();
        }
    }
}
