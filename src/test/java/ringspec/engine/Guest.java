package ringspec.engine;

import ringspec.machine.Machine;
import ringspec.subject.BootedMachine;

/** A machine with whatever is attached to it, in a state that runs can start from again and again. */
interface Guest {

    /** The machine. */
    Machine machine();

    /** A second one in the same state. */
    Guest fork();

    /** A machine to which nothing is attached. */
    record Bare(Machine machine) implements Guest {

        @Override
        public Guest fork() {
            return new Bare(machine.fork());
        }
    }

    /** A machine that runs the kernel. */
    record WithKernel(BootedMachine booted) implements Guest {

        @Override
        public Machine machine() {
            return booted.machine();
        }

        @Override
        public Guest fork() {
            return new WithKernel(booted.fork());
        }
    }
}
