package ringspec.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import ringspec.fixture.MalformedElf;
import ringspec.fixture.MalformedElves;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.subject.NamedElf;
import ringspec.trace.TraceEvent;

/** Files that were offered as init, each on a machine of its own, and what became of them. */
public final class Attempts {

    private static final long BUDGET = 5_000_000;

    /**
     * A malformed file that was offered.
     *
     * @param file what it is
     * @param stop why the machine stopped
     * @param exitCode what the kernel wrote to the exit port, -1 if nothing
     * @param rule name of the rule that the kernel says the file breaks
     * @param framesTaken how many frames were handed out and not given back
     */
    public record Attempt(MalformedElf file, Stop stop, int exitCode, String rule, String serial, long framesTaken,
            boolean reachedRing3) {

        @Override
        public String toString() {
            return "%s (%d frames taken, ring 3 reached: %s)".formatted(file.name(), framesTaken, reachedRing3);
        }
    }

    /**
     * A load with a limited number of frames.
     *
     * @param limit free frames before
     * @param framesTaken how many of them were not free at the end
     */
    public record Limited(long limit, long framesTaken, boolean reachedRing3) {
    }

    private final World world;
    private final List<Attempt> files = new ArrayList<>();
    private final List<Limited> limited = new ArrayList<>();

    public Attempts(World world) {
        this.world = world;
    }

    void offer(Predicate<MalformedElf> chosen) {
        for (MalformedElf file : MalformedElves.read(Programs.ROOT.resolve("malformed/malformed.yaml"))) {
            if (chosen.test(file)) {
                files.add(offer(file));
            }
        }
    }

    private Attempt offer(MalformedElf file) {
        byte[] bytes = Programs.read(Programs.ROOT.resolve("malformed/" + file.name() + ".elf"));
        SubjectUnderTest.Started started = world.subject().start(List.of(new NamedElf(file.name(), bytes)));
        Stop stop = run(started.machine(), file.name());
        world.alsoRan(started.machine());
        return new Attempt(file, stop, started.machine().exitCode().orElse(-1),
                started.symbols().modules().getFirst().rule().map(Enum::name).orElse("none"), Programs.text(started
                        .machine().serialOutput()), started.view().frames().taken(),
                reachedRing3(started.machine()));
    }

    private static Stop run(Machine machine, String name) {
        try {
            return machine.run(CurrentSubject.patience(BUDGET));
        } catch (RuntimeException e) {
            throw new AssertionError("the kernel neither loaded nor refused the file %s, but failed with %s".formatted(
                    name, e), e);
        }
    }

    /** Loads init with 1, 2, 3, .. free frames, until it reaches ring 3. */
    void sweepFrameLimits() {
        NamedElf init = world.programs().modules().getFirst();
        do {
            limited.add(attempt(init, limited.size() + 1L));
        } while (!last().reachedRing3() && limited.size() < 1000);
    }

    private Limited attempt(NamedElf init, long frames) {
        SubjectUnderTest.Started started = world.subject().start(List.of(init));
        started.booted().limitFrames(frames);
        started.machine().run(CurrentSubject.patience(BUDGET));
        world.alsoRan(started.machine());
        return new Limited(frames, started.view().frames().taken(), reachedRing3(started.machine()));
    }

    private static boolean reachedRing3(Machine machine) {
        return !machine.trace().all(TraceEvent.Sysret.class).isEmpty();
    }

    List<Attempt> files() {
        return files;
    }

    List<Limited> failed() {
        return limited.subList(0, limited.size() - 1);
    }

    Limited last() {
        return limited.getLast();
    }
}
