package ringspec.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What is to happen at a later virtual time, in order; entries for the same time in the order they were added. */
final class Agenda {

    /** Something that comes from outside. It is data, so that forks can have it too. */
    sealed interface Event {

        /** A maskable interrupt arrives. */
        record Interrupt(int vector) implements Event {
        }

        /** A non-maskable interrupt arrives. */
        record Nmi() implements Event {
        }

        /** An input of the I/O APIC changes its level. */
        record Line(int input, boolean high) implements Event {
        }

        /** Somebody sends through the serial line; the array must not change any more. */
        record SerialInput(byte[] bytes) implements Event {
        }
    }

    record Entry(long time, Event event) {
    }

    private final List<Entry> entries = new ArrayList<>();

    void add(Entry entry) {
        int at = entries.size();
        while (at > 0 && entries.get(at - 1).time() > entry.time()) {
            at--;
        }
        entries.add(at, entry);
    }

    /** Time of the next entry; {@link Long#MAX_VALUE} if there is none. */
    long nextTime() {
        return entries.isEmpty() ? Long.MAX_VALUE : entries.getFirst().time();
    }

    /** Takes out everything that is due. */
    void fireUntil(long now, Consumer<Entry> action) {
        while (!entries.isEmpty() && entries.getFirst().time() <= now) {
            action.accept(entries.removeFirst());
        }
    }

    void copyFrom(Agenda other) {
        entries.clear();
        entries.addAll(other.entries);
    }
}
