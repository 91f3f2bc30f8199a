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
        return new SubjectUnderTest(CurrentSubject.get().map(CurrentSubject::subject).orElse(REFERENCE),
                new Configuration(model, kpti, aslrSeed));
    }

    boolean kpti() {
        return configuration.kpti();
    }

    /** A machine that is about to start its first process, with files where a boot loader leaves them. */
    Started start(List<NamedElf> modules) {
        BootedMachine booted = subject.boot(configuration);
        booted.loadModules(modules);
        return new Started(booted, configuration);
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
