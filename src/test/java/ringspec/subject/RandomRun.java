package ringspec.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ringspec.cpu.Cpu;
import ringspec.kernel.KernelAudit;
import ringspec.kernel.ObjectLayout;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.process.ThreadObject;
import ringspec.kernel.syscall.Syscall;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.trace.TraceEvent;

/**
 * Four processes in ring 3 that make system calls at random (random-caller.asm), and a fifth one that keeps them going
 * (random-keeper.asm), on one machine. Everything that they do depends on the seed alone.
 */
final class RandomRun {

    /** System calls of each of the four processes. */
    static final int CALLS = 2500;

    /** Result of a call that waits. */
    static final long WAITS = Long.MAX_VALUE;

    private static final long KEEPER = 1;
    private static final int TICK_LINE = 5;
    private static final long TICK = 30_000;
    private static final int TICKS = 1500;
    private static final long PULSE = 100;
    // Past the last of the interrupts: a machine that waits for ever halts.
    private static final long LIMIT = (TICKS + 1) * TICK;
    private static final long BETWEEN_AUDITS = 400_000;
    private static final int VMCALL_LENGTH = 3;
    // With an odd seed so few that calls, and the keeper too, meet an end of memory now and then.
    private static final long FEW_FRAMES = 200;
    private static final long MANY_FRAMES = 420;
    private static final byte[] CALLER = AssemblyProgram.assemble("random-caller.asm", read("random-caller.asm"), Map
            .of());
    private static final DesignedKernel KERNEL = DesignedKernel.REFERENCE;

    private final BootedMachine booted;
    private final Machine machine;
    private final Invariants invariants;
    private final KernelView view;
    private final Map<Long, Syscall> gates = new HashMap<>();
    private final Map<Syscall, Map<Long, Integer>> results = new EnumMap<>(Syscall.class);
    private Stop stop;
    private int calls;

    RandomRun(Configuration configuration, long seed) {
        this.booted = KERNEL.boot(configuration);
        this.machine = booted.machine();
        this.view = new KernelView(machine, booted.symbols()::value);
        this.invariants = new Invariants(machine, view, configuration.kpti());
        byte[] keeper = AssemblyProgram.assemble("random-keeper.asm", read("random-keeper.asm"),
                Map.of("SEED", seed, "CALLS", (long) CALLS, "TICK_LINE", (long) TICK_LINE), Map.of("caller", CALLER));
        booted.loadModules(List.of(new NamedElf("keeper", keeper)));
        booted.limitFrames(seed % 2 == 1 ? FEW_FRAMES : MANY_FRAMES);
        for (int tick = 1; tick <= TICKS; tick++) {
            pulse(tick * TICK, TICK_LINE);
            pulse(tick * TICK + TICK / 3, TICK_LINE + 1);
        }
        countResults();
    }

    private void pulse(long time, int line) {
        machine.scheduleLine(time, line, true);
        machine.scheduleLine(time + PULSE, line, false);
    }

    /** Looks at what each handler leaves in RAX. */
    private void countResults() {
        for (Syscall syscall : Syscall.values()) {
            gates.put(booted.kernel().image().symbol(syscall.gate()), syscall);
        }
        machine.cpu().hypercalls = cpu -> {
            Syscall syscall = gates.get(cpu.rip - VMCALL_LENGTH);
            booted.kernel().vmcall(cpu);
            if (syscall != null) {
                results.computeIfAbsent(syscall, any -> new TreeMap<>()).merge(waits() ? WAITS : Math.min(0,
                        cpu.gpr[Cpu.RAX]), 1, Integer::sum);
            }
        };
    }

    private boolean waits() {
        Optional<ThreadObject> thread = booted.symbols().currentThread();
        return thread.isPresent() && thread.get().state() != ObjectLayout.THREAD_STATE_RUNNING;
    }

    /** Runs to the end without a look at anything. */
    RandomRun go() {
        stop = booted.run(LIMIT);
        return this;
    }

    /** Runs to the end, with a look at everything on the way. */
    RandomRun goWatched() {
        for (stop = booted.run(BETWEEN_AUDITS); stop instanceof Stop.BudgetExhausted && machine
                .cpu().instructions < LIMIT; stop = booted.run(BETWEEN_AUDITS)) {
            while (machine.cpu().cpl() != 3 && !machine.cpu().halted) {
                machine.step();
            }
            assertSound();
        }
        assertSound();
        return this;
    }

    /** What must hold whenever ring 3 runs, and when nothing does: then no interrupt is in service, and no copy under way. */
    private void assertSound() {
        String when = "at %d, it said %s".formatted(machine.cpu().instructions, said());
        assertThat(invariants.broken(false)).as(when).isEmpty();
        assertThat(KernelAudit.of(booted.kernel().services(), booted.symbols(), machine.ram())).as(when).isEmpty();
        calls += machine.trace().all(TraceEvent.Syscall.class).size();
        // Each event is looked at once; the hash stays.
        machine.trace().clear();
    }

    /** What frames are used for. */
    Map<FrameKind, Long> frames() {
        return booted.symbols().framesByKind();
    }

    /** Whether the keeper has ended by itself, which it does when every caller has made all its calls. */
    boolean isComplete() {
        return booted.symbols().process(KEEPER).isEmpty() && !said().contains("process %d (".formatted(KEEPER));
    }

    /** Why it ended. */
    Stop stop() {
        return stop;
    }

    /** Everything that was written to the serial port. */
    String said() {
        return new String(machine.serialOutput(), StandardCharsets.ISO_8859_1);
    }

    /** System calls of all processes, those with a number that is none included. */
    int calls() {
        return calls;
    }

    /** How often each call left which result, a positive one counted as 0; {@link #WAITS} if the caller has to wait for it. */
    Map<Syscall, Map<Long, Integer>> results() {
        return results;
    }

    /** Of the whole run. */
    long hash() {
        return machine.trace().hash();
    }

    private static String read(String name) {
        try (InputStream in = RandomRun.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " can't be read", e);
        }
    }
}
