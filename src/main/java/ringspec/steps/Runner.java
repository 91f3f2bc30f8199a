package ringspec.steps;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import ringspec.cpu.Cpu;
import ringspec.debug.Disassembly;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/** Runs the scenario's machine up to a place; if the place isn't reached, says where it went instead. */
public final class Runner {

    /** Instructions that a scenario may take in all: a hundred times what the longest one needs. */
    private static final long BUDGET = 50_000_000;
    /** Instructions that may pass in single steps. */
    private static final int STEPS = 2_000_000;

    private final World world;
    private Stop lastStop;

    Runner(World world) {
        this.world = world;
    }

    /** Why the machine stopped at the end. */
    Stop lastStop() {
        if (lastStop == null) {
            throw new IllegalStateException("the machine has not run to its end: say 'When it runs to its end' first");
        }
        return lastStop;
    }

    void toEnd() {
        if (world.trace().events().isEmpty()) {
            toFirstUserInstructionOrEnd();
        }
        lastStop = world.machine().run(budget());
        if (lastStop instanceof Stop.BudgetExhausted) {
            throw new AssertionError("the machine still runs after %d instructions, at %s; %s".formatted(budget(),
                    where(), world.faultsAndOutput()));
        }
    }

    /** To the end, with a stop wherever one of the kernel's symbols is reached; returns how often that was. */
    int toEndStoppingAt(List<String> symbols, Runnable look) {
        toFirstUserInstructionOrEnd();
        Machine machine = world.machine();
        symbols.forEach(symbol -> machine.addBreakpoint(world.kernelSymbol(symbol)));
        int stops = 0;
        try {
            for (lastStop = machine.run(budget()); lastStop instanceof Stop.Breakpoint; lastStop = machine.run(
                    budget())) {
                look.run();
                stops++;
            }
        } finally {
            symbols.forEach(symbol -> machine.removeBreakpoint(world.kernelSymbol(symbol)));
        }
        return stops;
    }

    /** To an instruction of init or another process, in ring 3. */
    void toUserAddress(long address, String name) {
        boolean first = !world.hasEnteredRing3();
        toFirstUserInstructionOrEnd();
        if (first && cpu().cpl() == 3 && cpu().rip == address) {
            return;
        }
        runTo(Set.of(address), name, () -> cpu().cpl() == 3);
    }

    /** To an instruction of the kernel. */
    void toAddress(long address, String name) {
        toFirstUserInstructionOrEnd();
        runTo(Set.of(address), name, () -> cpu().cpl() == 0);
    }

    void toAnyHandler() {
        runTo(world.kernel().handlers(), "a handler of the dispatch table", () -> cpu().cpl() == 0);
    }

    /** To the first instruction that a process executes, or its next one if it has run before. */
    void toFirstUserInstruction(int process) {
        toFirstUserInstructionOrEnd();
        long[] seen = {-1};
        stepUntil("process %d in ring 3".formatted(process), () -> {
            if (cpu().cpl() != 3 || cpu().cr3 == seen[0]) {
                return false;
            }
            seen[0] = cpu().cr3;
            return world.isUserCr3(process, cpu().cr3);
        });
    }

    /** To the instruction that follows a process's system call, counted from 1; its first SYSRET was its first entry. */
    void toReturnFromCall(int process, int call) {
        toFirstUserInstructionOrEnd();
        int[] position = new int[2];
        stepUntil("the return of process %d from its system call %d".formatted(process, call), () -> {
            List<Trace.Stamped> events = world.trace().events();
            for (; position[0] < events.size(); position[0]++) {
                if (events.get(position[0]).event() instanceof TraceEvent.Sysret sysret && world.isUserCr3(process,
                        sysret
                                .cr3())) {
                    position[1]++;
                }
            }
            return position[1] > call;
        });
    }

    /** To the next instruction of ring 3; at least one event happens. */
    void toRing3() {
        world.machine().step();
        stepUntil("ring 3", () -> cpu().cpl() == 3);
    }

    /** To an instruction by its mnemonic, at a privilege level. */
    void toInstruction(String mnemonic, int cpl) {
        toFirstUserInstructionOrEnd();
        stepUntil(mnemonic + " with CPL " + cpl, () -> cpu().cpl() == cpl
                && Disassembly.at(world.machine(), cpu().rip).split(" ")[0].equals(mnemonic));
    }

    /** On for a number of instructions, or until the machine ends or halts for good. */
    void on(long instructions) {
        toFirstUserInstructionOrEnd();
        lastStop = world.machine().run(instructions);
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) {
            world.machine().step();
        }
    }

    private void toFirstUserInstructionOrEnd() {
        if (world.hasEnteredRing3()) {
            return;
        }
        Machine machine = world.machine();
        for (int i = 0; i < steps() && cpu().cpl() == 0 && machine.exitCode().isEmpty() && !cpu().halted; i++) {
            machine.step();
        }
        if (cpu().cpl() == 3) {
            world.enteredRing3();
        }
    }

    private void runTo(Collection<Long> addresses, String name, BooleanSupplier condition) {
        Machine machine = world.machine();
        List<Long> set = new ArrayList<>(addresses);
        set.forEach(machine::addBreakpoint);
        try {
            Stop stop = machine.run(budget());
            while (stop instanceof Stop.Breakpoint && !condition.getAsBoolean()) {
                stop = machine.run(budget());
            }
            if (!(stop instanceof Stop.Breakpoint)) {
                throw missed(name, stop.toString());
            }
        } finally {
            set.forEach(machine::removeBreakpoint);
        }
    }

    private void stepUntil(String name, BooleanSupplier condition) {
        Machine machine = world.machine();
        for (int i = 0; !condition.getAsBoolean(); i++) {
            if (i >= steps() || machine.exitCode().isPresent() || cpu().shutdown) {
                throw missed(name, (machine.exitCode().isPresent() ? "exit code " + machine.exitCode().getAsInt()
                        : "no exit") + " after " + i + " steps");
            }
            machine.step();
        }
    }

    private static long budget() {
        return CurrentSubject.patience(BUDGET);
    }

    private static long steps() {
        return CurrentSubject.patience(STEPS);
    }

    private AssertionError missed(String name, String stop) {
        return new AssertionError(world.otherProgram().orElseGet(() -> "%s was never reached: %s at %s; %s".formatted(
                name, stop, where(), world.faultsAndOutput())));
    }

    private String where() {
        String name = world.nameOf(cpu().rip);
        return "RIP 0x%x%s, CPL %d: %s".formatted(cpu().rip, name == null ? "" : " (" + name + ")", cpu().cpl(),
                Disassembly.at(world.machine(), cpu().rip));
    }

    private Cpu cpu() {
        return world.machine().cpu();
    }
}
