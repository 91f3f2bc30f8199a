package ringspec.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Collects a machine's events in order, with the virtual time of each, and hashes them.
 *
 * <p>Not thread-safe: one machine, one trace. Events beyond {@link #CAPACITY} are counted but not kept.
 */
public final class Trace {

    /** How many events are kept. */
    public static final int CAPACITY = 2_000_000;

    /** An event and the number of instructions that the machine had executed when it happened. */
    public record Stamped(long time, TraceEvent event) {
    }

    private final List<Stamped> events = new ArrayList<>();
    private long hash = 0xcbf29ce484222325L;
    private int hashed;
    private long count;

    /**
     * True when instruction and memory events are wanted too. Engines then give up their fast paths, so the machine runs
     * slower but does exactly the same.
     */
    public boolean detail;

    /**
     * Records an event.
     *
     * @param time instructions executed so far
     * @param event what happened
     */
    public void emit(long time, TraceEvent event) {
        count++;
        if (events.size() < CAPACITY) {
            events.add(new Stamped(time, event));
        }
    }

    /** Everything recorded since the last {@link #clear}, oldest first; a live, unmodifiable view. */
    public List<Stamped> events() {
        return Collections.unmodifiableList(events);
    }

    /** All recorded events of one type, oldest first. */
    public <E extends TraceEvent> List<E> all(Class<E> type) {
        return events.stream().map(Stamped::event).filter(type::isInstance).map(type::cast).toList();
    }

    /** How many events were emitted, kept or not. */
    public long count() {
        return count;
    }

    /**
     * A hash over the kept events with their times, in order: two equal runs have equal hashes, in this JVM and in any other
     * (the events' text is hashed, since hash codes of enums differ from run to run).
     */
    public long hash() {
        for (; hashed < events.size(); hashed++) {
            Stamped stamped = events.get(hashed);
            hash = (hash ^ stamped.time()) * 0x100000001b3L;
            hash = (hash ^ stamped.event().toString().hashCode()) * 0x100000001b3L;
        }
        return hash;
    }

    /** Forgets the events, but not the hash over them. */
    public void clear() {
        hash();
        events.clear();
        hashed = 0;
    }
}
