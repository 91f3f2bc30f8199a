package ringspec.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import ringspec.cpu.Cpu;
import ringspec.debug.Registers;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.trace.TraceEvent;

/** The same stretch of code again and again on forks, each time with an event before another instruction. */
public final class Disturbances {

    private static final int MOST = 5_000;
    private static final long BUDGET = 1_000_000;

    /**
     * One fork.
     *
     * @param rip the instruction before which the event came
     * @param cpl the privilege level there
     * @param entries handlers that were entered by the event, with RSP there
     * @param taken how often the event was taken, and with what CPL
     * @param registers at the end of the stretch
     * @param stop why the run ended, in words
     */
    public record Run(long rip, int cpl, List<TraceEvent.HandlerEntered> entries, List<Integer> taken,
            Map<String, Long> registers, String stop) {

        @Override
        public String toString() {
            List<String> stacks = entries.stream().map(entered -> "0x%x".formatted(entered.rsp())).toList();
            return "arrived before RIP 0x%x with CPL %d: it and the faults after it were taken with CPL %s".formatted(
                    rip,
                    cpl, taken) + ", its handler entered with RSP %s, the run ended by %s".formatted(stacks, stop);
        }
    }

    private final World world;
    private final List<Run> runs = new ArrayList<>();
    private Map<String, Long> undisturbed;
    private long rsp0;

    public Disturbances(World world) {
        this.world = world;
    }

    /**
     * Disturbs every instruction that is chosen up to a label of init.
     *
     * @param vector of the event
     * @param event makes it pending
     * @param chosen which instructions
     */
    void disturb(String until, int vector, Consumer<Machine> event, Predicate<Cpu> chosen) {
        long end = world.programSymbol(until);
        rsp0 = world.kernel().rsp0();
        undisturbed = run(world.started().fork(), end, vector).registers();
        SubjectUnderTest.Started position = world.started().fork();
        Cpu cpu = position.machine().cpu();
        for (int i = 0; i < MOST && !(cpu.rip == end && cpu.cpl() == 3); i++) {
            if (chosen.test(cpu)) {
                SubjectUnderTest.Started fork = position.fork();
                event.accept(fork.machine());
                runs.add(run(fork, end, vector));
                world.alsoRan(fork.machine());
            }
            position.machine().step();
        }
    }

    private static Run run(SubjectUnderTest.Started started, long end, int vector) {
        Machine machine = started.machine();
        long rip = machine.cpu().rip;
        int cpl = machine.cpu().cpl();
        machine.addBreakpoint(end);
        Stop stop = machine.run(CurrentSubject.patience(BUDGET));
        List<TraceEvent.HandlerEntered> entries = machine.trace().all(TraceEvent.HandlerEntered.class).stream()
                .filter(entered -> entered.vector() == vector).toList();
        List<Integer> taken = new ArrayList<>();
        machine.trace().all(TraceEvent.InterruptTaken.class).stream().filter(t -> t.vector() == vector)
                .forEach(t -> taken.add(t.cpl()));
        machine.trace().all(TraceEvent.FaultTaken.class).forEach(fault -> taken.add(fault.cpl()));
        return new Run(rip, cpl, entries, taken, new Registers(machine.cpu()).snapshot(), stop.toString());
    }

    List<Run> runs() {
        return runs;
    }

    Map<String, Long> undisturbed() {
        return undisturbed;
    }

    /** TSS.RSP0 while the stretch ran. */
    long rsp0() {
        return rsp0;
    }
}
