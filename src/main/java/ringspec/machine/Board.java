package ringspec.machine;

import java.time.LocalDateTime;

/** What surrounds processor, RAM, I/O APIC, serial port and exit port. */
public sealed interface Board {

    /** Nothing: what the reference kernel needs. */
    record Bare() implements Board {
    }

    /**
     * What a kernel for PCs may look for: PIT, the two 8259A, real-time clock, ACPI's fixed hardware, an empty PCI bus, keyboard
     * controller and system control ports.
     *
     * @param date what the real-time clock shows at virtual time 0
     */
    record Pc(LocalDateTime date) implements Board {

        /** A Thursday; the same for everybody, so that runs are repeatable. */
        public static final LocalDateTime DEFAULT_DATE = LocalDateTime.of(2026, 1, 1, 0, 0, 0);

        /** A PC at {@link #DEFAULT_DATE}. */
        public Pc() {
            this(DEFAULT_DATE);
        }
    }
}
