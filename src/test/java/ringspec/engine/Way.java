package ringspec.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import ringspec.cpu.SegmentRegister;
import ringspec.machine.Machine;
import ringspec.machine.Stop;
import ringspec.trace.Trace.Stamped;
import ringspec.trace.TraceEvent;

/** A way to get a machine from here to there, none of which may make a difference to it. */
enum Way {

    /** In one go, from block to block. */
    FREELY {
        @Override
        Outcome drive(Guest guest, long end, long[] places) {
            return cut(guest, end, time -> end);
        }
    },

    /** Left and entered again after each instruction. */
    CUT_BY_ONE {
        @Override
        Outcome drive(Guest guest, long end, long[] places) {
            return cut(guest, end, time -> time + 1);
        }
    },

    /** Cut at multiples of a number that is prime to most lengths of loops. */
    CUT_BY_SEVEN {
        @Override
        Outcome drive(Guest guest, long end, long[] places) {
            return cut(guest, end, time -> time + 7);
        }
    },

    /** Longer and shorter pieces in turn. */
    CUT_UNEVENLY {
        @Override
        Outcome drive(Guest guest, long end, long[] places) {
            return cut(guest, end, time -> time + 1 + (time * 0x9E37_79B9L >>> 16) % 61);
        }
    },

    /** One instruction at a time by {@link Engine#step}. */
    STEP {
        @Override
        Outcome drive(Guest guest, long end, long[] places) {
            return steps(guest, end);
        }
    },

    /** With instruction and memory events, which take the fast paths away. */
    DETAIL {
        @Override
        Outcome drive(Guest guest, long end, long[] places) {
            guest.machine().traceDetail(true);
            return cut(guest, end, time -> end);
        }
    },

    /** With a breakpoint at each place that is executed. */
    BREAKPOINTS_EVERYWHERE {
        @Override
        Outcome drive(Guest guest, long end, long[] places) {
            return withBreakpoints(guest, end, LongStream.of(places));
        }
    },

    /** With a breakpoint at some of the places that are executed, and between them where none is. */
    BREAKPOINTS_NEAR {
        @Override
        Outcome drive(Guest guest, long end, long[] places) {
            return withBreakpoints(guest, end, LongStream.range(0, places.length).map(i -> i % 5 == 0
                    ? places[(int) i] : places[(int) i] + 1));
        }
    },

    /** On a fork of a fork of a fork, so that memory is copied again and again before it is written. */
    FORKS {
        @Override
        Outcome drive(Guest guest, long end, long[] places) {
            List<Stamped> events = new ArrayList<>();
            Guest current = guest;
            Stop stop;
            do {
                current = current.fork();
                stop = current.machine().run(Math.min(83, end - current.machine().cpu().instructions));
                events.addAll(current.machine().trace().events());
            } while (stop instanceof Stop.BudgetExhausted(long time) && time < end);
            return new Outcome(current.machine(), stop, events, false);
        }
    };

    /** What only detailed traces have. */
    private static final Set<Class<? extends TraceEvent>> DETAIL_EVENTS = Set.of(TraceEvent.Executed.class,
            TraceEvent.MemoryRead.class, TraceEvent.MemoryWrite.class, TraceEvent.PageWalkWrite.class);

    /**
     * Where a run has led.
     *
     * @param machine as it is now
     * @param stop why it stopped
     * @param events all that happened
     * @param remembers whether the machine has executed all of it itself
     */
    record Outcome(Machine machine, Stop stop, List<Stamped> events, boolean remembers) {

        /** The events that each way brings. */
        List<Stamped> plainEvents() {
            return events.stream().filter(stamped -> !DETAIL_EVENTS.contains(stamped.event().getClass())).toList();
        }
    }

    /**
     * Runs until a machine ends, or until a virtual time.
     *
     * @param guest not used any more afterwards
     * @param places linear addresses of instructions that will be executed
     */
    abstract Outcome drive(Guest guest, long end, long[] places);

    private static Outcome cut(Guest guest, long end, LongUnaryOperator nextCut) {
        Machine machine = guest.machine();
        Stop stop;
        do {
            long time = machine.cpu().instructions;
            stop = machine.run(Math.min(end, nextCut.applyAsLong(time)) - time);
        } while (stop instanceof Stop.BudgetExhausted(long time) && time < end);
        return new Outcome(machine, stop, machine.trace().events(), true);
    }

    private static Outcome steps(Guest guest, long end) {
        Machine machine = guest.machine();
        Stop stop;
        while ((stop = machine.run(0)) instanceof Stop.BudgetExhausted && machine.cpu().instructions < end) {
            if (!machine.cpu().halted) {
                machine.step();
            } else if (machine.run(1) instanceof Stop.Halted halted) {
                stop = halted;
                break;
            }
        }
        return new Outcome(machine, stop, machine.trace().events(), true);
    }

    private static Outcome withBreakpoints(Guest guest, long end, LongStream places) {
        Machine machine = guest.machine();
        places.forEach(machine::addBreakpoint);
        Stop stop;
        do {
            stop = machine.run(end - machine.cpu().instructions);
        } while (stop instanceof Stop.Breakpoint);
        return new Outcome(machine, stop, machine.trace().events(), true);
    }

    /** Linear addresses of up to so many instructions that a detailed run has executed. */
    static long[] places(Outcome detailed, int atMost) {
        long base = detailed.machine().cpu().codeBits() == 64 ? 0
                : detailed.machine().cpu().segments[SegmentRegister.CS].base;
        return detailed.events().stream().map(Stamped::event).filter(TraceEvent.Executed.class::isInstance)
                .mapToLong(event -> base + ((TraceEvent.Executed) event).rip()).distinct().limit(atMost).toArray();
    }
}
